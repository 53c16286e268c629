"""Answers made by hand, for the API that asks them."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from schemas.coding import Event, Participant, Telling
from schemas.plover import EventType, Quad
from schemas.tally import COUNTERS, TableName
from streams.counting.questions import DayRange, Filters, ListName, Question
from streams.index.parts import DaysOfThing, EventRow, Label, Position, Row, SnapshotGone
from streams.web.answers import ByDay, Called, Found, NotReady, Page, Ranked, Recent, Single, Standing

SYRIA = {"name": "Syria", "kind": "country", "country": "SYR", "sector": None, "code": "SYR"}
CONFLICT = "medtop:20000056"
WHOLE = Standing((0, 1, 2))
PARTIAL = Standing((0, 1), (2,), ("worker http://10.0.0.7:6066: no answer within 2 s",))
DAYS = {
    "undated": {"articles": 1},
    "2012-08-01": {"articles": 3, "mentions": 4, "source": 0},
    "2012-07-31": {"articles": 2},
}


def label_of(of: ListName, number: int) -> Label:
    """The label of the thing of this number, as far as the tables know it."""
    source = {"source": "country:SYR", "source_name": "Syria", "source_code": "SYR"}
    return {
        ListName.ACTORS: {**SYRIA, "name": f"Actor {number}"},
        ListName.TOPICS: {"name": "armed conflict"},
        ListName.ACTOR_TOPICS: {**SYRIA, "topic": CONFLICT, "topic_name": "armed conflict"},
        ListName.PAIRS: {**source, "target": f"country:{number}"},
        ListName.EVENT_TYPES: {"name": "Assault", "quad": "material-conflict"},
    }[of]


def key_of(of: ListName, number: int) -> str:
    """The key of the thing of this number."""
    return {
        ListName.ACTORS: f"actor:{number}",
        ListName.TOPICS: f"medtop:{number:08}",
        ListName.ACTOR_TOPICS: f"actor:{number}|{CONFLICT}",
        ListName.PAIRS: f"country:SYR|country:{number}",
        ListName.EVENT_TYPES: tuple(EventType)[number % 16].value,
    }[of]


def event_row(number: int) -> EventRow:
    """An event of an own story; a higher number is newer."""
    sentence = "Syria said on Wednesday that Syrian jets bombed Aleppo."
    event = Event(
        id="e1",
        type=EventType.ASSAULT,
        mode="aerial",
        quad=Quad.MATERIAL_CONFLICT,
        cameo="195",
        source=Participant(actor="country:SYR", code="SYR", text="Syrian jets", start=129, end=140),
        target=Participant(actor=None, code=None, text="Aleppo", start=148, end=154),
        sentence=sentence,
        trigger="bombed",
        start=141,
        end=147,
        date=date(2012, 8, 1),
        confidence=0.83,
        also=(
            Telling(sentence="=They bombed it.", trigger="bombed", start=196, end=202, sentence_start=190),
        ),
        sentence_start=100,
    )
    return EventRow(
        key=f"story/{number}/e1",
        article_id=f"story/{number}",
        title='=HYPERLINK("x"), "quoted"',
        url="https://news.example/1",
        source="example",
        published_at=f"2012-08-01T10:{number:02}:00+00:00",
        day="2012-08-01",
        topics=((CONFLICT, "armed conflict"),),
        event=event,
        names={"country:SYR": "Syria"},
    )


@dataclass
class FakeAnswers:
    """Answers of a service that holds `things` things of each list and `events` events."""

    things: int = 45
    events: int = 25
    standing: Standing = WHOLE
    fault: Exception | None = None
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)

    def _ask(self, *question: Any) -> None:
        self.asked.append(question)
        if self.fault:
            raise self.fault

    async def ranked(self, question: Question, page: Page) -> Ranked:
        """Things in the order of their numbers."""
        self._ask("ranked", question, page)
        if page.snapshot in self.gone:
            raise SnapshotGone(page.snapshot)
        begin = page.after.value if page.after else 0
        numbers = range(begin, min(begin + page.limit, self.things))
        rows = tuple(self._row(question, number) for number in numbers)
        end = numbers.stop
        more = (
            Page(page.limit, Position(end, rows[-1].key), "frozen-1") if end < self.things and rows else None
        )
        return Ranked(rows, self.things, self.standing, more)

    def _row(self, question: Question, number: int) -> Row:
        counters = dict.fromkeys(question.counters, 0) | {question.counter: 100 - number}
        before = {question.counter: 60} if question.before else None
        return Row(key_of(question.of, number), label_of(question.of, number), counters, before)

    async def single(self, table: TableName, key: str, days: DayRange) -> Single:
        """Any thing but 'nobody'."""
        self._ask("single", table, key, days)
        if "nobody" in key:
            return Single(None, self.standing)
        held = {day: counters for day, counters in DAYS.items() if days.holds(day)}
        counted = {
            day: {name: count for name, count in counters.items() if name in COUNTERS[table]}
            for day, counters in held.items()
        }
        return Single(DaysOfThing(key, label_of(ListName(table.value), 1), counted), self.standing)

    async def by_day(self, filters: Filters, days: DayRange) -> ByDay:
        """Three days."""
        self._ask("by_day", filters, days)
        counters = {"articles": 2, "events": 3, "ASSAULT": 3, "AID": 0}
        return ByDay({day: counters for day in DAYS if days.holds(day)}, self.standing)

    async def recent(
        self, filters: Filters, days: DayRange, *, limit: int, after: tuple[str, str] | None
    ) -> Recent:
        """Events of falling numbers."""
        self._ask("recent", filters, days, limit, after)
        newest = int(after[1].split("/")[1]) - 1 if after else self.events
        rows = tuple(event_row(number) for number in range(newest, max(newest - limit, 0), -1))
        more = rows and rows[-1].key != event_row(1).key
        return Recent(rows, self.standing, (rows[-1].published_at or "", rows[-1].key) if more else None)

    async def event(self, key: str) -> Recent:
        """The event of a key, if it is one of those that there are."""
        self._ask("event", key)
        numbers = range(1, self.events + 1)
        return Recent(tuple(row for row in map(event_row, numbers) if row.key == key), self.standing)

    async def also_called(self, actor: str) -> Called:
        """The name itself, and another."""
        self._ask("also_called", actor)
        return Called(("Actor 1", "Syrian jets"), self.standing)

    async def search(self, words: str, *, limit: int) -> Found:
        """One actor."""
        self._ask("search", words, limit)
        row = Row("person:vladimir-putin", {**SYRIA, "name": "Vladimir Putin"}, {"articles": 4, "source": 0})
        return Found(((row, "-Putin"),)[:limit], self.standing)


NOT_READY = NotReady("the tables are recovering, 1,200 of 9,000 changelog records are left")
