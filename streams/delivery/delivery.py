"""Which partitions this worker holds, what it may process of them, and how far they are committed."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from typing import Final, Protocol

import structlog
from aiokafka.errors import IllegalStateError, KafkaError

from streams.delivery.ages import Ages
from streams.delivery.batch import Batch, Fetched, Outgoing, Partition
from streams.delivery.ending import End
from streams.delivery.lease import Lease
from streams.delivery.writer import Committed, Writer

log = structlog.get_logger(__name__)


class Phase(StrEnum):
    """Where a worker stands in its consumer group."""

    JOINING = "joining"
    RECOVERING = "recovering"
    OPEN = "open"
    LAPSED = "lapsed"
    CLOSED = "closed"


class Positions(Protocol):
    """What a delivery asks of its consumer."""

    async def committed(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """The committed offsets, of those that have one; raises KafkaError."""

    async def go_to(self, offsets: Mapping[Partition, int | None]) -> dict[Partition, int]:
        """Go there, to the first record for None, and return where that is; raises KafkaError."""

    def log_end(self, partition: Partition) -> int | None:
        """The offset after the last record, as the last fetch answered."""


Recover = Callable[[frozenset[Partition]], Awaitable[Mapping[Partition, int]]]
"""Brings the tables of these partitions up to date; gives, where they tell it, the next offset not seen."""

NewWriter = Callable[[Partition, Committed], Writer]

BATCH_RECORDS: Final = 50
"""Most records in a batch: an agent holds the event loop for that long."""

NONE_LIVE: Final = -1
"""The generation while nothing may be processed; Kafka's own count from 0."""

_RETRY_SECONDS: Final = 1.0
_ATTEMPTS: Final = 60
_BEHIND_ATTEMPTS: Final = 3


