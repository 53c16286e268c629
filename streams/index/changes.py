"""Raw changes of a table of counts, read by day: every start of a worker reads millions of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import orjson
from numpy.typing import NDArray

from schemas.tally import Counters
from streams.counting.days import SEPARATOR
from streams.index.columns import Numbers, Rows
from streams.index.grown import Grown
from streams.index.parts import Label
from streams.index.things import Things
from streams.state.store import is_reserved

Changes = Mapping[bytes, bytes | None]

KEY_SEPARATOR: Final = SEPARATOR.encode()

_BETWEEN: Final = b',"counters":'
_BEGINNING: Final = b'{"label":{'
_NO_COUNTERS: Final = b"{}}"
_NO_LABEL: Final = -1


class Counted:
    """Distinct sets of counters, each read once."""

    def __init__(self, ends: Sequence[bytes]) -> None:
        self._sets: list[Counters] = [orjson.loads(end[:-1]) for end in ends]
        self.names = frozenset(name for counters in self._sets for name in counters)
        self._vectors: dict[str, Numbers] = {}

    def vector(self, name: str) -> Numbers:
        """One counter of every set."""
        if name not in self._vectors:
            self._vectors[name] = np.array([counters.get(name, 0) for counters in self._sets], np.int64)
        return self._vectors[name]


@dataclass(frozen=True, slots=True)
class DayChanges:
    """What changes on one day: rows, the numbers of their labels, and which set of counters each has."""

    day: str
    rows: Rows
    labels: Rows
    counted: Counted
    sets: NDArray[np.intp]

    def numbers(self, counter: str) -> Numbers:
        """What each row has of a counter from now on."""
        return self.counted.vector(counter)[self.sets]


@dataclass(slots=True)
class _Gathered:
    rows: list[int] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    sets: list[int] = field(default_factory=list)


class ChangesReader:
    """Reads raw changes; a label that a thing had before is told by its hash and not read again."""

    def __init__(self, things: Things, on_name: Callable[[int, str], None] | None) -> None:
        self._things = things
        self._on_name = on_name
        self._hash, self._label = Grown(np.int64), Grown(np.int32)

    def read(self, changes: Changes) -> Iterator[DayChanges]:
        """The changes of each day; new things have their rows from now on."""
        ends = {_NO_COUNTERS: 0}
        gathered: dict[bytes, _Gathered] = {}
        rows = self._things.rows
        for key, raw in changes.items():
            if is_reserved(key):
                continue
            thing, _, day = key.rpartition(KEY_SEPARATOR)
            start, end = _halves(raw)
            number = ends.setdefault(end, len(ends))
            row, label = rows.get(thing, -1), _NO_LABEL
            if number:
                row, label = self._labelled(row, thing, start)
            elif row < 0:
                continue
            own = gathered.get(day)
            if own is None:
                own = gathered[day] = _Gathered()
            own.rows.append(row)
            own.labels.append(label)
            own.sets.append(number)
        counted = Counted(list(ends))
        for day, own in gathered.items():
            yield DayChanges(
                day.decode(),
                np.array(own.rows, np.int32),
                np.array(own.labels, np.int32),
                counted,
                np.array(own.sets, np.intp),
            )

    def _labelled(self, row: int, thing: bytes, start: bytes) -> tuple[int, int]:
        """The row of a thing, and the number of the label that it has here."""
        mark = hash(start)
        if row >= 0 and self._hash.numbers.item(row) == mark:
            return row, self._label.numbers.item(row)
        label: Label = orjson.loads(start + b"}")["label"]
        number = self._things.labels.number(label)
        if row < 0:
            row = self._things.add(thing, label, number)
            self._hash.append(mark)
            self._label.append(number)
        else:
            self._hash.numbers[row], self._label.numbers[row] = mark, number
        if self._on_name is not None:
            self._on_name(row, label.get("name") or "")
        return row, number

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        return self._hash.nbytes + self._label.nbytes


def _halves(raw: bytes | None) -> tuple[bytes, bytes]:
    """A value in two: its label, and what follows 'counters'; both lack what joins them."""
    if raw is None:
        return b"", _NO_COUNTERS
    start, between, end = raw.rpartition(_BETWEEN)
    if between and start.startswith(_BEGINNING):
        return start, end
    value = orjson.loads(raw)  # written by somebody else
    return orjson.dumps({"label": value["label"]})[:-1], orjson.dumps(value["counters"]) + b"}"
