"""One partition of one table of counts, in memory: what the API's lists and single things are read from."""

from collections.abc import Callable, Iterator

import numpy as np
import orjson

from schemas.tally import Counters, TableName
from streams.counting.questions import ALL_DAYS, DayRange
from streams.index.changes import KEY_SEPARATOR, Changes, ChangesReader, DayChanges
from streams.index.columns import Column, Numbers, Rows
from streams.index.days import LEADING, Day, Days, age_of
from streams.index.name_search import NameSearch
from streams.index.parts import DaysOfThing, Label
from streams.index.things import Things

Read = Callable[[bytes], bytes | None]
"""The raw value that the store has for a key; None, too, where the store is closed."""


class CountsIndex:
    """Counters by thing and day. One thread at a time writes, any may read, and none waits for another."""

    def __init__(self, table: TableName, read: Read) -> None:
        self.table = table
        self.things = Things(table)
        self.days = Days()
        self.names = NameSearch()
        self.version = 0
        """Odd while changes are being taken."""
        self._read = read
        self._reader = ChangesReader(self.things, self.names.add if table is TableName.ACTORS else None)

    # --- writing ---------------------------------------------------------------------------------------

    def apply(self, changes: Changes) -> None:
        """Take raw changes of the table, as its changelog has them; None removes."""
        self.version += 1
        for of_day in self._reader.read(changes):
            self._take(of_day)
        self.version += 1

    def _take(self, changes: DayChanges) -> None:
        day, rows = self.days.opened(changes.day), changes.rows
        counted = np.zeros(len(rows), np.bool_)
        taken: list[tuple[str, Rows, Numbers]] = []
        # the leading one first, and totals last: who is found in a list has a day, and so a label
        for counter in sorted(changes.counted.names.union(day.columns), key=LEADING.__ne__):
            numbers = changes.numbers(counter)
            counted |= numbers != 0
            taken += self._take_numbers(day, counter, rows, numbers)
        odd = counted & (changes.numbers(LEADING) <= 0)
        if day.odd or odd.any():
            day.odd = (day.odd - frozenset(rows.tolist())) | frozenset(rows[odd].tolist())
        for counter, of_rows, more in taken:
            total = self.days.totals.setdefault(counter, Column())
            total.put(of_rows, total.gather(of_rows) + more)
        for row in self.things.label(age_of(changes.day), rows, changes.labels, counted):
            self._label_anew(row)

    def _take_numbers(
        self, day: Day, counter: str, rows: Rows, numbers: Numbers
    ) -> Iterator[tuple[str, Rows, Numbers]]:
        """Put the numbers of a day; by how much the totals of which rows change."""
        column = day.columns.get(counter) or Column()
        if not column.most and not numbers.any():
            return
        before = column.gather(rows)
        changed = np.flatnonzero(numbers != before)
        if not len(changed):
            return
        rows, numbers = rows[changed], numbers[changed]
        column.put(rows, numbers)
        day.columns[counter] = column
        yield counter, rows, numbers - before[changed]

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
        raw = self._read(key + KEY_SEPARATOR + day.encode())
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
        return self.things.nbytes + self.days.nbytes + self.names.nbytes + self._reader.nbytes
