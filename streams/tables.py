"""The tables in state: values by partition, each write a changelog record, each partition recoverable."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.counts import DayCounts
from schemas.ledger import LedgerEntry
from schemas.tally import TableName
from schemas.wire import decode, encode
from streams.delivery import Outgoing
from streams.kafka_topics import Catalogue

log = structlog.get_logger(__name__)

STALLED_SECONDS: Final = 60.0
_PROGRESS_SECONDS: Final = 5.0


class RecoveryStalled(RuntimeError):
    """A changelog gave no record for too long although it has not been read to its end."""


V = TypeVar("V", LedgerEntry, DayCounts)


class Table(Generic[V]):
    """One table's values by partition and raw key, as its changelog has them."""

    def __init__(self, changelog: str, kind: type[V]) -> None:
        self.changelog = changelog
        self._kind: type[V] = kind
        self._partitions: dict[int, dict[bytes, V]] = {}

    def value(self, partition: int, key: bytes) -> V | None:
        """The value of a key, None where there is none."""
        return self._partitions.get(partition, {}).get(key)

    def put(self, partition: int, key: bytes, value: V) -> None:
        """Set a value; `changelog_record` is what must be sent for it."""
        self._partitions.setdefault(partition, {})[key] = value

    def changelog_record(self, partition: int, key: bytes) -> Outgoing:
        """The changelog record of a key's present value."""
        return Outgoing(self.changelog, key, encode(self._partitions[partition][key]), partition)

    def restore(self, partition: int, key: bytes, raw: bytes | None) -> None:
        """Apply a changelog record; a value that has seen less never replaces one that has seen more."""
        values = self._partitions.setdefault(partition, {})
        if raw is None:
            values.pop(key, None)
            return
        value = decode(self._kind, raw)
        held = values.get(key)
        if held is None or value.seen >= held.seen:
            values[key] = value

    def keep_only(self, partitions: frozenset[int]) -> None:
        """Forget every other partition: another worker may hold it."""
        self._partitions = {number: self._partitions.get(number, {}) for number in partitions}

    def items(self, partitions: frozenset[int]) -> Iterator[tuple[bytes, V]]:
        """Keys and values of these partitions."""
        for partition in partitions:
            yield from self._partitions.get(partition, {}).items()

    def __len__(self) -> int:
        return sum(len(values) for values in self._partitions.values())


@dataclass
class RecoveryState:
    """How far recovery is, for metrics and health."""

    running: bool = False
    remaining_records: int = 0


class Tables:
    """The ledger and the tables of counted things, with the Kafka topics that feed them."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self.ledger = Table(catalogue.ledger_changelog, LedgerEntry)
        self.counts = {name: Table(catalogue.table_changelog(name), DayCounts) for name in TableName}
        self.recovery = RecoveryState()

    def sizes(self) -> tuple[tuple[str, int], ...]:
        """How many keys each table holds."""
        return (
            ("ledger", len(self.ledger)),
            *((name.value, len(table)) for name, table in self.counts.items()),
        )

    @property
    def sources(self) -> tuple[str, str]:
        """The Kafka topics that feed tables."""
        return self._catalogue.coded, self._catalogue.tallies

    def fed_by(self, kafka_topic: str) -> tuple[Table[Any], ...]:
        """The tables whose partitions go with those of this Kafka topic."""
        if kafka_topic == self._catalogue.coded:
            return (self.ledger,)
        if kafka_topic == self._catalogue.tallies:
            return tuple(self.counts.values())
        return ()


@dataclass
class ChangelogReader:
    """Reads changelogs from their first record to the end that they have when reading starts."""

    client_options: Mapping[str, Any]
    tables: Tables
    clock: Callable[[], float] = time.monotonic

    async def recover(self, assigned: frozenset[tuple[str, int]], kept: frozenset[tuple[str, int]]) -> None:
        """Forget what did not stay ours, then read what is newly assigned; raises RecoveryStalled."""
        self._forget_all_but(kept)
        wanted = {
            TopicPartition(table.changelog, number): table
            for kafka_topic, number in assigned - kept
            for table in self.tables.fed_by(kafka_topic)
        }
        if wanted:
            await self._read(wanted)

    def _forget_all_but(self, kept: frozenset[tuple[str, int]]) -> None:
        for source in self.tables.sources:
            stay = frozenset(number for kafka_topic, number in kept if kafka_topic == source)
            for table in self.tables.fed_by(source):
                table.keep_only(stay)

    async def _read(self, wanted: Mapping[TopicPartition, Table[Any]]) -> None:
        consumer = AIOKafkaConsumer(
            **self.client_options,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=4 * 1024 * 1024,
        )
        await consumer.start()
        self.tables.recovery.running = True
        try:
            consumer.assign(list(wanted))
            await self._read_to_end(consumer, wanted)
        finally:
            self.tables.recovery.running = False
            await consumer.stop()

    async def _read_to_end(
        self, consumer: AIOKafkaConsumer, wanted: Mapping[TopicPartition, Table[Any]]
    ) -> None:
        ends: dict[TopicPartition, int] = await consumer.end_offsets(list(wanted))
        await consumer.seek_to_beginning(*wanted)
        progressed = shown = self.clock()
        total = remaining = await self._remaining(consumer, ends)
        while remaining:
            for partition, records in (await consumer.getmany(timeout_ms=200, max_records=5000)).items():
                for record in records:
                    wanted[partition].restore(partition.partition, record.key, record.value)
                await asyncio.sleep(0)
            before, remaining = remaining, await self._remaining(consumer, ends)
            now = self.clock()
            progressed = now if remaining < before else progressed
            if now - progressed > STALLED_SECONDS:
                raise RecoveryStalled(
                    f"{remaining} changelog records did not come within {STALLED_SECONDS} s"
                )
            if now - shown > _PROGRESS_SECONDS:
                log.info("recovering", remaining_records=remaining)
                shown = now
        log.info("recovered", changelog_records=total, changelogs=len(wanted))

    async def _remaining(self, consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]) -> int:
        remaining: int = sum([max(0, end - await consumer.position(tp)) for tp, end in ends.items()])
        self.tables.recovery.remaining_records = remaining
        return remaining
