"""Kafka's side of the agents for tests: records, a producer, a consumer's positions, an ending."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn

from aiokafka.errors import KafkaError

from streams.delivery import Batch, Delivery, Lease
from streams.delivery.delivery import Partition


@dataclass(frozen=True, slots=True)
class Record:
    offset: int
    key: bytes | None = None
    value: bytes | None = None
    timestamp: int = 0
    headers: Sequence[tuple[str, bytes]] = ()


def batch_of(
    *records: Record, kafka_topic: str = "articles", partition: int = 0, generation: int = 1
) -> Batch:
    return Batch(kafka_topic, partition, generation, records)


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
class FakeSender:
    """A producer that acknowledges at once, or record by record when told to."""

    by_hand: bool = False
    refuse: KafkaError | None = None
    sent: list[tuple[str, bytes | None, bytes | None, int | None, tuple[tuple[str, bytes], ...]]] = field(
        default_factory=list
    )
    futures: list[asyncio.Future[None]] = field(default_factory=list)

    async def send(
        self,
        topic: str,
        value: bytes | None = None,
        key: bytes | None = None,
        partition: int | None = None,
        headers: list[tuple[str, bytes]] | None = None,
    ) -> asyncio.Future[None]:
        assert headers is None or isinstance(headers, list), "aiokafka takes no other sequence"
        if self.refuse:
            raise self.refuse
        self.sent.append((topic, key, value, partition, tuple(headers or ())))
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.futures.append(future)
        if not self.by_hand:
            future.set_result(None)
        return future

    @property
    def keys(self) -> list[bytes | None]:
        return [key for _, key, _, _, _ in self.sent]


@dataclass
class FakePositions:
    """A consumer's positions: what was sought, fetched and committed, in that order."""

    offsets: dict[Partition, int | None] = field(default_factory=dict)
    ends: dict[Partition, int] = field(default_factory=dict)
    takes_commits: bool = True
    sought: list[Partition] = field(default_factory=list)
    on_seek: Callable[[Partition], None] = lambda _: None
    commits: list[dict[Partition, int]] = field(default_factory=list)

    async def seek_to_committed(self, partition: Partition) -> int | None:
        self.sought.append(partition)
        self.on_seek(partition)
        await asyncio.sleep(0)
        return self.offsets.get(partition)

    async def commit_offsets(self, offsets: Mapping[Partition, int]) -> bool:
        self.commits.append(dict(offsets))
        if self.takes_commits:
            self.offsets.update(offsets)
        return self.takes_commits

    def log_end(self, partition: Partition) -> int | None:
        return self.ends.get(partition)


async def recover_nothing(assigned: frozenset[Partition], kept: frozenset[Partition]) -> None:
    """Nothing to recover."""


def delivery_of(
    positions: FakePositions,
    endings: Endings,
    *,
    recover: Callable[..., Coroutine[Any, Any, None]] = recover_nothing,
    clock: Callable[[], float] = lambda: 0.0,
    session_seconds: float = 10.0,
    inbox_batches: int = 0,
    kafka_topics: Sequence[str] = ("articles", "coded", "tallies"),
) -> Delivery:
    delivery = Delivery(
        lease=Lease(session_seconds, end=endings, clock=clock),
        recover=recover,
        end=endings,
        drain_seconds=0.05,
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
