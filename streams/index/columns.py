"""Whole numbers by row, most of them zero: one counter on one day, for one writer and many readers."""

from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Rows: TypeAlias = NDArray[np.int32]
Numbers: TypeAlias = NDArray[Any]
"""Of the narrowest of int8, int16, int32 and int64 that holds them."""

_WIDTHS: Final = (np.int8, np.int16, np.int32, np.int64)
_DENSE_FROM: Final = 8
"""A column of numbers for every row takes over where one row in so many has one."""

_DENSE_UNTIL: Final = 16
"""It gives way again where growing it would leave fewer than one row in so many."""

_LEAST_SPARE: Final = 8
_MOST_SPARE: Final = 1024
"""A row that came since is also in a dict, which costs far more than its place in an array."""

_SPARE_SHARE: Final = 8
_FEW: Final = 64


class Column:
    """Numbers by row; rows without one have zero.

    Readers take the form once: what replaces it is complete before it is published, and within a form a
    number is written before the count that makes it visible.
    """

    __slots__ = ("form", "most")

    def __init__(self) -> None:
        self.form: Dense | Sparse = Sparse.of(np.empty(0, np.int32), np.empty(0, np.int8))
        self.most = 0
        """No number is further from zero, nor has one ever been."""

    def put(self, rows: Rows, numbers: Numbers) -> None:
        """Set the numbers of rows, each named once."""
        if not len(rows):
            return
        most = int(np.abs(numbers).max())
        self.most = max(self.most, most)
        self.form = self.form.with_room_for(most).put(rows, numbers)

    def number(self, row: int) -> int:
        """The number of one row."""
        return self.form.number(row)

    def gather(self, rows: Rows) -> Numbers:
        """The numbers of these rows."""
        return self.form.gather(rows)

    @property
    def nbytes(self) -> int:
        """Bytes of memory, estimated for what Python keeps beside the arrays."""
        return self.form.nbytes


