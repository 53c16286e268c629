"""Which partitions this worker holds, what it may process of them, and what it may commit."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

import structlog

from streams.delivery.batch import Batch, ConsumedRecord
from streams.delivery.ending import End
from streams.delivery.lease import Lease
from streams.delivery.outbox import Outbox

log = structlog.get_logger(__name__)


class Partition(NamedTuple):
    """A partition of a Kafka topic."""

    kafka_topic: str
    number: int


class Phase(StrEnum):
    """Where a worker stands in its consumer group."""

    JOINING = "joining"
    RECOVERING = "recovering"
    OPEN = "open"
    LAPSED = "lapsed"
    CLOSED = "closed"


class Positions(Protocol):
    """What a delivery asks of its consumer."""

    async def seek_to_committed(self, partition: Partition) -> int | None:
        """Go to the committed offset and return it; to the earliest record and None where there is none."""

    async def commit_offsets(self, offsets: Mapping[Partition, int]) -> bool:
        """Commit next offsets to read; True where the broker has taken them."""

    def log_end(self, partition: Partition) -> int | None:
        """The offset after the last record, as the last fetch answered."""


Recover = Callable[[frozenset[Partition], frozenset[Partition]], Awaitable[None]]
"""Called with the partitions assigned and those of them whose tables still hold; recovers the rest."""

BATCH_RECORDS: Final = 50
"""Most records in a batch: an agent holds the event loop for that long."""

NONE_LIVE: Final = -1
"""The generation while nothing may be processed; Kafka's own count from 0."""


@dataclass
class Delivery:
    """The state of one consumer group's member: see the contract in this package's docstring."""

    lease: Lease
    recover: Recover
    end: End
    drain_seconds: float
    inboxes: dict[str, asyncio.Queue[Batch]] = field(default_factory=dict)
    outboxes: list[Outbox] = field(default_factory=list)
    phase: Phase = Phase.JOINING
    assigned: frozenset[Partition] = frozenset()
    committed: dict[Partition, int] = field(default_factory=dict)
    _generation: int = NONE_LIVE
    _draining: int = NONE_LIVE
    _held_until: int = NONE_LIVE
    _expected: dict[Partition, int | None] = field(default_factory=dict)
    _done: dict[Partition, int] = field(default_factory=dict)
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
        kept = self.assigned & assigned if self._held_without_a_break(generation) else frozenset[Partition]()
        self._generation, self.assigned, self.phase = generation, assigned, Phase.RECOVERING
        self._opening = asyncio.create_task(self._open(generation, assigned, kept))
        log.info("partitions assigned", generation=generation, partitions=len(assigned), kept=len(kept))

    def _held_without_a_break(self, generation: int) -> bool:
        """Nobody else held our partitions: no generation went by without us, and the lease never lapsed."""
        return self._held_until != NONE_LIVE and generation == self._held_until + 1

    async def _open(
        self, generation: int, assigned: frozenset[Partition], kept: frozenset[Partition]
    ) -> None:
        try:
            await self.recover(assigned, kept)
            for partition in sorted(assigned):
                await self._open_one(generation, partition)
        except Exception as error:  # noqa: BLE001 - nothing awaits this task: without this a fault would hang it
            self.end("recovery failed", error=repr(error))
        if generation == self._generation:
            self.phase = Phase.OPEN
            log.info("partitions open", generation=generation, partitions=len(assigned))

    async def _open_one(self, generation: int, partition: Partition) -> None:
        if generation != self._generation:
            return
        committed = await self.positions.seek_to_committed(partition)
        if generation == self._generation:
            self._expected[partition] = committed
            self.committed[partition] = committed or 0

    async def revoke(self) -> None:
        """Finish what is on its way, commit it, and process nothing more until the next generation."""
        if self.phase is Phase.CLOSED:
            return
        held = self.phase is Phase.OPEN and self.lease.remaining_seconds > 0
        self._held_until = self._generation if held else NONE_LIVE
        self._generation, self._draining = NONE_LIVE, self._generation
        if self._opening:
            self._opening.cancel()
        await self._drain()
        await self._commit()
        self._draining = NONE_LIVE
        self._expected.clear()
        self._done.clear()
        self.phase = Phase.JOINING

    async def close(self) -> None:
        """The same for good, before the process stops in good order."""
        await self.revoke()
        self.phase, self.assigned = Phase.CLOSED, frozenset()

    async def _drain(self) -> None:
        for outbox in self.outboxes:
            if not await outbox.wait_empty(self.drain_seconds):
                self.end("writes are not acknowledged at the end of a generation")

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
        """The partitions that may be fetched from: recovered, and sought to their committed offset."""
        return frozenset(self._expected)

    async def take(self, generation: int, partition: Partition, records: Sequence[ConsumedRecord]) -> None:
        """Put fetched records into the agent's inbox; a hole in them ends the process."""
        if generation == NONE_LIVE or generation != self._generation or partition not in self._expected:
            return
        expected, first = self._expected[partition], records[0].offset
        if (expected is not None and first != expected) or records[-1].offset - first != len(records) - 1:
            got = [record.offset for record in records]
            self.end("hole in what was fetched", partition=partition, expected=expected, got=got)
        self._expected[partition] = records[-1].offset + 1
        for start in range(0, len(records), BATCH_RECORDS):
            part = records[start : start + BATCH_RECORDS]
            batch = Batch(partition.kafka_topic, partition.number, generation, part)
            await self.inboxes[partition.kafka_topic].put(batch)

    async def live(self, batches: AsyncIterable[Batch]) -> AsyncIterator[Batch]:
        """The batches that may still be processed, each after a check of the lease."""
        async for batch in batches:
            await asyncio.sleep(0)  # a full inbox never makes an agent wait, and so would starve all else
            if self.may_process(batch):
                yield batch

    def may_process(self, batch: Batch) -> bool:
        """Whether this worker still holds the batch's partition; a lapsed lease ends the process."""
        if batch.generation != self._generation:
            return False
        self.lease.check("batch")
        return True

    # --- offsets out -----------------------------------------------------------------------------------

    def mark_done(self, batch: Batch) -> None:
        """All that the batch gave rise to is acknowledged: its offset may be committed."""
        if batch.generation in (self._generation, self._draining):
            self._done[Partition(batch.kafka_topic, batch.partition)] = batch.next_offset

    async def commit_every(self, seconds: float) -> None:
        """Commit what is done, again and again."""
        while True:
            await asyncio.sleep(seconds)
            await self._commit()

    async def _commit(self) -> None:
        generation, offsets = (self._generation, self._draining), self._done
        self._done = {}
        if not offsets:
            return
        if await self.positions.commit_offsets(offsets):
            self.committed.update(offsets)
        elif generation == (self._generation, self._draining):  # tried again with what is done by then
            self._done = {**offsets, **self._done}

    def committed_offset(self, kafka_topic: str, partition: int) -> int:
        """The next offset known to be committed; every offset below it is never read again."""
        return self.committed.get(Partition(kafka_topic, partition), 0)

    def lag(self) -> dict[Partition, int]:
        """Records between the committed offset and the log's end, by partition held."""
        ends = {partition: self.positions.log_end(partition) for partition in self._expected}
        return {
            partition: max(0, end - self.committed.get(partition, 0))
            for partition, end in ends.items()
            if end is not None
        }

    def holds(self, kafka_topic: str) -> frozenset[int]:
        """Numbers of the partitions of this Kafka topic that are open now."""
        if self.standing is not Phase.OPEN:
            return frozenset()
        return frozenset(p.number for p in self._expected if p.kafka_topic == kafka_topic)
