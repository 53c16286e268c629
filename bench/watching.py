"""What somebody who asks all the time sees of a take-over: pauses, and how late tallies are."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count, product
from typing import Any, Final

import httpx
from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import DefaultPartitioner

from bench.workers import RoleProcess
from schemas.coded import CodedArticle
from schemas.coding import Actor, Coding, Topic
from schemas.coordinates import Coordinates
from schemas.wire import encode

POLL_SECONDS: Final = 0.05
TRICKLE_SECONDS: Final = 0.2
ANSWER_SECONDS: Final = 2.0


def synthetic(
    number: int, *, partition: int, actors: tuple[Actor, ...] = (), topics: tuple[Topic, ...] = ()
) -> CodedArticle:
    """A coded article that nobody coded, of a log of its own."""
    return CodedArticle(
        article_id=f"{partition}-{number}",
        article=Coordinates(partition=partition, offset=number, log="synthetic"),
        content_hash=f"{partition}-{number}",
        coder="synthetic",
        coding=Coding(actors=actors, topics=topics),
    )


def probe_keys(partitions: int) -> dict[tuple[int, int], str]:
    """A topic for each partition of coded articles and each of tallies: tallies go from one to the other."""
    partition_of, found = DefaultPartitioner(), {}
    every = list(range(partitions))
    for source, target in product(every, every):
        names = (f"medtop:probe-{source}-{n}" for n in count())
        found[source, target] = next(
            name for name in names if partition_of(name.encode(), every, every) == target
        )
    return found


@dataclass
class Trickle:
    """Sends articles to every coded partition, each with a tally for every partition of tallies."""

    kafka_topic: str
    keys: Mapping[tuple[int, int], str]
    sent: dict[int, list[float]] = field(default_factory=dict)
    """By coded partition when each article was sent, in their order."""

    async def run(self, options: Mapping[str, Any]) -> None:
        """Send until cancelled."""
        producer = AIOKafkaProducer(**options, acks="all")
        await producer.start()
        try:
            while True:
                for source in sorted({source for source, _ in self.keys}):
                    await self._send(producer, source)
                await asyncio.sleep(TRICKLE_SECONDS)
        finally:
            await producer.stop()

    async def _send(self, producer: AIOKafkaProducer, source: int) -> None:
        times = self.sent.setdefault(source, [])
        topics = tuple(
            Topic(code=key, name=key, score=1) for (of, _), key in self.keys.items() if of == source
        )
        article = synthetic(len(times), partition=source, topics=topics)
        times.append(time.monotonic())
        await producer.send_and_wait(
            self.kafka_topic, key=article.article_id.encode(), value=encode(article), partition=source
        )


@dataclass
class Watch:
    """Asks every worker again and again, and keeps the longest that each partition was not answered for."""

    workers: list[RoleProcess]
    trickle: Trickle
    held: dict[str, frozenset[int]] = field(default_factory=dict)
    """By worker's name what it answered for when last asked."""
    changes: list[tuple[float, str, frozenset[int]]] = field(default_factory=list)
    pauses: dict[int, float] = field(default_factory=dict)
    delays: dict[tuple[int, int], float] = field(default_factory=dict)
    """By coded partition and partition of tallies the longest until what was sent was seen."""
    _answered_at: dict[int, float] = field(default_factory=dict)
    _seen: dict[tuple[int, int], int] = field(default_factory=dict)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Ask for as long as the block runs."""
        async with asyncio.TaskGroup() as group:
            asking = [group.create_task(self._ask_always(worker)) for worker in self.workers]
            yield
            for task in asking:
                task.cancel()

    def begin(self) -> float:
        """Forget what was measured before; the moment from which it counts now."""
        now = time.monotonic()
        self.pauses, self.delays = {}, {}
        self._answered_at = dict.fromkeys(self._answered_at, now)
        return now

    async def settled(self, partitions: int, *, timeout_seconds: float) -> None:
        """Return when each partition is answered by exactly one and the trickle is seen up to this moment."""
        sent = {source: len(times) for source, times in self.trickle.sent.items()}
        async with asyncio.timeout(timeout_seconds):
            while (  # noqa: ASYNC110 - what is waited for happens in another process
                sorted(number for held in self.held.values() for number in held) != list(range(partitions))
                or any(self._seen.get(way, 0) < sent.get(way[0], 0) for way in self.trickle.keys)
            ):
                await asyncio.sleep(POLL_SECONDS)

    async def _ask_always(self, worker: RoleProcess) -> None:
        async with httpx.AsyncClient(base_url=worker.url, timeout=ANSWER_SECONDS) as client:
            while True:
                answer = await _ask(client)
                self._note(worker.name, answer or {"items": [], "partitions": []})
                await asyncio.sleep(POLL_SECONDS)

    def _note(self, name: str, answer: Mapping[str, Any]) -> None:
        now, held = time.monotonic(), frozenset(answer["partitions"])
        if self.held.get(name) != held:
            self.held[name] = held
            self.changes.append((now, name, held))
        for number in held:
            paused = now - self._answered_at.get(number, now)
            self.pauses[number] = max(self.pauses.get(number, 0.0), paused)
            self._answered_at[number] = now
        counts = {item["key"]: item["counters"]["articles"] for item in answer["items"]}
        for way, key in self.trickle.keys.items():
            if key in counts:
                self._note_count(way, counts[key], now)

    def _note_count(self, way: tuple[int, int], visible: int, now: float) -> None:
        before = self._seen.get(way, 0)
        if visible > before:
            delay = now - self.trickle.sent[way[0]][before]
            self.delays[way] = max(self.delays.get(way, 0.0), delay)
            self._seen[way] = visible


async def _ask(client: httpx.AsyncClient) -> dict[str, Any] | None:
    """A worker's own partitions and what it answers, None where it is away or not ready."""
    try:
        state = await client.post("/internal/v1/ask", json={"body": {"ask": "state"}})
        response = await client.get("/v1/topics", params={"limit": 1000})
    except httpx.HTTPError:
        return None
    if not state.is_success or response.status_code != httpx.codes.OK:
        return None
    return {"items": response.json()["items"], "partitions": state.json()["body"]["partitions"]}
