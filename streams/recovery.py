"""Tables read back from their changelogs: from where each store stands to the end that there is then."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from streams.delivery.batch import Partition
from streams.kafka_topics import admin_client
from streams.tables import RecoveryState, Tables, Values

log = structlog.get_logger(__name__)

STALLED_SECONDS: Final = 60.0
PARTITIONS_AT_ONCE: Final = 16
"""Changelog partitions that are fetched together: with the bytes below, what recovery holds at most."""

FETCH_BYTES: Final = 1024 * 1024
"""Of each partition at once; a larger record comes alone."""

APPLIED_RECORDS: Final = 1000
"""Most records handed to the stores before the event loop has its turn."""

TOMBSTONES_TRUSTED: Final = 0.5
"""The part of a changelog's delete.retention.ms for which a store may lie unread: clocks differ."""

CLOCKS_DIFFER_SECONDS: Final = 60.0
"""A changelog that was made anew less than this after a store was read may be taken for the one before."""

_PROGRESS_SECONDS: Final = 5.0
_POLL_MS: Final = 50

Reading = Mapping[TopicPartition, Values[Any]]


class RecoveryStalled(RuntimeError):
    """A changelog gave no record for too long although it has not been read to its end."""


@dataclass
class ChangelogReader:
    """Brings the tables of assigned partitions up to the end of their changelogs."""

    client_options: Mapping[str, Any]
    tables: Tables
    clock: Callable[[], float] = time.monotonic
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def recover(self, assigned: frozenset[Partition]) -> Mapping[Partition, int]:
        """Let go of what is not ours, read the rest from where it stands; the input offsets that it tells.

        What this worker held before is read on, too: if nobody wrote meanwhile, there is nothing to read.
        Raises RecoveryStalled where a changelog gives nothing for a minute.
        """
        async with self._one_at_a_time:
            began = self.clock()
            self._close_all_but(assigned)
            reading = await self._opened(assigned)
            self.tables.recovery.corrupt_stores = self.tables.stores.corrupt
            if reading:
                await self._read(reading)
            self.tables.recovery.seconds = self.clock() - began
        told = {partition: self.tables.told_position(*partition) for partition in assigned}
        return {partition: offset for partition, offset in told.items() if offset is not None}

    def _close_all_but(self, assigned: frozenset[Partition]) -> None:
        for source in self.tables.sources:
            stay = frozenset(partition.number for partition in assigned if partition.kafka_topic == source)
            for table in self.tables.fed_by(source):
                table.close_all_but(stay)

    async def _opened(self, partitions: frozenset[Partition]) -> Reading:
        wanted = [
            (table, number)
            for kafka_topic, number in sorted(partitions)
            for table in self.tables.fed_by(kafka_topic)
        ]
        # A disk makes each of them wait: together they wait once.
        opening = asyncio.gather(
            *(asyncio.to_thread(table.begin_recovery, number) for table, number in wanted)
        )
        try:
            opened = await asyncio.shield(opening)
        except asyncio.CancelledError:
            await opening  # no thread can be stopped, and the next recovery must find what it opened
            raise
        return {TopicPartition(values.changelog, values.partition): values for values in opened}

    async def _read(self, reading: Reading) -> None:
        state = self.tables.recovery
        state.running = True
        try:
            async with _changelog_consumer(self.client_options) as consumer:
                await _Recovery(consumer, self.client_options, self.tables, self.clock).run(reading)
            for values in reading.values():
                values.recovering = False
        finally:
            state.running = False
            state.remaining_records = 0


@asynccontextmanager
async def _changelog_consumer(options: Mapping[str, Any]) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(
        **options,
        isolation_level="read_committed",
        enable_auto_commit=False,
        # a log start that moves while it is read must not be jumped over in silence
        auto_offset_reset="none",
        max_partition_fetch_bytes=FETCH_BYTES,
    )
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


@dataclass(frozen=True)
class _Bounds:
    """What a changelog partition says about itself, to which a store is held."""

    first: int
    end: int
    written_after: int | None
    trusted_seconds: float

    def fault(self, values: Values[Any], *, now: float) -> str | None:
        """Why the changelog cannot be read on from where the store stands, None where it can."""
        position, as_of = values.store.position, values.store.as_of
        if position is None or as_of is None:
            return None
        if position < self.first:
            return f"records before {self.first} are deleted from the changelog"
        if position > self.end:
            return f"the changelog ends at {self.end}: it is not the one that was read"
        if self.written_after is not None and self.written_after < position:
            return f"record {self.written_after} is younger than the store: it is another changelog"
        if now - as_of > self.trusted_seconds:
            return f"it is {now - as_of:.0f} s old, tombstones are kept for {self.trusted_seconds:.0f} s"
        return None


