"""Lists from the stories of several partitions, summed."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from schemas.tally import Counters
from streams.counting.questions import Question
from streams.index.parts import Label, Part, Row


class Listing(Protocol):
    """Stories that can be listed."""

    def ranked(self, question: Question) -> Part:
        """All rows of a question's list."""


def summed(question: Question, stories: Sequence[Listing]) -> Part:
    """All rows, best first.

    With a period before, rows of it alone are there too, without counters and not in the total: elsewhere the
    same thing may have been counted since.
    """
    now = _sum(each.ranked(replace(question, before=None, by_growth=False)) for each in stories)
    total = len(now)
    if question.before is None:
        rows = [Row(key, label, counters) for key, (label, counters) in now.items()]
    else:
        earlier = replace(question, days=question.before, before=None, by_growth=False)
        before = _sum(each.ranked(earlier) for each in stories)
        rows = [_row(key, now.get(key), before.get(key)) for key in {**now, **before}]
    rows.sort(key=lambda row: (-_value(question, row), row.key))
    return Part(tuple(rows), total)


_Sums = dict[str, tuple[Label, Counters]]


def _sum(parts: Iterable[Part]) -> _Sums:
    sums: _Sums = {}
    for part in parts:
        for row in part.rows:
            if row.key not in sums:
                sums[row.key] = row.label, dict(row.counters)
                continue
            counters = sums[row.key][1]
            for name, number in row.counters.items():
                counters[name] = counters.get(name, 0) + number
    return sums


def _row(key: str, now: tuple[Label, Counters] | None, before: tuple[Label, Counters] | None) -> Row:
    label = (now or before or ({}, {}))[0]
    return Row(key, label, now[1] if now else {}, before[1] if before else {})


def _value(question: Question, row: Row) -> int:
    value = row.counters.get(question.counter, 0)
    return value - (row.before or {}).get(question.counter, 0) if question.by_growth else value
