"""Things by the words of their names, as they are typed: each word begins one of the name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from streams.coding.actors.names import fold
from streams.index.columns import Rows
from streams.index.grown import Grown

_BYTES: Final = 16
"""Of a word: those that are longer and begin alike are told apart by nobody."""

_RECENT: Final = 2048
_GROWTH: Final = 4
_TAIL: Final = b"\xff"

Words = NDArray[np.bytes_]


@dataclass(frozen=True, slots=True)
class _Segment:
    """Words in order, each with a row that has it."""

    words: Words
    rows: Rows

    def beginning(self, prefix: bytes) -> Rows:
        """The rows of words that begin so."""
        first, last = np.array([prefix, prefix.ljust(_BYTES, _TAIL)], self.words.dtype)
        start = self.words.searchsorted(first, side="left")
        return self.rows[start : self.words.searchsorted(last, side="right")]


class NameSearch:
    """Rows by words, in segments that are never changed, and a short list of those that came last."""

    def __init__(self) -> None:
        self._segments: tuple[_Segment, ...] = ()
        self._recent: list[tuple[bytes, int]] = []
        self._first_name = Grown(np.int64)
        self._more_names: dict[int, set[int]] = {}

    def add(self, row: int, name: str) -> None:
        """A name of a row, which is no further than the next one; one that it has is not added again."""
        if self._is_known(row, hash(name)):
            return
        for word in words_of(name):
            self._recent.append((word, row))
        if len(self._recent) >= _RECENT:
            self._fold_in()

    def _is_known(self, row: int, name: int) -> bool:
        if row == len(self._first_name):
            self._first_name.append(name)
            return False
        if self._first_name.numbers.item(row) == name:
            return True
        others = self._more_names.setdefault(row, set())
        known = name in others
        others.add(name)
        return known

    def _fold_in(self) -> None:
        recent = self._recent
        words = np.array([word for word, _ in recent], f"S{_BYTES}")
        rows = np.array([row for _, row in recent], np.int32)
        segments = [*self._segments, _in_order(words, rows)]
        while len(segments) > 1 and len(segments[-2].rows) < _GROWTH * len(segments[-1].rows):
            last, other = segments.pop(), segments.pop()
            segments.append(
                _in_order(np.concatenate([other.words, last.words]), np.concatenate([other.rows, last.rows]))
            )
        self._segments = tuple(segments)
        self._recent = []  # after the segments: found twice does no harm

    def find(self, words: Sequence[bytes], rows: int) -> Rows:
        """Of the first rows those with names that have, for each of these, a word that begins so."""
        recent, segments = list(self._recent), self._segments
        found = np.ones(rows, np.bool_) if words else np.zeros(rows, np.bool_)
        for word in words:
            has = np.zeros(rows, np.bool_)
            late = np.array([row for other, row in recent if other.startswith(word)], np.int32)
            for some in (late, *(segment.beginning(word) for segment in segments)):
                has[some[some < rows]] = True
            found &= has
        return np.flatnonzero(found).astype(np.int32)

    @property
    def nbytes(self) -> int:
        """Bytes of memory, of what counts."""
        segments = self._segments
        arrays = sum(segment.words.nbytes + segment.rows.nbytes for segment in segments)
        return arrays + self._first_name.nbytes


def words_of(text: str) -> list[bytes]:
    """The words of a name, or of what is typed, as they are compared."""
    return [word.encode()[:_BYTES] for word in fold(text)]


def fits(words: Iterable[bytes], name: str) -> bool:
    """Whether each of the words begins one of the name."""
    own = words_of(name)
    return all(any(other.startswith(word) for other in own) for word in words)


def _in_order(words: Words, rows: Rows) -> _Segment:
    order = np.argsort(words, kind="stable")
    return _Segment(words[order], rows[order])
