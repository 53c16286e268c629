"""Plausibility: readings that the words of the sentence speak against: accidents, nature, sport, the arts."""

from __future__ import annotations

import re
from collections.abc import Mapping

from schemas.plover import EventType
from streams.coding.events.candidates import Candidate
from streams.coding.events.sentence import Sentence, Word

_HARMFUL = frozenset({EventType.ASSAULT, EventType.PROTEST, EventType.COERCE, EventType.SANCTION})
_WARNING = frozenset({EventType.THREATEN, EventType.MOBILIZE})
_SCORE = re.compile(r"\b\d{1,3}[-–]\d{1,3}\b")


class Plausibility:
    """Judges a candidate by the words around it."""

    def __init__(self, classes: Mapping[str, frozenset[str]], sentence: Sentence):
        lemmas = {word.lemma for word in sentence.words}
        self._violence = [
            word for word in sentence.words if word.lemma in classes["violent"] and not _is_strike(word)
        ]
        self._accidental = bool(lemmas & classes["accident"])
        self._natural = bool(lemmas & classes["nature"])
        sport = len(lemmas & classes["sport"])
        self._sporting = sport > 1 or (sport == 1 and _SCORE.search(sentence.text) is not None)
        self._classes = classes

    def doubts(self, candidate: Candidate, sources: list[Word]) -> bool:
        """Whether the sentence tells of something else than the event that the candidate reads."""
        if candidate.act is None or self._sporting:
            return True
        kind = candidate.act.type
        violent = any(word is not candidate.word for word in self._violence)
        if kind in _WARNING and self._natural and not violent:
            return True
        return kind in _HARMFUL and self._by_chance(candidate, sources, violent=violent)

    def _by_chance(self, candidate: Candidate, sources: list[Word], *, violent: bool) -> bool:
        """Whether harm came by accident, illness or weather rather than by somebody's will."""
        subject = candidate.predicate.subject
        doers = list(sources)
        if subject is not None and not candidate.predicate.passive:
            doers.append(subject)
        if not violent and any(self._is_mishap(word) for word in doers):
            return True
        if candidate.match.entry.head not in self._classes["harm_verb"]:
            return False
        return not violent and (self._accidental or not sources)

    def _is_mishap(self, word: Word) -> bool:
        parts = (word, *word.childs("compound"))
        return any(part.lemma in self._classes["accident"] for part in parts)


def _is_strike(word: Word) -> bool:
    """Earthquakes strike too."""
    return word.lemma == "strike" and word.pos == "VERB"