@dataclass
class Delivery:
    """The state of one consumer group's member: see the contract in this package's docstring."""

    lease: Lease
    recover: Recover
    new_writer: NewWriter
    end: End
    drain_seconds: float
    on_committed: Committed = lambda *_: None
    on_transaction: Callable[[str, float], None] = lambda *_: None
    """Told the Kafka topic that a transaction advanced in, and the seconds that it took."""
    ages: Ages = field(default_factory=Ages)
    tells_offsets: bool = False
    """Whether `recover` gives the next offset of every partition that has been committed to."""
    inboxes: dict[str, asyncio.Queue[Batch]] = field(default_factory=dict)
    phase: Phase = Phase.JOINING
    assigned: frozenset[Partition] = frozenset()
    offsets: dict[Partition, int] = field(default_factory=dict)
    """By open partition the next offset that is not committed."""
    lost_records: dict[str, int] = field(default_factory=dict)
    """By Kafka topic how many records were gone before they were read."""
    _generation: int = NONE_LIVE
    _last_generation: int = NONE_LIVE
    _draining: int = NONE_LIVE
    _expected: dict[Partition, int] = field(default_factory=dict)
    _writers: dict[Partition, Writer] = field(default_factory=dict)
    _opening: asyncio.Task[None] | None = None
    _positions: Positions | None = None

    def attach(self, positions: Positions) -> None:
        """Take the consumer, which Faust makes only when its app starts."""
        self._positions = positions

    @property
    def positions(self) -> Positions:
        """The consumer."""
        if self._positions is None:
            raise RuntimeError("a delivery needs its consumer first: see attach")
        return self._positions

    # --- membership ------------------------------------------------------------------------------------

    def begin(self, generation: int, assigned: frozenset[Partition]) -> None:
        """Open the partitions of a new generation once their tables are recovered."""
        if self.phase is Phase.CLOSED:
            return
        # Kafka numbers two alike where a static member, or a follower, joins again: ours never are, since
        # an agent may still hold a batch of the one before
        self._generation = self._last_generation = max(generation, self._last_generation + 1)
        self.assigned, self.phase = assigned, Phase.RECOVERING
        self._stop_reading()  # also where nobody has revoked what was open
        self._opening = asyncio.create_task(self._open(self._generation, assigned))
        log.info("partitions assigned", generation=generation, partitions=len(assigned))

    def _stop_reading(self) -> None:
        if self._opening:
            self._opening.cancel()
        self._expected, self.offsets = {}, {}
        self.ages.forget()

    async def _open(self, generation: int, assigned: frozenset[Partition]) -> None:
        try:
            for attempt in count():
                if await self._opened(generation, assigned, attempt):
                    return
                await asyncio.sleep(_RETRY_SECONDS)
        except Exception as error:  # noqa: BLE001 - nothing awaits this task: without this a fault would hang it
            self.end("partitions could not be opened", error=repr(error))

    async def _opened(self, generation: int, assigned: frozenset[Partition], attempt: int) -> bool:
        """Fence, recover, look, seek; False where it is to be tried again."""
        try:
            await self._fence(assigned)
            told = await self.recover(assigned)
            committed = await self.positions.committed(assigned)
            behind = self._behind(assigned, told, committed)
            if behind and attempt < _BEHIND_ATTEMPTS:
                # An earlier owner that was slow to fence did so after us, and committed: fence it again.
                log.warning("committed offsets have moved meanwhile: opened again", partitions=behind)
                return False
            for partition in behind:
                _tell_lost_end(partition, committed[partition], told.get(partition))
            found = await self.positions.go_to(
                {p: _start(p, committed.get(p), told.get(p)) for p in sorted(assigned)}
            )
        except (KafkaError, OSError, asyncio.CancelledError) as error:
            if is_cancelled() or attempt == _ATTEMPTS or not _may_pass(error):
                raise
            log.warning("opening is tried again", error=repr(error))
            return False
        if generation == self._generation:
            self.offsets, self._expected = dict(found), dict(found)
            self.phase = Phase.OPEN
            log.info("partitions open", generation=generation, partitions=len(assigned))
            await self._commit_again({p: told[p] for p in sorted(assigned) if p in told.keys() - committed})
        return True

    def _behind(
        self,
        assigned: frozenset[Partition],
        told: Mapping[Partition, int],
        committed: Mapping[Partition, int],
    ) -> list[Partition]:
        if not self.tells_offsets:
            return []
        return [p for p in sorted(assigned) if told.get(p, 0) < committed.get(p, 0)]

    async def _commit_again(self, lost: Mapping[Partition, int]) -> None:
        """Whoever follows the group would wait for these offsets until the next record of their partition."""
        for p, offset in lost.items():
            await self.put(Batch(p.kafka_topic, p.number, self._generation, (), offset), [])

    async def _fence(self, assigned: frozenset[Partition]) -> None:
        await self._close_writers()
        self._writers = {source: self.new_writer(source, self._committed) for source in sorted(assigned)}
        # all must have ended: one that goes on would take the transactional id from its own successor
        opened = await asyncio.gather(
            *(writer.open() for writer in self._writers.values()), return_exceptions=True
        )
        for fault in opened:
            if isinstance(fault, BaseException):
                raise fault

    async def revoke(self) -> None:
        """Finish and commit what is on its way, and process nothing more until the next generation."""
        if self.phase is Phase.CLOSED:
            return
        self._generation, self._draining = NONE_LIVE, self._generation
        self.phase = Phase.JOINING
        if self._opening:
            self._opening.cancel()
        await self._drain()
        self._draining = NONE_LIVE
        self._expected, self.offsets = {}, {}
        self.ages.forget()
        await self._close_writers()

    async def _drain(self) -> None:
        """Let writers commit what they have; what takes too long is left: the next owner aborts it."""
        emptied = await asyncio.gather(
            *(writer.wait_empty(self.drain_seconds) for writer in self._writers.values())
        )
        if not all(emptied):
            log.warning("left uncommitted at the end of a generation", partitions=emptied.count(False))

    async def _close_writers(self) -> None:
        closing, self._writers = self._writers, {}
        await asyncio.gather(*(writer.close() for writer in closing.values()))

    async def close(self) -> None:
        """The same for good, before the process stops in good order."""
        await self.revoke()
        self.phase, self.assigned = Phase.CLOSED, frozenset()

    @property
    def standing(self) -> Phase:
        """The phase as of this moment: one that wakes from a pause has lapsed before it knows of it."""
        lapsed = self.phase is Phase.OPEN and self.lease.remaining_seconds < 0
        return Phase.LAPSED if lapsed else self.phase

    # --- records in ------------------------------------------------------------------------------------

    @property
    def generation(self) -> int:
        """The generation whose records may be processed, NONE_LIVE between two."""
        return self._generation

    @property
    def opened(self) -> frozenset[Partition]:
        """The partitions that may be fetched from: fenced, recovered, and sought to where they go on."""
        return frozenset(self._expected)

    async def take(self, generation: int, source: Partition, fetched: Fetched) -> None:
        """Put what was fetched into the agent's inbox; a position that moved by itself ends the process."""
        if generation == NONE_LIVE or generation != self._generation or source not in self._expected:
            return
        if fetched.before != self._expected[source]:
            self.end(
                "fetch position moved", partition=source, expected=self._expected[source], at=fetched.before
            )
        self._expected[source] = fetched.after
        self.ages.fetched(source, fetched.records)
        for batch in _batches(source, generation, fetched):
            await self.inboxes[source.kafka_topic].put(batch)

    def skip_lost(self, source: Partition, *, first: int) -> None:
        """Records were deleted before they were read: go on at the first that is there, and say so."""
        lost, self._expected[source] = first - self._expected[source], first
        self.lost_records[source.kafka_topic] = self.lost_records.get(source.kafka_topic, 0) + lost
        log.error(
            "records were deleted before they were read",
            kafka_topic=source.kafka_topic,
            partition=source.number,
            records=lost,
            remedy="raise retention.ms of the Kafka topic, or run workers more often",
        )

    async def live(self, batches: AsyncIterable[Batch]) -> AsyncIterator[Batch]:
        """The batches that may still be processed."""
        async for batch in batches:
            await asyncio.sleep(0)  # a full inbox never makes an agent wait, and so would starve all else
            if self.may_process(batch):
                yield batch

    def may_process(self, batch: Batch) -> bool:
        """Whether this worker still holds the batch's partition, as far as it knows."""
        return batch.generation == self._generation

    # --- records out -----------------------------------------------------------------------------------

    async def put(self, batch: Batch, outgoing: Sequence[Outgoing]) -> None:
        """Take what a batch gives rise to, in the order of its partition; waits while much is on its way."""
        writer = self._writers.get(batch.source)
        if writer and batch.generation in (self._generation, self._draining):
            await writer.put(batch, outgoing)

    def _committed(
        self,
        source: Partition,
        next_offset: int,
        written: Sequence[Outgoing],
        ends: Mapping[tuple[str, int], int],
    ) -> None:
        self.offsets[source] = next_offset
        if writer := self._writers.get(source):
            self.on_transaction(source.kafka_topic, writer.transaction_seconds)
        self.ages.committed(source, next_offset)
        self.on_committed(source, next_offset, written, ends)

    def lag(self) -> dict[Partition, int]:
        """Records between the committed offset and the log's end, by partition held."""
        ends = {source: self.positions.log_end(source) for source in self._expected}
        return {
            source: max(0, end - self.offsets.get(source, 0))
            for source, end in ends.items()
            if end is not None
        }

    def seconds_behind(self) -> dict[str, float]:
        """By Kafka topic how long ago the oldest story arrived that is fetched and not committed, else 0."""
        nothing_waits = dict.fromkeys((source.kafka_topic for source in self._expected), 0.0)
        return nothing_waits | self.ages.oldest_seconds()

    def holds(self, kafka_topic: str) -> frozenset[int]:
        """Numbers of the partitions of this Kafka topic that are open now."""
        if self.standing is not Phase.OPEN:
            return frozenset()
        return frozenset(source.number for source in self._expected if source.kafka_topic == kafka_topic)


