"""The code agent: one record in, one coded record or dead letter out, in the order they came."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from agent_surroundings import NOW, dead_letters_of, sample, story
from hand_made import at
from streaming_fakes import (
    Endings,
    FakePositions,
    Journal,
    Record,
    batch_of,
    delivery_of,
    opened,
    running,
    settle_down,
    until,
)

from schemas.coded import CodedArticle
from schemas.dead_letter import Reason
from schemas.wire import decode
from streams.agents.code import ArticleCoder, build_code_agent
from streams.agents.guard import Guard
from streams.coder_pool import CoderCrashed, CoderTooSlow, CodingResult, CodingTask
from streams.dead_letters.story import headers_to_send_again
from streams.delivery import Batch, Delivery, Outgoing
from streams.delivery.batch import Partition
from streams.kafka_topics import MAX_RECORD_BYTES
from streams.metrics import Metrics


def raw(article_id: str, **fields: object) -> bytes:
    return json.dumps({"id": article_id, "text": "Rain fell.", **fields}).encode()


def record(offset: int, article_id: str | None = None, **fields: object) -> Record:
    name = article_id or f"a{offset}"
    return Record(offset, name.encode(), raw(name, **fields))


@dataclass
class FakePool:
    """Codes at once, unless an article is to fail, or to wait until it is let go."""

    faults: dict[str, Exception] = field(default_factory=dict)
    held: dict[str, asyncio.Event] = field(default_factory=dict)
    started: list[str] = field(default_factory=list)
    tasks: list[CodingTask] = field(default_factory=list)
    coded: bytes = b"coded"

    async def code(self, task: CodingTask) -> CodingResult:
        self.started.append(task.article.id)
        self.tasks.append(task)
        if task.article.id in self.held:
            await self.held[task.article.id].wait()
        if task.article.id in self.faults:
            raise self.faults[task.article.id]
        return CodingResult(self.coded, (("ASSAULT", 0.9), ("ASSAULT", 0.6), ("AID", 0.4)), 0.25)


def coder_with(pool: FakePool, metrics: Metrics | None = None) -> ArticleCoder:
    metrics = metrics or Metrics()
    return ArticleCoder(
        guard=Guard(1000, "en"),
        pool=pool,
        coded="coded",
        dead_letters=dead_letters_of(metrics),
        metrics=metrics,
        coder_version="rules-9",
        now=lambda: NOW,
    )


# --- one record --------------------------------------------------------------------------------------------


async def test_an_article_becomes_a_coded_record_under_its_own_key() -> None:
    """The pool is given the article with its own coordinates, and what it makes goes on under that key."""
    pool, metrics = FakePool(), Metrics()
    outgoing = await coder_with(pool, metrics).outgoing(batch_of(partition=3), record(17, "bbc", new_field=1))
    assert outgoing == Outgoing("coded", b"bbc", b"coded")
    (task,) = pool.tasks
    assert (task.article.id, task.at) == ("bbc", at(17, 3))
    assert sample(metrics, "tidings_articles_read_total") == 1
    assert sample(metrics, "tidings_articles_coded_total") == 1
    assert sample(metrics, "tidings_events_total", type="ASSAULT", quad="material-conflict") == 2
    assert sample(metrics, "tidings_event_confidence_ratio_sum") == 0.9 + 0.6 + 0.4
    assert sample(metrics, "tidings_article_coding_seconds_sum") == 0.25
    assert sample(metrics, "tidings_unknown_fields_total", kafka_topic="articles") == 1


async def test_a_withdrawal_goes_on_without_a_coder() -> None:
    """A null value becomes a coded record without a coding, always the same for the same record."""
    pool = FakePool()
    outgoing = [await coder_with(pool).outgoing(batch_of(partition=3), Record(8, b"bbc")) for _ in range(2)]
    assert outgoing[0] == outgoing[1]
    assert (outgoing[0].kafka_topic, outgoing[0].key, pool.started) == ("coded", b"bbc", [])
    coded = decode(CodedArticle, outgoing[0].value or b"")
    assert (coded.article_id, coded.article, coded.coding) == ("bbc", at(8, 3), None)


@pytest.mark.parametrize("value", [raw("bbc"), None])
async def test_what_is_made_of_an_article_tells_when_it_arrived(value: bytes | None) -> None:
    """The time of arrival goes on as a header: how long a story takes is told from its own arrival."""
    article = Record(5, b"bbc", value, timestamp=1_700_000)
    outgoing = await coder_with(FakePool()).outgoing(batch_of(), article)
    assert outgoing.headers == (("tidings-arrived", b"1700000"),)


async def test_a_replayed_dead_letter_stands_where_it_first_failed() -> None:
    """A record sent again has the coordinates of its first failure: it is no newer version of its story."""
    failed = await coder_with(FakePool(faults={"a5": CoderCrashed("died")})).outgoing(batch_of(), record(5))
    headers = headers_to_send_again(story(failed), failed.headers)
    pool = FakePool()
    await coder_with(pool).outgoing(batch_of(), Record(9, failed.key, failed.value, headers=headers))
    gone = await coder_with(pool).outgoing(batch_of(), Record(10, b"a5", None, headers=headers))
    assert [task.at for task in pool.tasks] == [at(5)]
    assert decode(CodedArticle, gone.value or b"").article == at(5)


async def test_a_refused_record_becomes_a_dead_letter_as_it_came() -> None:
    """The dead letter is the record's own key, value and headers, with the story of the fault."""
    metrics = Metrics()
    bad = Record(5, b"a5", b"{oops", headers=[("trace", b"1")])
    outgoing = await coder_with(FakePool(), metrics).outgoing(batch_of(partition=2), bad)
    assert (outgoing.key, outgoing.value, outgoing.headers[0]) == (b"a5", b"{oops", ("trace", b"1"))
    told = story(outgoing)
    assert (told.kafka_topic, told.partition, told.offset) == ("articles", 2, 5)
    assert (told.reason, told.time, told.attempts) == (Reason.NOT_JSON, NOW, 1)
    assert sample(metrics, "tidings_dead_letters_total", reason="not-json") == 1
    assert sample(metrics, "tidings_articles_coded_total") == 0


