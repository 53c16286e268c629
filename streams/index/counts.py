"""One partition of one table of counts, in memory: what the API's lists and single things are read from."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import orjson

from schemas.tally import Counters, TableName
from streams.counting.days import SEPARATOR
from streams.counting.questions import ALL_DAYS, DayRange
from streams.index.columns import Column, Numbers, Rows
from streams.index.days import LEADING, Day, Days, age_of
from streams.index.name_search import NameSearch
from streams.index.parts import DaysOfThing, Label
from streams.index.things import Things

Read = Callable[[bytes], bytes | None]
"""The raw value that the store has for a key; None, too, where the store is closed."""

Changes = Mapping[bytes, bytes | None]

RESERVED: Final = b"\xff"
"""What changelog keys that are no things begin with."""

_SEPARATOR: Final = SEPARATOR.encode()
_EMPTY: Final[dict[str, Any]] = {"label": {}, "counters": {}}


@dataclass
class _Batch:
    """Changes of one day: rows, the numbers of their labels, and for each counter places and numbers."""

    rows: list[int] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    cells: dict[str, tuple[list[int], list[int]]] = field(default_factory=dict)

    def add(self, row: int, label: int, counters: Counters) -> None:
        place = len(self.rows)
        self.rows.append(row)
        self.labels.append(label)
        for name, number in counters.items():
            cells = self.cells.get(name)
            if cells is None:
                cells = self.cells[name] = ([], [])
            cells[0].append(place)
            cells[1].append(number)

    def numbers(self, counter: str) -> Numbers:
        numbers = np.zeros(len(self.rows), np.int64)
        if counter in self.cells:
            places, values = self.cells[counter]
            numbers[places] = values
        return numbers


class CountsIndex:
    """Counters by thing and day. One thread at a time writes, any may read, and none waits for another."""

    def __init__(self, table: TableName, read: Read) -> None:
        self.table = table
        self.things = Things(table)
        self.days = Days()
        self.names = NameSearch()
        self.version = 0
        self._read = read

    # --- writing ---------------------------------------------------------------------------------------

    def apply(self, changes: Changes) -> None:
        """Take raw changes of the table, as its changelog has them; None removes."""
        for name, batch in self._by_day(changes).items():
            self._take(name, batch)
        self.version += 1

    def _by_day(self, changes: Changes) -> dict[str, _Batch]:
        batches: dict[bytes, _Batch] = {}
        rows, labels = self.things.rows, self.things.labels
        for key, raw in changes.items():
            if key.startswith(RESERVED):
                continue
            thing, _, day = key.rpartition(_SEPARATOR)
            value = _EMPTY if raw is None else orjson.loads(raw)
            label, counters = value["label"], value["counters"]
            number = labels.number(label) if counters else -1
            row = rows.get(thing)
            if row is None:
                if not counters:
                    continue
                row = self.things.add(thing, label, number)
            if counters and self.table is TableName.ACTORS:
                self.names.add(row, label.get("name") or "")
            batch = batches.get(day)
            if batch is None:
                batch = batches[day] = _Batch()
            batch.add(row, number, counters)
        return {day.decode(): batch for day, batch in batches.items()}

    def _take(self, name: str, batch: _Batch) -> None:
        day = self.days.opened(name)
        rows = np.array(batch.rows, np.int32)
        counted = np.zeros(len(rows), np.bool_)
        for counter in {**day.columns, **batch.cells}:
            numbers = batch.numbers(counter)
            counted |= numbers != 0
            self._take_numbers(day, counter, rows, numbers)
        odd = counted & (batch.numbers(LEADING) <= 0)
        if day.odd or odd.any():
            day.odd = (day.odd - frozenset(batch.rows)) | frozenset(rows[odd].tolist())
        for row in self.things.label(age_of(name), rows, np.array(batch.labels, np.int32), counted):
            self._label_anew(row)

    def _take_numbers(self, day: Day, counter: str, rows: Rows, numbers: Numbers) -> None:
        column = day.columns.get(counter) or Column()
        before = column.gather(rows)
        changed = np.flatnonzero(numbers != before)
        if not len(changed):
            return
        rows, numbers = rows[changed], numbers[changed]
        total = self.days.totals.setdefault(counter, Column())
        total.put(rows, total.gather(rows) + (numbers - before[changed]))
        column.put(rows, numbers)
        day.columns[counter] = column

    def _label_anew(self, row: int) -> None:
        """Take the label of the newest day that is left to a thing."""
        name = self.newest_days(np.array([row], np.int32), ALL_DAYS)[0]
        if name is not None:
            label = self.label_of(self.things.keys[row], name)
            self.things.label_anew(row, age_of(name), self.things.labels.number(label))

    # --- reading ---------------------------------------------------------------------------------------

    def thing(self, key: str, days: DayRange) -> DaysOfThing | None:
        """One thing by day, oldest first; None where it is not counted on any of these days."""
        found = self.days_of(key, days)
        if not found:
            return None
        return DaysOfThing(key, self.label_of(key.encode(), next(reversed(found))), found)

    def days_of(self, key: str, days: DayRange) -> dict[str, Counters]:
        """One thing's counters by day, oldest first."""
        row = self.things.rows.get(key.encode())
        if row is None:
            return {}
        by_day = ((name, self.days.by_name[name].counters(row)) for name in self.days.names(days))
        return {name: counters for name, counters in by_day if counters}

    def label_of(self, key: bytes, day: str) -> Label:
        """What a reader is shown of a thing on a day; empty where it has gone meanwhile."""
        raw = self._read(key + _SEPARATOR + day.encode())
        label: Label = orjson.loads(raw)["label"] if raw is not None else {}
        return label

    def newest_days(self, rows: Rows, days: DayRange) -> list[str | None]:
        """For each row the newest of these days on which it is counted."""
        newest: list[str | None] = [None] * len(rows)
        for name, places in self._newest(rows, days):
            for place in places.tolist():
                newest[place] = name
        return newest

    def _newest(self, rows: Rows, days: DayRange) -> Iterator[tuple[str, Rows]]:
        """Days from the newest on, with the places among `rows` of those that have their newest day there."""
        open_places = np.arange(len(rows), dtype=np.int32)
        for name in reversed(self.days.names(days)):
            if not len(open_places):
                return
            counted = self.days.by_name[name].counted(rows[open_places])
            if counted.any():
                yield name, open_places[counted]
                open_places = open_places[~counted]

    @property
    def nbytes(self) -> int:
        """Bytes of memory, estimated where Python keeps objects."""
        return self.things.nbytes + self.days.nbytes + self.names.nbytes
