"""Stories and events in arrays: one thread appends, others read what was published."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

ALIVE: Final = np.iinfo(np.int32).max
UNDATED_DAY: Final = -1


@dataclass(frozen=True, slots=True)
class StoryRows:
    """One row a version of a story; rows of replaced ones stay until they are swept."""

    died: Ints
    """The first epoch without it."""
    day: Ints
    """Days since the year 1."""
    moment: Longs
    """Seconds since 1970."""
    version: Longs
    first_event: Ints
    events: Ints
    first_topic: Ints
    topics: Ints


@dataclass(frozen=True, slots=True)
class EventRows:
    """One row an event; those of a story stand together."""

    story: Ints
    source: Ints
    target: Ints
    """Rows of PartyRows, 0 where there is none."""
    pair: Ints
    """Row of StoryPairRows, 0 where not both sides are known, or both are the same."""
    type: NDArray[np.int8]
    mode: Ints
    confidence: Floats


@dataclass(frozen=True, slots=True)
class TopicRows:
    """One row a topic of a story; those of a story stand together."""

    story: Ints
    topic: Ints


@dataclass(frozen=True, slots=True)
class PartyRows:
    """One row an actor on any side of a story's events; the first is nobody's."""

    story: Ints
    label: Ints
    text: Ints


@dataclass(frozen=True, slots=True)
class StoryPairRows:
    """One row a source and target in a story; the first is none's."""

    story: Ints
    pair: Ints


@dataclass(frozen=True, slots=True)
class LabelRows:
    """One row a label of an actor; the first is nobody's."""

    actor: Ints
    country: Ints
    sector: Ints
    kind: Ints
    known: Bools
    """Whether the story has the actor among those that are somebody."""


@dataclass(frozen=True, slots=True)
class PairRows:
    """One row a source and a target, as actors; the first is none."""

    source: Ints
    target: Ints


R = TypeVar("R", StoryRows, EventRows, TopicRows, PartyRows, StoryPairRows, LabelRows, PairRows)

_WIDTHS: Final[dict[str, type[np.generic]]] = {
    "moment": np.int64,
    "version": np.int64,
    "type": np.int8,
    "confidence": np.float64,
    "known": np.bool_,
}
_LEAST_ROOM: Final = 64


class Growing(Generic[R]):
    """Columns of equal length with room for more; what was given out keeps its length and its rows."""

    def __init__(self, rows: type[R], *, with_none: bool = False) -> None:
        """Empty, or with one row of zeros that stands for none."""
        self._rows: type[R] = rows
        self._names = tuple(field.name for field in fields(rows))
        self._held = [np.zeros(_LEAST_ROOM, _WIDTHS.get(name, np.int32)) for name in self._names]
        self.count = int(with_none)

    def append(self, columns: Sequence[Sequence[Any] | NDArray[Any]]) -> None:
        """Append rows, given as one list a column."""
        end = self.count + len(columns[0])
        if end > len(self._held[0]):
            self._held = [_roomier(held, end) for held in self._held]
        for held, values in zip(self._held, columns, strict=True):
            held[self.count : end] = values
        self.count = end

    def set(self, name: str, rows: list[int], value: int) -> None:
        """Set one column of some rows, also in what was given out."""
        self._held[self._names.index(name)][rows] = value

    def view(self) -> R:
        """The rows that there are now."""
        return self._rows(*(held[: self.count] for held in self._held))

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        return sum(held.nbytes for held in self._held)


def _roomier(held: NDArray[Any], needed: int) -> NDArray[Any]:
    roomy = np.zeros(max(needed, len(held) + len(held) // 2), held.dtype)
    roomy[: len(held)] = held
    return roomy