@dataclass
class _Recovery:
    """One reading of changelogs, from the bounds that they have when it begins."""

    consumer: AIOKafkaConsumer
    client_options: Mapping[str, Any]
    tables: Tables
    clock: Callable[[], float]
    began: float = field(init=False)
    remaining: dict[TopicPartition, int] = field(default_factory=dict)

    async def run(self, reading: Reading) -> None:
        self.began = self.tables.now()
        self._make_known(list(reading))
        ends: dict[TopicPartition, int] = await self.consumer.end_offsets(list(reading))
        starts = await self._starts(reading, ends)
        self.remaining = {place: max(0, end - starts[place]) for place, end in ends.items()}
        total = sum(self.remaining.values())
        self.tables.recovery.total_records = total
        progress = _Progress(self.tables.recovery, self.clock)
        for group in _grouped([place for place, records in self.remaining.items() if records]):
            await self._read_group({place: reading[place] for place in group}, starts, ends, progress)
        for place, values in reading.items():
            values.restore({}, position=max(ends[place], values.store.position or 0), as_of=self.began)
        log.info("recovered", changelog_records=total, changelogs=len(reading))

    def _make_known(self, places: list[TopicPartition]) -> None:
        """Assign without fetching: asked for the ends of what it was not given, the client dawdles."""
        self.consumer.assign(places)
        for place in places:
            self.consumer.seek(place, 0)
        self.consumer.pause(*places)

    async def _starts(
        self, reading: Reading, ends: Mapping[TopicPartition, int]
    ) -> Mapping[TopicPartition, int]:
        firsts: dict[TopicPartition, int] = await self.consumer.beginning_offsets(list(reading))
        known = {place.topic for place, values in reading.items() if values.store.position is not None}
        trusted = await trusted_seconds(self.client_options, known) if known else {}
        written = await self._written_after(reading)
        for place, values in reading.items():
            bounds = _Bounds(firsts[place], ends[place], written.get(place), trusted.get(place.topic, 0.0))
            if fault := bounds.fault(values, now=self.began):
                _say(place, f"what is stored is not used: {fault}", position=values.store.position)
                values.start_anew()
                self.tables.recovery.discarded_stores += 1
            if values.store.position is None and firsts[place]:
                _say(place, "changelog begins after its first records", position=firsts[place])
        return {
            place: firsts[place] if values.store.position is None else values.store.position
            for place, values in reading.items()
        }

    async def _written_after(self, reading: Reading) -> Mapping[TopicPartition, int]:
        """The offset of the first record that was written when the store had been read for a while."""
        times = {
            place: int((values.store.as_of + CLOCKS_DIFFER_SECONDS) * 1000)
            for place, values in reading.items()
            if values.store.as_of is not None
        }
        found = await self.consumer.offsets_for_times(times) if times else {}
        return {place: told.offset for place, told in found.items() if told is not None}

    async def _read_group(
        self,
        group: Reading,
        starts: Mapping[TopicPartition, int],
        ends: Mapping[TopicPartition, int],
        progress: "_Progress",
    ) -> None:
        self.consumer.assign(list(group))
        for place in group:
            self.consumer.seek(place, starts[place])
        while any(self.remaining[place] for place in group):
            fetched = await self.consumer.getmany(timeout_ms=_POLL_MS, max_records=APPLIED_RECORDS)
            for place, records in fetched.items():
                self._apply(group[place], records)
            for place in group:
                self.remaining[place] = max(0, ends[place] - await self.consumer.position(place))
            progress.tell(sum(self.remaining.values()))
            await asyncio.sleep(0)

    def _apply(self, values: Values[Any], records: Sequence[Any]) -> None:
        # Until the end is reached, what is read is only as good as the moment when reading began: a
        # tombstone further on may vanish one retention after that.
        as_of = self.began if values.store.as_of is None else values.store.as_of
        changes = {record.key or b"": record.value for record in records}
        values.restore(changes, position=records[-1].offset + 1, as_of=as_of)


@dataclass
class _Progress:
    """Tells how far recovery is, and ends one that stalls."""

    state: RecoveryState
    clock: Callable[[], float]

    def __post_init__(self) -> None:
        self._progressed = self._shown = self.clock()
        self.state.remaining_records = self.state.total_records

    def tell(self, remaining: int) -> None:
        now = self.clock()
        if remaining < self.state.remaining_records:
            self._progressed = now
        self.state.remaining_records = remaining
        if now - self._progressed > STALLED_SECONDS:
            raise RecoveryStalled(f"{remaining} changelog records did not come within {STALLED_SECONDS} s")
        if now - self._shown > _PROGRESS_SECONDS:
            log.info("recovering", remaining_records=remaining, total_records=self.state.total_records)
            self._shown = now


def _grouped(places: Sequence[TopicPartition]) -> Iterator[Sequence[TopicPartition]]:
    for start in range(0, len(places), PARTITIONS_AT_ONCE):
        yield places[start : start + PARTITIONS_AT_ONCE]


def _say(place: TopicPartition, what: str, *, position: int | None) -> None:
    log.warning(what, kafka_topic=place.topic, partition=place.partition, position=position)


async def trusted_seconds(client_options: Mapping[str, Any], kafka_topics: set[str]) -> dict[str, float]:
    """For how long a store of each changelog may lie unread, from the broker's own settings."""
    wanted = [
        ConfigResource(ConfigResourceType.TOPIC, name, configs={"delete.retention.ms": None})
        for name in sorted(kafka_topics)
    ]
    async with admin_client(client_options) as admin:
        responses = await admin.describe_configs(wanted)
    return {
        name: int(value) / 1000 * TOMBSTONES_TRUSTED
        for response in responses
        for _code, _message, _kind, name, entries in response.resources
        for key, value, *_ in entries
        if key == "delete.retention.ms"
    }
