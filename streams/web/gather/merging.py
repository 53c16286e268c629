"""Parts of several workers put together: exactly what one worker with all partitions would say."""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from operator import add

from schemas.tally import Counters
from streams.counting.questions import Question
from streams.index.parts import EventRow, Part, Position, Row, event_order


def value_of(question: Question, row: Row) -> int:
    """What a row is ordered by."""
    value = row.counters.get(question.counter, 0)
    return value - (row.before or {}).get(question.counter, 0) if question.by_growth else value


def position_of(question: Question, row: Row) -> Position:
    """The place of a row in the order of its list."""
    return Position(value_of(question, row), row.key)


def merge_disjoint(question: Question, parts: Sequence[Part], *, limit: int) -> Part:
    """The best rows of parts that have no key in common, each in order."""
    rows = heapq.merge(*(part.rows for part in parts), key=lambda row: (-value_of(question, row), row.key))
    return Part(
        tuple(row for row, _ in zip(rows, range(limit), strict=False)), sum(part.total for part in parts)
    )


def add_counters(one: Mapping[str, int], other: Mapping[str, int]) -> Counters:
    """The sum of two sets of counters."""
    return {**one, **{name: add(one.get(name, 0), count) for name, count in other.items()}}


def merge_days(parts: Iterable[Mapping[str, Counters]]) -> dict[str, Counters]:
    """The counters of each day summed, oldest first and the undated last."""
    summed: dict[str, Counters] = {}
    for part in parts:
        for day, counters in part.items():
            summed[day] = add_counters(summed.get(day, {}), counters)
    return dict(sorted(summed.items()))


def merge_events(parts: Iterable[Sequence[EventRow]], *, limit: int) -> tuple[EventRow, ...]:
    """The newest of all."""
    return tuple(heapq.nsmallest(limit, (row for part in parts for row in part), key=event_order))


def merge_found(parts: Iterable[Sequence[tuple[Row, str]]], *, limit: int) -> tuple[tuple[Row, str], ...]:
    """Those with most articles of all that were found by name."""
    found = (hit for part in parts for hit in part)
    return tuple(
        heapq.nsmallest(limit, found, key=lambda hit: (-hit[0].counters.get("articles", 0), hit[0].key))
    )