class Dense:
    """A number for every row up to the last that has one."""

    __slots__ = ("numbers",)

    def __init__(self, numbers: Numbers) -> None:
        self.numbers = numbers

    def with_room_for(self, most: int) -> "Dense":
        """The same, wide enough for a number this far from zero."""
        width = _wide_enough(self.numbers.dtype, most)
        return self if width == self.numbers.dtype else Dense(self.numbers.astype(width))

    def put(self, rows: Rows, numbers: Numbers) -> "Dense | Sparse":
        """Set numbers; the form to be used from now on."""
        needed = int(rows.max()) + 1
        if needed > len(self.numbers):
            return self._grown(needed, len(rows)).put(rows, numbers)
        self.numbers[rows] = numbers
        return self

    def _grown(self, needed: int, more: int) -> "Dense | Sparse":
        if (np.count_nonzero(self.numbers) + more) * _DENSE_UNTIL < needed:
            held = np.flatnonzero(self.numbers).astype(np.int32)
            return Sparse.of(held, self.numbers[held])
        grown = np.zeros(needed + needed // _SPARE_SHARE, self.numbers.dtype)
        grown[: len(self.numbers)] = self.numbers
        return Dense(grown)

    def number(self, row: int) -> int:
        """The number of one row."""
        return int(self.numbers.item(row)) if row < len(self.numbers) else 0

    def gather(self, rows: Rows) -> Numbers:
        """The numbers of these rows."""
        if not len(rows) or rows.max() < len(self.numbers):
            return self.numbers[rows]
        found = np.zeros(len(rows), self.numbers.dtype)
        known = rows < len(self.numbers)
        found[known] = self.numbers[rows[known]]
        return found

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        return self.numbers.nbytes + _OBJECTS_OF_DENSE


class Sparse:
    """Rows that have a number, in order, then those that came since, with the number of each."""

    __slots__ = ("_ordered", "_rows", "_slots", "_values", "count")

    def __init__(self, rows: Rows, values: Numbers, count: int) -> None:
        self._rows, self._values = rows, values
        self._ordered = rows[:count]
        self._slots: dict[int, int] = {}
        self.count = count

    @classmethod
    def of(cls, rows: Rows, numbers: Numbers) -> "Sparse":
        """These rows, which must be in order, with room for some more."""
        room = len(rows) + min(max(_LEAST_SPARE, len(rows) // _SPARE_SHARE), _MOST_SPARE)
        roomy_rows, roomy_values = np.empty(room, np.int32), np.empty(room, numbers.dtype)
        roomy_rows[: len(rows)], roomy_values[: len(rows)] = rows, numbers
        return cls(roomy_rows, roomy_values, len(rows))

    def cells(self) -> tuple[Rows, Numbers]:
        """Every row here, once, and its number."""
        count = self.count
        return self._rows[:count], self._values[:count]

    def with_room_for(self, most: int) -> "Sparse":
        """The same, wide enough for a number this far from zero."""
        width = _wide_enough(self._values.dtype, most)
        if width == self._values.dtype:
            return self
        rows, values = self._in_order()
        return Sparse.of(rows, values.astype(width))

    def put(self, rows: Rows, numbers: Numbers) -> "Dense | Sparse":
        """Set numbers; the form to be used from now on."""
        slots = self._slots_of(rows)
        here = slots >= 0
        self._values[slots[here]] = numbers[here]
        new = ~here & (numbers != 0)
        if not (more := int(np.count_nonzero(new))):
            return self
        if self.count + more > len(self._rows):
            return self._merged(rows[new], numbers[new])
        self._append(rows[new], numbers[new])
        return self

    def _append(self, rows: Rows, numbers: Numbers) -> None:
        end = self.count + len(rows)
        self._rows[self.count : end], self._values[self.count : end] = rows, numbers
        self._slots.update(zip(rows.tolist(), range(self.count, end), strict=True))
        self.count = end

    def _merged(self, rows: Rows, numbers: Numbers) -> "Dense | Sparse":
        own_rows, own_values = self._in_order()
        all_rows = np.concatenate([own_rows, rows])
        order = np.argsort(all_rows, kind="stable")
        all_rows = all_rows[order]
        values = np.concatenate([own_values, numbers.astype(own_values.dtype)])[order]
        span = int(all_rows[-1]) + 1
        if len(all_rows) < _FEW or len(all_rows) * _DENSE_FROM < span:
            return Sparse.of(all_rows, values)
        dense = np.zeros(span + span // _SPARE_SHARE, values.dtype)
        dense[all_rows] = values
        return Dense(dense)

    def _in_order(self) -> tuple[Rows, Numbers]:
        rows, values = self.cells()
        held = np.flatnonzero(values)
        order = held[np.argsort(rows[held], kind="stable")]
        return rows[order], values[order]

    def number(self, row: int) -> int:
        """The number of one row."""
        slot = self._slot(row)
        return int(self._values.item(slot)) if slot >= 0 else 0

    def _slot(self, row: int) -> int:
        slot = self._slots.get(row, -1)
        if slot >= 0:
            return slot
        # a plain int would make numpy turn every row into 64 bits first
        at = int(self._ordered.searchsorted(np.int32(row)))
        return at if at < len(self._ordered) and self._ordered.item(at) == row else -1

    def gather(self, rows: Rows) -> Numbers:
        """The numbers of these rows."""
        slots = self._slots_of(rows)
        found = self._values[slots]  # where there is none, the last number: overwritten in the next line
        found[slots < 0] = 0
        return found

    def _slots_of(self, rows: Rows) -> NDArray[np.intp]:
        if len(self._ordered):
            slots = np.minimum(self._ordered.searchsorted(rows), len(self._ordered) - 1)
            slots[self._ordered[slots] != rows] = -1
        else:
            slots = np.full(len(rows), -1, np.intp)
        if self._slots:
            get = self._slots.get
            for place in np.flatnonzero(slots < 0).tolist():
                slots[place] = get(rows.item(place), -1)
        return slots

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        tail = len(self._slots) * _BYTES_OF_SLOT
        return self._rows.nbytes + self._values.nbytes + tail + _OBJECTS_OF_SPARSE


_OBJECTS_OF_DENSE: Final = 250
_OBJECTS_OF_SPARSE: Final = 600
_BYTES_OF_SLOT: Final = 100


def _wide_enough(width: np.dtype[Any], most: int) -> np.dtype[Any]:
    if most <= np.iinfo(width).max:
        return width
    return np.dtype(next(each for each in _WIDTHS if most <= np.iinfo(each).max))
