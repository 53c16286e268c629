"""A producer and a clock of the tests' own, and articles to send."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import orjson
from aiokafka.errors import KafkaError

from schemas.article import Article
from streams.replay.items import Origin, Sourced


class Position(NamedTuple):
    partition: int
    offset: int


@dataclass
class FakeProducer:
    """Acknowledges at once, or when told to; faults are looked up by key, on sending or on acknowledging."""

    by_hand: bool = False
    partitions: int = 1
    refuse_on_send: dict[bytes, KafkaError] = field(default_factory=dict)
    refuse_later: dict[bytes, KafkaError] = field(default_factory=dict)
    records: list[tuple[str, bytes, bytes, list[tuple[str, bytes]]]] = field(default_factory=list)
    futures: list[asyncio.Future[Position]] = field(default_factory=list)
    most_in_flight: int = 0

    async def send(
        self, topic: str, value: bytes, key: bytes, *, headers: list[tuple[str, bytes]]
    ) -> asyncio.Future[Position]:
        if key in self.refuse_on_send:
            raise self.refuse_on_send[key]
        self.records.append((topic, key, value, headers))
        self.futures.append(asyncio.get_running_loop().create_future())
        self.most_in_flight = max(self.most_in_flight, sum(not one.done() for one in self.futures))
        if not self.by_hand:
            asyncio.get_running_loop().call_soon(self.acknowledge, len(self.futures) - 1)
        return self.futures[-1]

    def acknowledge(self, number: int) -> None:
        future, key = self.futures[number], self.records[number][1]
        if future.done():
            return
        if key in self.refuse_later:
            future.set_exception(self.refuse_later[key])
        else:
            future.set_result(Position(number % self.partitions, number // self.partitions))

    @property
    def keys(self) -> list[str]:
        return [key.decode() for _, key, _, _ in self.records]


@dataclass
class FakeClock:
    """Time that passes only by sleeping, or when told to."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


def sourced(article_id: str, published_at: datetime | None = None, *, text: str = "Rain fell.") -> Sourced:
    return Sourced(Article(id=article_id, text=text, published_at=published_at), Origin("feed.jsonl", 1))


async def until(condition: Callable[[], bool]) -> None:
    """Let other tasks and the reading thread run until a condition holds."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - the reading thread sets no event
            await asyncio.sleep(0.001)


def write_json_lines(file: Path, records: Iterable[object]) -> Path:
    file.write_bytes(b"".join(orjson.dumps(record) + b"\n" for record in records))
    return file
