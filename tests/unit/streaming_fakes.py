"""Kafka's side of the agents for tests: records, a writer, a consumer's positions, an ending."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn

from aiokafka.errors import KafkaError

from streams.delivery import Batch, Delivery, Lease, Outgoing, Writer
from streams.delivery.batch import Partition
from streams.delivery.writer import Committed


@dataclass(frozen=True, slots=True)
class Record:
    offset: int
    key: bytes | None = None
    value: bytes | None = None
    timestamp: int = 0
    headers: Sequence[tuple[str, bytes]] = ()


def batch_of(
    *records: Record,
    kafka_topic: str = "articles",
    partition: int = 0,
    generation: int = 1,
    next_offset: int | None = None,
) -> Batch:
    """A batch that ends with its last record, unless marks of transactions follow it."""
    after = records[-1].offset + 1 if records else 0
    return Batch(kafka_topic, partition, generation, records, after if next_offset is None else next_offset)


def records(*offsets: int) -> list[Record]:
    return [Record(offset, b"k%d" % offset, b"v%d" % offset) for offset in offsets]


class Ended(Exception):
    """Stands for the end of the process."""


@dataclass
class Endings:
    reasons: list[str] = field(default_factory=list)
    fields: list[dict[str, object]] = field(default_factory=list)

    def __call__(self, why: str, /, **fields: object) -> NoReturn:
        self.reasons.append(why)
        self.fields.append(fields)
        raise Ended(why)


@dataclass
class FakeClock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Journal:
    """What writers were opened, given and closed, in that order; commits at once, or when told to."""

    by_hand: bool = False
    opened: list[Partition] = field(default_factory=list)
    closed: list[Partition] = field(default_factory=list)
    put: list[tuple[Batch, tuple[Outgoing, ...]]] = field(default_factory=list)
    refuse: list[KafkaError] = field(default_factory=list)
    """Raised by the next writers that are opened, the last one first."""

    @property
    def outgoing(self) -> list[Outgoing]:
        """All that was put, in order."""
        return [record for _, records in self.put for record in records]

    @property
    def keys(self) -> list[bytes | None]:
        return [record.key for record in self.outgoing]

    def new_writer(self, source: Partition, on_committed: Committed) -> "FakeWriter":
        return FakeWriter(source, on_committed, self)


class FakeWriter(Writer):
    """A writer without Kafka."""

    def __init__(self, source: Partition, on_committed: Committed, journal: Journal) -> None:
        self.source, self.on_committed, self.journal = source, on_committed, journal
        self.waiting: list[tuple[Batch, Sequence[Outgoing]]] = []
        self.emptied = asyncio.Event()
        self.emptied.set()

    async def open(self) -> None:
        self.journal.opened.append(self.source)
        if self.journal.refuse:
            raise self.journal.refuse.pop()

    async def put(self, batch: Batch, outgoing: Sequence[Outgoing]) -> None:
        self.journal.put.append((batch, tuple(outgoing)))
        self.waiting.append((batch, outgoing))
        self.emptied.clear()
        if not self.journal.by_hand:
            self.commit()

    def commit(self) -> None:
        """What a transaction would do that takes everything that waits."""
        waiting, self.waiting = self.waiting, []
        if waiting:
            written = [record for _, outgoing in waiting for record in outgoing]
            ends = {(row.kafka_topic, row.partition): 1 for row in written if row.partition is not None}
            self.on_committed(self.source, waiting[-1][0].next_offset, written, ends)
        self.emptied.set()

    async def wait_empty(self, timeout_seconds: float) -> bool:
        try:
            await asyncio.wait_for(self.emptied.wait(), timeout_seconds)
        except TimeoutError:
            return False
        return True

    async def close(self) -> None:
        self.journal.closed.append(self.source)


@dataclass
class FakePositions:
    """A consumer's positions: what is committed, and where it was told to go."""

    offsets: dict[Partition, int] = field(default_factory=dict)
    firsts: dict[Partition, int] = field(default_factory=dict)
    ends: dict[Partition, int] = field(default_factory=dict)
    went_to: list[dict[Partition, int | None]] = field(default_factory=list)
    on_committed: Callable[[], None] = lambda: None
    """Called whenever committed offsets are asked for: may raise."""

    async def committed(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        self.on_committed()
        await asyncio.sleep(0)
        return {partition: self.offsets[partition] for partition in partitions if partition in self.offsets}

    async def go_to(self, offsets: Mapping[Partition, int | None]) -> dict[Partition, int]:
        self.went_to.append(dict(offsets))
        await asyncio.sleep(0)
        return {
            partition: self.firsts.get(partition, 0) if offset is None else offset
            for partition, offset in offsets.items()
        }

    def log_end(self, partition: Partition) -> int | None:
        return self.ends.get(partition)


async def recover_nothing(assigned: frozenset[Partition]) -> dict[Partition, int]:
    """No tables, which tell nothing."""
    return {}


def delivery_of(
    positions: FakePositions,
    endings: Endings,
    *,
    journal: Journal | None = None,
    recover: Callable[[frozenset[Partition]], Awaitable[Mapping[Partition, int]]] = recover_nothing,
    tells_offsets: bool = False,
    clock: Callable[[], float] = lambda: 0.0,
    session_seconds: float = 10.0,
    inbox_batches: int = 0,
    kafka_topics: Sequence[str] = ("articles", "coded", "tallies"),
) -> Delivery:
    delivery = Delivery(
        lease=Lease(session_seconds, clock=clock),
        recover=recover,
        new_writer=(journal or Journal()).new_writer,
        end=endings,
        drain_seconds=0.5,
        tells_offsets=tells_offsets,
        inboxes={name: asyncio.Queue(inbox_batches) for name in kafka_topics},
    )
    delivery.attach(positions)
    return delivery


async def opened(delivery: Delivery, *partitions: Partition, generation: int = 1) -> Delivery:
    """The delivery with these partitions open."""
    delivery.begin(generation, frozenset(partitions))
    await opening_of(delivery)
    return delivery


async def opening_of(delivery: Delivery) -> None:
    assert delivery._opening is not None
    await delivery._opening


async def until(condition: Callable[[], object]) -> None:
    """Let other tasks run until a condition holds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(0)


async def settle_down(turns: int = 50) -> None:
    """Let everything run that can run."""
    for _ in range(turns):
        await asyncio.sleep(0)


@asynccontextmanager
async def running(*loops: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[list[asyncio.Task[None]]]:
    """These loops as tasks for as long as the block runs."""
    tasks = [asyncio.create_task(loop()) for loop in loops]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def stream_of(*batches: Batch) -> AsyncIterator[Batch]:
    for batch in batches:
        yield batch
