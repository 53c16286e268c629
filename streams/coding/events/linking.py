"""Linking: where the encoder sees other parties than the rules found, the better supported are taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from streams.coding.encoder.reading import Role, SentenceReading
from streams.coding.events.phrases import Phrases, phrase_span
from streams.coding.events.sentence import Sentence, Word, conjuncts

FILL: Final = 0.3  # the least probability at which an empty role is filled
SWITCH: Final = 0.4  # the least at which another phrase takes the place of the rules' own
DOUBTED: Final = 0.3  # the most that the rules' own may have, to be replaced
EMPTIED: Final = 0.5  # the least probability of nobody at which the rules' own is dropped
_HEADS: Final = frozenset({"nsubj", "nsubjpass", "dobj", "pobj", "poss", "attr", "dative", "appos", "ROOT"})
_WORDY: Final = frozenset({"NOUN", "PROPN", "NUM", "PRON", "ADJ"})


class Linker:
    """Weighs the parties of one sentence, which the encoder has read."""

    def __init__(self, phrases: Phrases, sentence: Sentence, reading: SentenceReading):
        self._phrases = phrases
        self._reading = reading
        self._start = sentence.start
        self._phrases_named = [word for word in sentence.words if self._is_head(word)]

    def supports(self, role: Role, picked: Sequence[Word], trigger: Word) -> bool:
        """Whether the rules' own parties have a fair share of the encoder's probability."""
        piece = self._piece(trigger)
        return piece is None or sum(self._support(role, piece, word) for word in picked) >= DOUBTED

    def choose(
        self, role: Role, picked: Sequence[Word], trigger: Word, *, apart: Iterable[Word] = ()
    ) -> list[Word]:
        """The rules' own parties in a role, or those that the encoder supports far better."""
        piece = self._piece(trigger)
        if piece is None:
            return list(picked)
        own = sum(self._support(role, piece, word) for word in picked)
        if picked and own >= DOUBTED:
            return list(picked)
        taken = {id(word) for word in (*picked, *apart)}
        others = [word for word in self._phrases_named if id(word) not in taken]
        best = max(others, key=lambda word: self._support(role, piece, word), default=None)
        found = self._support(role, piece, best) if best is not None else 0.0
        if best is not None and found >= (SWITCH if picked else FILL):
            return self._phrases.parties(best) if best.child("conj") is None else conjuncts(best)
        if picked and self._reading.nobody(role, piece) >= EMPTIED:
            return []
        return list(picked)

    def _piece(self, trigger: Word) -> int | None:
        return self._reading.piece_at(trigger.start - self._start, trigger.end - self._start)

    def _support(self, role: Role, piece: int, word: Word) -> float:
        start, end = phrase_span(word)
        return self._reading.party(role, piece, start - self._start, end - self._start)

    def _is_head(self, word: Word) -> bool:
        if word.pos not in _WORDY:
            return False
        if word.mention is not None:
            return True
        return word.dep in _HEADS and self._phrases.names_party(word)
