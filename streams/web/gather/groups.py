"""Lists from single stories: a thing may be in the parts of several workers, and is ranked once it is summed.

Parts are columns, since all rows of all workers must be put together for the first page already.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from heapq import nsmallest
from operator import itemgetter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from schemas.tally import Counters
from streams.counting.days import fuller
from streams.counting.questions import ListName, Question
from streams.index.parts import Label, Part, Position, Row

Longs = NDArray[np.int64]

_NUMBERS: Final = ("counts", "before", "days")


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """All rows of a part: keys, a column for each field of their labels and for each counter."""

    keys: list[str]
    fields: list[str]
    labels: Sequence[Sequence[str | None]]
    names: list[str]
    counts: list[Longs]
    before: list[Longs]
    """None at all where no period is compared with."""
    days: list[Longs]
    """How new the labels are: of pairs the source's part, and the target's."""

    def __len__(self) -> int:
        return len(self.keys)

    def sides(self, row: int) -> list[tuple[int, Label]]:
        """The label of a row, of pairs its halves, with how new each is."""
        sides: list[tuple[int, Label]] = [(int(days[row]), {}) for days in self.days]
        for field, column in zip(self.fields, self.labels, strict=True):
            sides[_side(field)][1][field] = column[row]
        return sides


def columns_of(question: Question, part: Part) -> Columns:
    """The rows of a part as columns; all labels of a list have the same fields."""
    rows, names = part.rows, list(question.counters)
    fields = list(rows[0].label) if rows else []
    return Columns(
        keys=[row.key for row in rows],
        fields=fields,
        labels=[[row.label.get(field) for row in rows] for field in fields],
        names=names,
        counts=[_column(name, (row.counters for row in rows), len(rows)) for name in names],
        before=[_column(name, (row.before or {} for row in rows), len(rows)) for name in names]
        if question.before
        else [],
        days=[
            np.fromiter((row.label_days[side] for row in rows), np.int64, len(rows))
            for side in range(2 if question.of is ListName.PAIRS else 1)
        ],
    )


def _column(name: str, rows: Iterable[Counters], length: int) -> Longs:
    return np.fromiter((counters.get(name, 0) for counters in rows), np.int64, length)


def plain_columns(columns: Columns) -> dict[str, Any]:
    """Columns as orjson writes them."""
    return {name: getattr(columns, name) for name in Columns.__slots__}


def typed_columns(told: dict[str, Any]) -> Columns:
    """Columns as they were written."""
    arrays = {name: [np.array(column, np.int64) for column in told[name]] for name in _NUMBERS}
    return Columns(**{**told, **arrays})


def _side(field: str) -> int:
    """The column of days that a label's field goes by."""
    return int(field.startswith("target"))


def _newer(one: tuple[int, Label], other: tuple[int, Label]) -> tuple[int, Label]:
    if one[0] == other[0]:
        return one[0], fuller(one[1], other[1])
    return max(one, other, key=itemgetter(0))


class Summed:
    """The rows of all parts, summed by key; pages are found in it when they are asked for."""

    def __init__(self, question: Question, parts: Sequence[Columns]) -> None:
        self._question = question
        self._parts = [part for part in parts if len(part)]
        places: dict[str, int] = {}
        own = [
            np.fromiter((places.setdefault(key, len(places)) for key in part.keys), np.int64, len(part))
            for part in self._parts
        ]
        self._keys = list(places)
        self._counts = self._sum([part.counts for part in self._parts], own)
        self._before = self._sum([part.before for part in self._parts], own) if question.before else []
        self._rows = [self._rows_of(at) for at in own]
        # what was counted in the period before alone is no row of the list
        listed = np.logical_or.reduce([column != 0 for column in self._counts])
        self._listed: Longs = np.flatnonzero(listed)
        self._ordered = self._ordered_by()
        self._values = self._ordered[self._listed]
        self.total = len(self._listed)

    def _sum(self, parts: Sequence[list[Longs]], own: Sequence[Longs]) -> list[Longs]:
        sums = [np.zeros(len(self._keys), np.int64) for _ in self._question.counters]
        for columns, places in zip(parts, own, strict=True):
            for column, summed in zip(columns, sums, strict=True):
                summed[places] += column  # no key is twice in one part
        return sums

    def _rows_of(self, places: Longs) -> Longs:
        """For each key its row in a part, -1 where it is not there."""
        rows = np.full(len(self._keys), -1)
        rows[places] = np.arange(len(places))
        return rows

    def _ordered_by(self) -> Longs:
        at = self._question.counters.index(self._question.counter)
        values = self._counts[at]
        return values - self._before[at] if self._question.by_growth and self._before else values

    def page(self, after: Position | None, limit: int) -> tuple[Row, ...]:
        """At most so many rows after a place, in the order of the list."""
        left, values = self._listed, self._values
        if after is not None:
            below = self._is_after(after)
            left, values = left[below], values[below]
        if len(left) > limit:
            least = np.partition(values, len(values) - limit)[len(values) - limit]
            above, alike = values > least, values == least
            first = nsmallest(limit - int(above.sum()), left[alike].tolist(), key=self._keys.__getitem__)
            left = np.concatenate([left[above], np.array(first, np.int64)])
        return tuple(map(self._row, sorted(left.tolist(), key=self._place)))

    def _place(self, at: int) -> tuple[int, str]:
        return -int(self._ordered[at]), self._keys[at]

    def _is_after(self, after: Position) -> NDArray[np.bool_]:
        below = self._values < after.value
        for at in np.flatnonzero(self._values == after.value).tolist():
            below[at] = self._keys[self._listed[at]] > after.key
        return below

    def _row(self, at: int) -> Row:
        before = self._counters(self._before, at) if self._question.before else None
        return Row(self._keys[at], self._label(at), self._counters(self._counts, at), before)

    def _label(self, at: int) -> Label:
        """The newest that any worker knows, and of those of one day the fullest."""
        found = [
            part.sides(int(rows[at]))
            for part, rows in zip(self._parts, self._rows, strict=True)
            if rows[at] >= 0
        ]
        label: Label = {}
        for versions in zip(*found, strict=True):
            label |= reduce(_newer, versions)[1]
        return label

    def _counters(self, columns: Sequence[Longs], at: int) -> Counters:
        told = (
            (name, int(column[at])) for name, column in zip(self._question.counters, columns, strict=True)
        )
        return {name: count for name, count in told if count}
