"""A changelog in memory, stories to put there, answers that a test sets, and a reader of streams."""

import asyncio
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

from schemas.coding import Event, Participant
from schemas.coordinates import Coordinates
from schemas.ledger import LedgerEntry, Outcome, Story, StoryTopic
from schemas.plover import QUAD_OF, EventType
from schemas.tally import TableName
from schemas.wire import encode
from streams.counting.questions import DayRange, Filters, Question
from streams.index.parts import DaysOfThing, EventRow, Row
from streams.web.answers import ByDay, Found, NotReady, Page, Ranked, Recent, Single, Standing
from streams.web.push.log import LedgerRecord, LogUnreachable, Read
from streams.web.push.offsets import Offsets
from streams.web.push.told import Telling

MARK = LedgerRecord(-1, -1, b"", None)
"""Where a transaction's mark stands: an offset without a record."""

STANDING = Standing(answered=(0, 1))


def event(number: int = 1, kind: str = "ASSAULT", source: str = "country:SYR", **fields: Any) -> Event:
    return Event(
        id=f"e{number}",
        type=EventType(kind),
        mode=None,
        quad=QUAD_OF[EventType(kind)],
        cameo=None,
        source=Participant(actor=source, code=None, text="Syria"),
        target=Participant(actor="country:TUR", code=None, text="Turkey"),
        sentence="Syria shelled Turkey.",
        trigger="shelled",
        start=6,
        end=13,
        date=None,
        confidence=0.9,
        **fields,
    )


def story(*events: Event, day: str = "2012-08-02", **fields: Any) -> Story:
    actors = {"country:SYR": {"name": "Syria", "country": "SYR", "sector": None}}
    topics = (StoryTopic(code="medtop:1", name="war"),)
    return Story(day=day, events=events, topics=topics, actors=actors, **fields)


def row_of(article_id: str) -> EventRow:
    return Telling(article_id, story(event()), None, is_correction=False).row(event())


def entry(told: Story | None, outcome: Outcome | None = Outcome.COUNTED) -> bytes:
    at = Coordinates(partition=0, offset=0)
    return encode(LedgerEntry(article=at, content_hash="", contributions=(), story=told, outcome=outcome))


@dataclass
class MemoryLog:
    """Partitions of records and marks; a test appends while others read."""

    partitions: int = 2
    records: list[list[LedgerRecord]] = field(init=False)
    first: list[int] = field(init=False)
    followed_from: list[Offsets] = field(default_factory=list)
    open: int = 0
    chunk: int = 2
    away: bool = False

    def __post_init__(self) -> None:
        self.records = [[] for _ in range(self.partitions)]
        self.first = [0] * self.partitions
        self._changed = asyncio.Event()

    def append(self, partition: int, value: bytes | None, key: str = "a") -> LedgerRecord:
        record = LedgerRecord(partition, len(self.records[partition]), key.encode(), value)
        self.records[partition].append(record)
        self._wake()
        return record

    def tell(self, partition: int, *events: Event, key: str | None = None) -> LedgerRecord:
        number = len(self.records[partition])
        return self.append(partition, entry(story(*(events or (event(),)))), key or f"p{partition}-{number}")

    def mark(self, partition: int) -> None:
        self.records[partition].append(MARK)
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def ends(self) -> Offsets:
        if self.away:
            raise LogUnreachable("away")
        return tuple(map(len, self.records))

    async def follow(self, start: Offsets) -> AsyncGenerator[list[Read], None]:
        self.followed_from.append(start)
        self.open += 1
        at = list(start)
        try:
            while True:
                if self.away:
                    raise LogUnreachable("away")
                reads = [self._read(partition, at) for partition in range(self.partitions)]
                changed = self._changed
                yield reads
                if tuple(at) == tuple(map(len, self.records)):
                    await changed.wait()
        finally:
            self.open -= 1

    def _read(self, partition: int, at: list[int]) -> Read:
        end = len(self.records[partition])
        there = min(max(at[partition], self.first[partition]), end)
        if there != at[partition]:
            at[partition] = there
            return Read(partition, (), there, lost=True)
        upto = min(there + self.chunk, end)
        at[partition] = upto
        found = self.records[partition][there:upto]
        return Read(partition, tuple(record for record in found if record is not MARK), upto)


@dataclass
class SetAnswers:
    """Answers of one actor and its events, as the test has set them."""

    counters: dict[str, int] = field(default_factory=lambda: {"articles": 1})
    recent_rows: tuple[EventRow, ...] = ()
    asked: list[str] = field(default_factory=list)
    ready: bool = True

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if not self.ready:
            raise NotReady("recovering")

    async def ranked(self, question: Question, page: Page) -> Ranked:
        self._ask(f"top:{question.of.value}")
        row = Row("country:SYR", {"name": "Syria"}, dict(self.counters))
        return Ranked((row,), 1, STANDING)

    async def single(self, table: TableName, key: str, days: DayRange) -> Single:
        self._ask(f"{table.value}:{key}")
        days_of = {"2012-08-02": dict(self.counters)}
        return Single(DaysOfThing(key, {"name": "Syria"}, days_of) if self.counters else None, STANDING)

    async def by_day(self, filters: Filters, days: DayRange) -> ByDay:
        self._ask("days")
        return ByDay({"2012-08-02": {"articles": 1, "events": 2, "ASSAULT": 2}}, STANDING)

    async def recent(
        self, filters: Filters, days: DayRange, *, limit: int, after: tuple[str, str] | None
    ) -> Recent:
        self._ask("recent")
        return Recent(self.recent_rows[:limit], STANDING)

    async def event(self, key: str) -> Recent:
        raise NotImplementedError

    async def search(self, words: str, *, limit: int) -> Found:
        raise NotImplementedError


@dataclass(frozen=True)
class Got:
    """One message as a browser would have it."""

    kind: str
    data: Any
    id: str | None


def read_frames(raw: bytes) -> list[Got]:
    """Messages by the rules of the standard; comments are passed over."""
    got = []
    for block in raw.decode().split("\n\n"):
        fields: dict[str, list[str]] = {}
        for line in block.split("\n"):
            name, _, value = line.partition(":")
            fields.setdefault(name, []).append(value.removeprefix(" "))
        if "data" in fields:
            data = json.loads("\n".join(fields["data"]))
            got.append(Got(fields["event"][0], data, fields.get("id", [None])[0]))
    return got