@pytest.mark.parametrize(
    ("error", "reason", "attempts"),
    [
        (CoderCrashed("died 2 times"), Reason.CODER_CRASHED, 2),
        (CoderTooSlow("not within 120 s"), Reason.CODER_TIMEOUT, 1),
    ],
)
async def test_what_the_coder_cannot_take_becomes_a_dead_letter(
    error: Exception, reason: Reason, attempts: int
) -> None:
    """An article that kills its process or takes too long is set aside, and says how often it was tried."""
    pool = FakePool(faults={"a5": error})
    told = story(await coder_with(pool).outgoing(batch_of(), record(5)))
    assert (told.reason, told.error, told.attempts) == (reason, str(error), attempts)


async def test_a_coded_record_too_large_for_kafka_becomes_a_dead_letter() -> None:
    """No input stops a worker: each event repeats its sentence, so a short text can code to a huge record."""
    pool = FakePool(coded=b"x" * MAX_RECORD_BYTES)
    told = story(await coder_with(pool).outgoing(batch_of(), record(5)))
    assert told.reason is Reason.CODED_TOO_LARGE
    assert "'a5'" in told.error


# --- many records ------------------------------------------------------------------------------------------


@dataclass
class Running:
    delivery: Delivery
    journal: Journal
    inbox: asyncio.Queue[Batch]

    @property
    def sent(self) -> list[str]:
        return [(key or b"").decode() for key in self.journal.keys]


@asynccontextmanager
async def agent_at_work(
    coder: ArticleCoder, endings: Endings, *, max_in_flight: int = 100
) -> AsyncIterator[Running]:
    """The agent on three open partitions, fed by hand."""
    journal, inbox = Journal(), asyncio.Queue[Batch]()
    delivery = await opened(
        delivery_of(FakePositions(), endings, journal=journal),
        *(Partition("articles", number) for number in range(3)),
    )

    async def feed() -> AsyncIterator[Batch]:
        while True:
            yield await inbox.get()

    agent = build_code_agent(coder, delivery=delivery, max_in_flight=max_in_flight)

    async def run() -> None:
        await agent(feed())

    async with running(run):
        yield Running(delivery, journal, inbox)


