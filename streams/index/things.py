"""The things of one table's partition: a row each, with what lists are filtered and ordered by."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from schemas.tally import TableName
from streams.counting.questions import Filters
from streams.index.columns import Rows
from streams.index.grown import Grown
from streams.index.key_order import key_order
from streams.index.labels import LabelBook, Mask
from streams.index.names import Names

JOINT: Final = "|"
_NAMED: Final[Mapping[TableName, tuple[str, str]]] = {
    TableName.ACTOR_TOPICS: ("actor", "topic"),
    TableName.PAIRS: ("source", "target"),
}
"""The two that a key names."""

_NEVER: Final = -1
_BYTES_OF_KEY: Final = 33 + 8
_BYTES_OF_ROW: Final = 32 + 100
"""A Python integer, and a place in a dict."""


class Things:
    """Rows in the order in which things were first seen; none is ever taken back."""

    def __init__(self, table: TableName) -> None:
        self.table = table
        self.rows: dict[bytes, int] = {}
        self.keys: list[bytes] = []
        self.labels = LabelBook(table)
        self._label, self._newest = Grown(np.int32), Grown(np.int32)
        """The number of the label, and the day that it is of."""
        self._order = Grown(np.uint64)
        self._named = {side: Grown(np.int32) for side in _NAMED.get(table, ())}
        self._codes: Names[str] = Names()
        self._text_bytes = 0

    def add(self, key: bytes, label: Mapping[str, str | None], label_number: int) -> int:
        """The row of a thing that has none yet."""
        row = len(self.keys)
        for side, text in zip(self._named, self._names(key.decode(), label), strict=bool(self._named)):
            self._named[side].append(self._codes.number(text))
        self._label.append(label_number)
        self._newest.append(_NEVER)
        self._order.append(key_order(key))
        self.keys.append(key)  # the last array: readers take its length for the number of rows
        self.rows[key] = row
        self._text_bytes += len(key)
        return row

    def _names(self, key: str, label: Mapping[str, str | None]) -> tuple[str, str]:
        if self.table is TableName.ACTOR_TOPICS:
            actor, _, topic = key.rpartition(JOINT)
            return actor, topic
        source, _, target = key.partition(JOINT)
        return label.get("source") or source, label.get("target") or target

    def label(self, age: int, rows: Rows, labels: Rows, counted: Mask) -> list[int]:
        """Take the labels of one day; the rows whose newest day it was and that are there no more."""
        newest = self._newest.numbers[rows]
        newer = counted & (age >= newest)
        self._label.numbers[rows[newer]] = labels[newer]
        self._newest.numbers[rows[newer]] = age
        gone: list[int] = rows[~counted & (newest == age)].tolist()
        self._newest.numbers[gone] = _NEVER
        return gone

    def label_anew(self, row: int, age: int, label: int) -> None:
        """Take the label of a day, whatever was newest before."""
        self._label.numbers[row], self._newest.numbers[row] = label, age

    def passing(self, filters: Filters, rows: int) -> Mask | None:
        """Which of the first rows have a label that passes; None where nothing of labels is filtered."""
        labels = self._label.numbers[:rows].copy()
        # asked for after the labels are read: by now each of them has an answer
        passing = self.labels.passing(filters)
        return None if passing is None else passing[labels]

    def named(self, filters: Filters, rows: int) -> Mask | None:
        """Which of the first rows have a key that names what is asked for; None where nothing is."""
        masks = []
        if filters.actor is not None and self._named:
            sides = ("actor",) if self.table is TableName.ACTOR_TOPICS else ("source", "target")
            masks.append(self._any(sides, filters.actor, rows))
        if filters.topic is not None and self.table is TableName.ACTOR_TOPICS:
            masks.append(self._any(("topic",), filters.topic, rows))
        if filters.topic is not None and self.table is TableName.TOPICS:
            masks.append(self._only(filters.topic.encode(), rows))
        return np.logical_and.reduce(masks) if masks else None

    def _any(self, sides: tuple[str, ...], text: str, rows: int) -> Mask:
        code = self._codes.known(text)
        mask: Mask = np.logical_or.reduce([self._named[side].numbers[:rows] == code for side in sides])
        return mask

    def _only(self, key: bytes, rows: int) -> Mask:
        mask = np.zeros(rows, np.bool_)
        row = self.rows.get(key, rows)
        if row < rows:
            mask[row] = True
        return mask

    def order(self, rows: NDArray[np.int32]) -> NDArray[np.uint64]:
        """Numbers that are in no other order than the keys of these rows; some may be equal."""
        return self._order.numbers[rows]

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def nbytes(self) -> int:
        """Bytes of memory, estimated for keys and the dict of rows."""
        arrays = (self._label, self._newest, self._order, *self._named.values())
        objects = len(self.keys) * (_BYTES_OF_KEY + _BYTES_OF_ROW)
        return sum(array.nbytes for array in arrays) + objects + self._text_bytes