def is_cancelled() -> bool:
    """Whether this task is being cancelled; Faust and aiokafka also cancel what somebody else waits for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _may_pass(error: BaseException) -> bool:
    """Whether the fault may be gone the next time; an illegal state is a revocation on its way to us."""
    if isinstance(error, KafkaError):
        return isinstance(error, IllegalStateError) or bool(error.retriable)
    return isinstance(error, OSError | asyncio.CancelledError)


def _tell_lost_end(source: Partition, committed: int, told: int | None) -> None:
    """Tables and offset are committed together, so a difference is a fault; None: the whole is lost."""
    log.error(
        "a changelog has lost its end: counts of this partition may be too low",
        partition=source,
        committed=committed,
        changelog_tells=told,
        remedy="tidings rebuild --from NAMESPACE",
    )


def _start(source: Partition, committed: int | None, told: int | None) -> int | None:
    """Where a partition goes on: at the furthest that is known."""
    if told is not None and (committed is None or told > committed):
        log.warning("the committed offset is lost: the tables tell it", partition=source, offset=told)
    known = [offset for offset in (committed, told) if offset is not None]
    return max(known, default=None)


def _batches(source: Partition, generation: int, fetched: Fetched) -> Iterable[Batch]:
    """At most BATCH_RECORDS a batch; where there are none, one that only moves the offset."""
    parts = [fetched.records[at : at + BATCH_RECORDS] for at in range(0, len(fetched.records), BATCH_RECORDS)]
    for number, part in enumerate(parts or [()], start=1):
        last = number == max(1, len(parts))
        next_offset = fetched.after if last else part[-1].offset + 1
        yield Batch(source.kafka_topic, source.number, generation, part, next_offset)