async def test_articles_are_coded_side_by_side_and_sent_in_order(endings: Endings) -> None:
    """Later articles of a partition may be coded first; they are handed on in the order they came."""
    pool = FakePool(held={"a0": asyncio.Event(), "a2": asyncio.Event()})
    async with agent_at_work(coder_with(pool), endings) as work:
        work.inbox.put_nowait(batch_of(record(0), record(1), record(2), record(3)))
        await until(lambda: len(pool.started) == 4)
        await settle_down()
        assert work.sent == []
        pool.held["a0"].set()
        await until(lambda: len(work.sent) == 2)
        await settle_down()
        assert work.sent == ["a0", "a1"]
        pool.held["a2"].set()
        await until(lambda: len(work.sent) == 4)
    assert work.sent == ["a0", "a1", "a2", "a3"]
    assert [batch.next_offset for batch, _ in work.journal.put[:4]] == [1, 2, 3, 4]


async def test_offsets_without_records_are_passed(endings: Endings) -> None:
    """Marks of transactions behind the last record, or instead of records, move the offset in their turn."""
    async with agent_at_work(coder_with(FakePool()), endings) as work:
        work.inbox.put_nowait(batch_of(record(0), record(2), next_offset=5))
        work.inbox.put_nowait(batch_of(next_offset=7))
        await until(lambda: len(work.journal.put) == 4)
    assert [(batch.next_offset, len(outgoing)) for batch, outgoing in work.journal.put] == [
        (1, 1),
        (3, 1),
        (5, 0),
        (7, 0),
    ]


async def test_a_slow_article_does_not_hold_up_another_partition(endings: Endings) -> None:
    """What waits behind a slow article is only its own partition."""
    pool = FakePool(held={"a0": asyncio.Event()})
    async with agent_at_work(coder_with(pool), endings) as work:
        work.inbox.put_nowait(batch_of(record(0), record(1), partition=0))
        work.inbox.put_nowait(batch_of(record(0, "b0"), record(1, "b1"), partition=1))
        await until(lambda: len(work.sent) == 2)
        await settle_down()
        assert work.sent == ["b0", "b1"]
        pool.held["a0"].set()
        await until(lambda: len(work.sent) == 4)
    assert work.sent == ["b0", "b1", "a0", "a1"]


async def test_dead_letters_keep_their_place(endings: Endings) -> None:
    """A bad record between good ones is handed on in its place, and stops nothing."""
    pool = FakePool(held={"a0": asyncio.Event()}, faults={"a2": CoderCrashed("died")})
    async with agent_at_work(coder_with(pool), endings) as work:
        work.inbox.put_nowait(batch_of(record(0), Record(1, b"bad", b"{oops"), record(2), record(3)))
        await until(lambda: len(pool.started) == 3)
        pool.held["a0"].set()
        await until(lambda: len(work.sent) == 4)
    assert [outgoing.kafka_topic for outgoing in work.journal.outgoing] == ["coded", "dead", "dead", "coded"]


async def test_only_so_many_articles_are_on_their_way(endings: Endings) -> None:
    """Memory stays bounded: the agent takes the next article when one is out of its hands."""
    pool = FakePool(held={f"a{number}": asyncio.Event() for number in range(5)})
    async with agent_at_work(coder_with(pool), endings, max_in_flight=2) as work:
        work.inbox.put_nowait(batch_of(*(record(number) for number in range(5))))
        await until(lambda: len(pool.started) == 2)
        await settle_down()
        assert pool.started == ["a0", "a1"]
        pool.held["a0"].set()
        await until(lambda: len(pool.started) == 3)
        for event in pool.held.values():
            event.set()
        await until(lambda: len(work.sent) == 5)


async def test_what_a_rebalance_overtakes_is_not_sent(endings: Endings) -> None:
    """An article coded after its generation has ended is dropped, and later ones go on."""
    pool = FakePool(held={"a0": asyncio.Event()})
    async with agent_at_work(coder_with(pool), endings) as work:
        work.inbox.put_nowait(batch_of(record(0), record(1)))
        await until(lambda: len(pool.started) == 2)
        await work.delivery.revoke()
        await opened(work.delivery, Partition("articles", 0), generation=2)
        pool.held["a0"].set()
        work.inbox.put_nowait(batch_of(record(0, "again"), generation=2))
        await until(lambda: work.sent)
        await settle_down()
    assert work.sent == ["again"]
