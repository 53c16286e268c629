"""The ranked lists: actors, topics, actors with topics, pairs, event types."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from schemas.tally import COUNTERS, TableName
from streams.counting.questions import EVENT_COUNTERS, MOST_ROWS, Basis, ListName, Question
from streams.web.answers import Answers, Page, Ranked, Standing
from streams.web.api import cursors, filters, values
from streams.web.api.asking import COMPLETE, Ask, Sheet
from streams.web.api.cursors import ListCursor
from streams.web.api.days_of_rows import MOST_ROWS_WITH_DAYS, with_days
from streams.web.api.formats import FORMAT, Cell
from streams.web.api.parameters import Parameter, Values, catalogue, invalid, shown
from streams.web.api.shapes import LABELS, Item, ranked_items

USUAL_ROWS: Final = 20

_NOT_FILTERED: Final[Mapping[ListName, tuple[str, ...]]] = {
    ListName.ACTORS: ("source", "target"),
    ListName.TOPICS: ("kind", "source", "target"),
    ListName.ACTOR_TOPICS: ("source", "target"),
    ListName.PAIRS: ("kind",),
    ListName.EVENT_TYPES: ("kind",),
}
"""The filters that mean nothing for a list."""

_UNASKED: Final = frozenset({"limit", "cursor", "format", "complete", "days"})
"""Parameters that may differ from page to page."""


@cache
def list_parameters(of: ListName) -> Mapping[str, Parameter]:
    """What can be asked of a list."""
    sorts = tuple(dict.fromkeys(("count", "growth", *_counters(of))))
    limit = {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": USUAL_ROWS}
    days = f"Also counts by day; for at most {MOST_ROWS_WITH_DAYS} things, without filters of events."
    return catalogue(
        *filters.DAYS,
        *filters.filters_but(*_NOT_FILTERED[of]),
        Parameter("limit", "Most things on a page.", values.whole(1, MOST_ROWS), limit, USUAL_ROWS),
        cursors.cursor_parameter(),
        Parameter(
            "sort",
            "Order: the usual counter, its growth against the period before, or a counter of the answer.",
            values.one_of(sorts, "order of this list"),
            {"type": "string", "enum": list(sorts), "default": "count"},
            "growth",
        ),
        filters.flag("compare", "Also the counts of the period of as many days before; needs from and to."),
        filters.flag("days", days),
        COMPLETE,
        FORMAT,
    )


def _counters(of: ListName) -> tuple[str, ...]:
    tallied = COUNTERS[TableName(of.value)] if of is not ListName.EVENT_TYPES else ()
    return (*tallied, *EVENT_COUNTERS[of])


def question_of(of: ListName, asked: Values) -> Question:
    """The question that was asked; raises Refused where its parts do not go together."""
    days, sort = filters.days_of(asked), asked.get("sort", "count")
    by_growth = sort == "growth"
    compared = "sort=growth" if by_growth else "compare"
    question = Question(
        of,
        days,
        filters.filters_of(asked),
        sort="" if sort in ("count", "growth") else sort,
        by_growth=by_growth,
        before=filters.period_before(days, compared) if by_growth or asked.get("compare") else None,
    )
    if question.counter not in question.counters:
        known = ("count", "growth", *question.counters)
        raise invalid(
            "sort", f"{shown(sort)} is not counted with these filters; can be: {', '.join(known)}", known
        )
    return question


def list_of(of: ListName) -> Ask:
    """What answers a list."""

    async def ask(answers: Answers, asked: Values) -> Sheet:
        question, limit = question_of(of, asked), asked.get("limit", USUAL_ROWS)
        by_day = _by_day(question, asked, limit)
        digest = _digest(of, asked)
        begin = cursors.read_list_cursor(asked["cursor"], digest) if "cursor" in asked else None
        ranked = await answers.ranked(question, begin.page(limit) if begin else Page(limit))
        listing = Listing.of(question, ranked, begin.rank if begin else 0, by_day=by_day)
        standing = ranked.standing
        if by_day:
            standing = await with_days(answers, question, listing.items, standing)
        return listing.sheet(standing, digest)

    return ask


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list with its ranks."""

    question: Question
    items: list[Item]
    total: int
    after: Page | None
    last_rank: int
    by_day: bool

    @classmethod
    def of(cls, question: Question, ranked: Ranked, rank: int, *, by_day: bool = False) -> "Listing":
        """The page whose first row comes after `rank` others."""
        items = ranked_items(question, ranked.rows, first=rank + 1)
        return cls(question, items, ranked.total, ranked.next, rank + len(items), by_day)

    def sheet(self, standing: Standing, digest: str) -> Sheet:
        """The page as an answer."""
        following = self._next(digest)
        document = {
            "items": self.items,
            "total": self.total,
            "counter": self.question.counter,
            "next": following,
        }
        return Sheet(
            document,
            standing,
            items=self.items,
            columns=self._columns(),
            rows=self._rows,
            total=self.total,
            next=following,
        )

    def _next(self, digest: str) -> str | None:
        if self.after is None or self.after.after is None:
            return None
        cursor = ListCursor(self.after.snapshot or "", self.after.after, self.last_rank)
        return cursors.write_list_cursor(cursor, digest)

    def _columns(self) -> Sequence[str]:
        """Always the same for the same question."""
        counters = self.question.counters
        compared = ("growth", *(f"before_{name}" for name in counters)) if self.question.before else ()
        return (
            "rank",
            "key",
            *LABELS[self.question.of],
            *(("day",) if self.by_day else ()),
            *counters,
            *compared,
        )

    def _rows(self) -> Iterator[Sequence[Cell]]:
        """A row a thing, or a row a thing and day."""
        for item in self.items:
            for day, counters in item["days"].items() if self.by_day else [("", item["counters"])]:
                yield tuple(self._cells(item, (day,) if self.by_day else (), counters))

    def _cells(self, item: Item, day: tuple[str, ...], counters: Mapping[str, int]) -> Iterator[Cell]:
        yield from (item["rank"], item["key"], *item["label"].values(), *day)
        yield from (counters.get(name, 0) for name in self.question.counters)
        if self.question.before:
            yield item["growth"]
            yield from ((item["before"] or {}).get(name, 0) for name in self.question.counters)


def _by_day(question: Question, asked: Values, limit: int) -> bool:
    by_day: bool = asked.get("days", False)
    if by_day and question.basis is not Basis.TALLIES:
        raise invalid("days", "is not known where single events are filtered; /v1/days has those by day")
    if by_day and limit > MOST_ROWS_WITH_DAYS:
        raise invalid("limit", f"is {limit}; with days=true at most {MOST_ROWS_WITH_DAYS}")
    return by_day


def _digest(of: ListName, asked: Values) -> str:
    return cursors.digest(of.value, canonical(asked))


def canonical(asked: Values) -> list[tuple[str, Any]]:
    """What was asked for, in one order whatever the order of its parameters."""
    return sorted(
        (name, sorted(set(value)) if isinstance(value, tuple) else value)
        for name, value in asked.items()
        if name not in _UNASKED
    )
