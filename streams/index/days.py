"""The counters of one day, and of ranges of days."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np

from schemas.coded import UNDATED
from schemas.tally import Counters
from streams.counting.questions import ALL_DAYS, DayRange
from streams.index.columns import Column, Dense, Numbers, Rows

LEADING: Final = "articles"
"""The counter that tells whether a thing is counted on a day at all: every table has it."""

_CHUNK: Final = 65_536
"""Sums of so many rows stay in the processor's cache while every day is added to them."""

_INT16_MAX: Final = np.iinfo(np.int16).max
_INT32_MAX: Final = np.iinfo(np.int32).max


class Day:
    """The counters of all things on one day."""

    __slots__ = ("columns", "odd")

    def __init__(self) -> None:
        self.columns: dict[str, Column] = {}
        self.odd: frozenset[int] = frozenset()
        """Rows that are counted here without articles: there should be none."""

    def counters(self, row: int) -> Counters:
        """What a thing has here; nothing where it is not counted."""
        leading = self.columns.get(LEADING)
        if (leading is None or not leading.number(row)) and row not in self.odd:
            return {}
        found = {name: column.number(row) for name, column in self.columns.copy().items()}
        return {name: number for name, number in found.items() if number}

    def counted(self, rows: Rows) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which of these rows have counters here."""
        leading = self.columns.get(LEADING)
        found = np.zeros(len(rows), np.bool_) if leading is None else leading.gather(rows) > 0
        if self.odd:
            found |= np.isin(rows, np.fromiter(self.odd, np.int32))
        return found

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        return sum(column.nbytes for column in self.columns.copy().values())


class Days:
    """Every day that has counters or had some, and the sums of all."""

    def __init__(self) -> None:
        self.by_name: dict[str, Day] = {}
        self.totals: dict[str, Column] = {}
        self._ages: tuple[str, ...] = ()

    def opened(self, name: str) -> Day:
        """A day, which is then known."""
        day = self.by_name.get(name)
        if day is None:
            day = self.by_name[name] = Day()
            self._ages = tuple(sorted(map(_age, self.by_name)))
        return day

    def names(self, days: DayRange) -> Sequence[str]:
        """The days in a range, oldest first; undated counts as older than any, and only of all days."""
        ages = self._ages
        if days == ALL_DAYS:
            chosen = ages
        else:
            first = bisect_left(ages, days.first or "0")
            chosen = ages[first : bisect_right(ages, days.last or "9999-12-31")]
        return [age or UNDATED for age in chosen]

    def columns(self, counter: str, days: DayRange) -> list[Column]:
        """The columns whose sum is a counter over these days."""
        if days == ALL_DAYS:
            return [self.totals[counter]] if counter in self.totals else []
        columns = (self.by_name[name].columns.get(counter) for name in self.names(days))
        return [column for column in columns if column is not None]

    def span(self) -> tuple[str, str] | None:
        """The first and the last day that has a date."""
        dated = [age for age in self._ages if age]
        return (dated[0], dated[-1]) if dated else None

    def odd(self, days: DayRange) -> list[int]:
        """Rows that are counted on these days, as no sum of articles tells."""
        return [row for name in self.names(days) for row in self.by_name[name].odd]

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        kept = sum(day.nbytes for day in list(self.by_name.values()))
        return kept + sum(column.nbytes for column in self.totals.copy().values())


def _age(name: str) -> str:
    """What days are ordered by: no date is older than any."""
    return "" if name == UNDATED else name


def age_of(name: str) -> int:
    """The same as a number: 20120802, 0 where there is no date."""
    return 0 if name == UNDATED else int(name.replace("-", ""))


def sums(columns: Iterable[Column], rows: int) -> Numbers:
    """The sum of columns over the first rows."""
    columns = list(columns)
    most = sum(column.most for column in columns)
    total = np.zeros(rows, np.int32 if most <= _INT32_MAX else np.int64)
    forms = [column.form for column in columns]
    # numbers that stay small are added four times as many at once
    width = np.dtype(np.int16) if most <= _INT16_MAX else total.dtype
    _add_dense(total, [form.numbers[:rows] for form in forms if isinstance(form, Dense)], width)
    for form in forms:
        if not isinstance(form, Dense):
            _add_sparse(total, *form.cells())
    return total


def _add_dense(total: Numbers, addends: Sequence[Numbers], width: np.dtype[Any]) -> None:
    for start in range(0, len(total), _CHUNK) if addends else ():
        chunk = np.zeros(min(_CHUNK, len(total) - start), width)
        for addend in addends:
            piece = addend[start : start + _CHUNK]
            own = chunk[: len(piece)]
            np.add(own, piece, out=own)
        total[start : start + len(chunk)] = chunk


def _add_sparse(total: Numbers, rows: Rows, numbers: Numbers) -> None:
    if len(rows) and rows.max() >= len(total):
        known = rows < len(total)
        rows, numbers = rows[known], numbers[known]
    # each row is there once: `np.add.at`, which would not mind otherwise, takes ten times as long
    total[rows] += numbers
