"""The code agent: raw articles to coded ones; stateless, many at once, written in the order they came."""

import asyncio
from collections.abc import AsyncIterable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Protocol

from schemas.coded import CodedArticle
from schemas.coordinates import Coordinates
from schemas.dead_letter import Reason
from schemas.wire import encode
from streams.agents.agent import Agent
from streams.agents.guard import WITHDRAWN, Accepted, Guard, Withdrawn
from streams.coder_pool import CoderCrashed, CoderTooSlow, CodingResult, CodingTask
from streams.dead_letters import DeadLetters, Fault, first_coordinates
from streams.delivery import Batch, Delivery, Outgoing
from streams.delivery.ages import arrival_of
from streams.delivery.batch import ConsumedRecord
from streams.kafka_topics import MAX_RECORD_BYTES
from streams.metrics import Metrics

IN_FLIGHT_PER_PROCESS: Final = 32

MAX_CODED_BYTES: Final = MAX_RECORD_BYTES - 64 * 1024
"""Largest coded article, with room for key and headers: a producer that refused it would end the worker."""

_Coding = tuple[Batch, asyncio.Task[Outgoing] | None]


def _too_large(article_id: str, result: CodingResult) -> Fault:
    return Fault(
        Reason.CODED_TOO_LARGE,
        f"article {article_id!r}: its coding has {len(result.coded)} bytes, at most {MAX_CODED_BYTES} go on; "
        "split the text",
    )


class Pool(Protocol):
    """The part of a coder pool that this agent uses."""

    async def code(self, task: CodingTask) -> CodingResult:
        """Code one article."""


@dataclass(frozen=True)
class ArticleCoder:
    """Turns one record of the articles topic into one coded record or one dead letter."""

    guard: Guard
    pool: Pool
    coded: str
    dead_letters: DeadLetters
    metrics: Metrics
    coder_version: str
    now: Callable[[], datetime]

    async def outgoing(self, batch: Batch, record: ConsumedRecord) -> Outgoing:
        """What this record gives rise to: a fault of the input is a dead letter, never an exception."""
        self.metrics.articles_read.inc()
        judged = self.guard.read(record.key, record.value, now=self.now())
        at = _version(batch, record)
        if isinstance(judged, Fault):
            return self.dead_letters.take(judged, batch, record)
        if isinstance(judged, Withdrawn):
            return self._withdrawal(judged, at, record)
        self.metrics.unknown_fields.labels(batch.kafka_topic).inc(judged.unknown_fields)
        return await self._coded(judged, at, batch, record)

    async def _coded(
        self, accepted: Accepted, at: Coordinates, batch: Batch, record: ConsumedRecord
    ) -> Outgoing:
        try:
            result = await self.pool.code(CodingTask(accepted.article, at, accepted.content_hash))
        except CoderCrashed as error:
            return self.dead_letters.take(Fault(Reason.CODER_CRASHED, str(error)), batch, record, attempts=2)
        except CoderTooSlow as error:
            return self.dead_letters.take(Fault(Reason.CODER_TIMEOUT, str(error)), batch, record)
        if len(result.coded) > MAX_CODED_BYTES:
            return self.dead_letters.take(_too_large(accepted.article.id, result), batch, record)
        self.metrics.articles_coded.inc()
        self.metrics.article_coding_seconds.observe(result.seconds)
        for event_type, confidence in result.events:
            self.metrics.observe_event(event_type, confidence)
        return Outgoing(self.coded, record.key, result.coded, headers=arrival_of(record))

    def _withdrawal(self, withdrawn: Withdrawn, at: Coordinates, record: ConsumedRecord) -> Outgoing:
        coded = CodedArticle(
            article_id=withdrawn.article_id,
            article=at,
            content_hash=WITHDRAWN,
            coder=self.coder_version,
            coding=None,
        )
        return Outgoing(self.coded, record.key, encode(coded), headers=arrival_of(record))


@dataclass
class _Lanes:
    """The articles on their way, by partition: coded side by side, put on in the order they came."""

    delivery: Delivery
    room: asyncio.Semaphore
    tasks: asyncio.TaskGroup = field(default_factory=asyncio.TaskGroup)
    _by_partition: dict[int, asyncio.Queue[_Coding]] = field(default_factory=dict)

    def add(self, batch: Batch, coding: asyncio.Task[Outgoing] | None) -> None:
        """Put a coding, or None where there is nothing to code, behind those of its partition."""
        if batch.partition not in self._by_partition:
            lane = self._by_partition[batch.partition] = asyncio.Queue()
            self.tasks.create_task(self._run(lane))
        self._by_partition[batch.partition].put_nowait((batch, coding))

    async def _run(self, lane: asyncio.Queue[_Coding]) -> None:
        while True:
            batch, coding = await lane.get()
            outgoing = [await coding] if coding else []
            if coding:
                self.room.release()
            if self.delivery.may_process(batch):
                await self.delivery.put(batch, outgoing)


def build_code_agent(coder: ArticleCoder, *, delivery: Delivery, max_in_flight: int) -> Agent:
    """The function that reads batches of raw articles; at most `max_in_flight` are on their way."""

    async def code_agent(batches: AsyncIterable[Batch]) -> None:
        lanes = _Lanes(delivery, asyncio.Semaphore(max_in_flight))
        async with lanes.tasks:
            async for batch in delivery.live(batches):
                coder.metrics.batch_records.labels("code").observe(len(batch.records))
                for alone in _singly(batch):
                    await lanes.room.acquire()
                    coding = coder.outgoing(alone, alone.records[0])
                    lanes.add(alone, lanes.tasks.create_task(coding))
                lanes.add(replace(batch, records=()), None)

    return code_agent


def _version(batch: Batch, record: ConsumedRecord) -> Coordinates:
    """Where this version was published: a replayed dead letter is not newer than when it first failed."""
    own = Coordinates(partition=batch.partition, offset=record.offset)
    return first_coordinates(batch, record) or own


def _singly(batch: Batch) -> Iterator[Batch]:
    """A batch a record, so that one slow article does not hold back what came before it."""
    for record in batch.records:
        yield replace(batch, records=(record,), next_offset=record.offset + 1)
