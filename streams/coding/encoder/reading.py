"""What the encoder makes of one sentence: probabilities of types, of triggers and of who takes part."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from enum import IntEnum
from operator import itemgetter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from schemas.plover import EventType

Floats = NDArray[np.float32]

NO_EVENT: Final = 0
# The order of the network's outputs; index 0 is 'no event'.
TYPES: Final[tuple[EventType | None, ...]] = (
    None,
    EventType.AGREE,
    EventType.CONSULT,
    EventType.SUPPORT,
    EventType.CONCEDE,
    EventType.COOPERATE,
    EventType.AID,
    EventType.RETREAT,
    EventType.REQUEST,
    EventType.ACCUSE,
    EventType.REJECT,
    EventType.THREATEN,
    EventType.PROTEST,
    EventType.SANCTION,
    EventType.MOBILIZE,
    EventType.COERCE,
    EventType.ASSAULT,
)
INDEX: Final = {kind: index for index, kind in enumerate(TYPES)}
NOBODY: Final = 0  # the piece that stands before the first word: a party that is not named


class Role(IntEnum):
    """The order of the network's two outputs on parties."""

    SOURCE = 0
    TARGET = 1


@dataclass(frozen=True, slots=True)
class SentenceReading:
    """Probabilities for one sentence; `pieces[i]` are the characters of the sentence that piece i covers.

    types: (17,), of the sentence's main event. at: (pieces, 17), of an event told by a piece.
    links: (2, pieces, pieces), by role, that the event told by a piece has another piece for its party.
    """

    pieces: tuple[tuple[int, int], ...]
    types: Floats
    at: Floats
    links: Floats

    def piece_at(self, start: int, end: int) -> int | None:
        """The first piece of the characters, None past the encoder's reach."""
        return next(iter(self._pieces_of(start, end)), None)

    def _pieces_of(self, start: int, end: int) -> range:
        """The pieces of the characters; found by halving, for sentences may be long."""
        begin = bisect_right(self.pieces, start, lo=1, hi=self._words_end, key=itemgetter(1))
        stop = bisect_left(self.pieces, end, lo=begin, hi=self._words_end, key=itemgetter(0))
        return range(begin, stop)

    @property
    def _words_end(self) -> int:
        """Past the last piece that covers characters: the encoder's own mark comes after it."""
        last = len(self.pieces)
        return last - 1 if last > 1 and self.pieces[-1][1] == 0 else last

    def types_at(self, start: int, end: int) -> Floats | None:
        """The probabilities of an event told by these characters, best piece; None past the reach."""
        rows = self._pieces_of(start, end)
        if not rows:
            return None
        told = self.at[rows.start : rows.stop]
        best: Floats = told[int(np.argmin(told[:, NO_EVENT]))] if len(rows) > 1 else told[0]
        return best

    def party(self, role: Role, trigger: int, start: int, end: int) -> float:
        """The probability that these characters name a party of the event that piece `trigger` tells."""
        rows = self._pieces_of(start, end)
        return float(self.links[role, trigger, rows.start : rows.stop].sum())

    def nobody(self, role: Role, trigger: int) -> float:
        """The probability that the party of that event is not named."""
        return float(self.links[role, trigger, NOBODY])
