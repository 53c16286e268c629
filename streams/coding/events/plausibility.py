"""Plausibility: readings that the words of the sentence speak against: accidents, nature, sport, the arts."""

from __future__ import annotations

import re
from collections.abc import Mapping

from schemas.plover import EventType
from streams.coding.events.candidates import Candidate
from streams.coding.events.sentence import Sentence, Word

_HARMFUL = frozenset({EventType.ASSAULT, EventType.PROTEST, EventType.COERCE, EventType.SANCTION})
_WARNING = frozenset({EventType.THREATEN, EventType.MOBILIZE})
_RESCUES = frozenset({"rescue", "save", "evacuate", "treat", "airlift", "pull"})
_PRONOUNS = frozenset({"i", "you", "we", "they", "it", "that", "this", "which", "one", "he", "she", "what"})
_CONVERSING = frozenset({"i", "you", "one"})
_PRIVATE = frozenset(
    {EventType.AGREE, EventType.CONSULT, EventType.COOPERATE, EventType.REQUEST, EventType.REJECT}
)
_SPOKEN = _PRIVATE | {
    EventType.SUPPORT,
    EventType.CONCEDE,
    EventType.RETREAT,
    EventType.ACCUSE,
    EventType.THREATEN,
}
_SCORE = re.compile(r"\b\d{1,3}[-–]\d{1,3}\b")


class Plausibility:
    """Judges a candidate by the words around it."""

    def __init__(self, classes: Mapping[str, frozenset[str]], sentence: Sentence):
        lemmas = {word.lemma for word in sentence.words}
        self._natural = bool(lemmas & classes["nature"])
        self._violence = [word for word in sentence.words if self._is_violent(word, classes["violent"])]
        accidental = (word for word in sentence.words if word.lemma in classes["accident"])
        self._accidental = any(not is_gunfire(word) for word in accidental)
        sport = len(lemmas & classes["sport"])
        self._sporting = sport > 1 or (sport == 1 and _SCORE.search(sentence.text) is not None)
        self._nobody_named = all(word.mention is None for word in sentence.words)
        self._classes = classes

    def doubts(self, candidate: Candidate, sources: list[Word]) -> bool:
        """Whether the sentence tells of something else than the event that the candidate reads."""
        if candidate.act is None or self._sporting:
            return True
        kind = candidate.act.type
        violent = any(word is not candidate.word for word in self._violence)
        warning = kind in _WARNING or (kind is EventType.REQUEST and not sources)
        if warning and self._natural and not violent:
            return True
        rescued = kind is EventType.AID and candidate.word.lemma in _RESCUES and not sources
        if rescued and (self._accidental or self._natural):
            return True
        if kind in _SPOKEN and self._is_small_talk(candidate, kind):
            return True
        return kind in _HARMFUL and self._by_chance(candidate, sources, violent=violent)

    def _is_small_talk(self, candidate: Candidate, kind: EventType) -> bool:
        """Whether 'I would insist on' or 'they refuse' is said in conversation, of nobody in particular."""
        subject = candidate.predicate.subject
        if subject is None or subject.mention is not None or subject.lower not in _PRONOUNS:
            return False
        return self._nobody_named or (subject.lower in _CONVERSING and kind in _PRIVATE)

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
        deliberate = any(_bears_arms(word) and not self._is_mishap(word) for word in doers)
        return not violent and not deliberate and (self._accidental or not sources)

    def _is_violent(self, word: Word, violent: frozenset[str]) -> bool:
        if word.lemma == "strike":  # earthquakes strike too, and parsers take that for a noun
            return (word.pos != "VERB" or word.dep == "pobj") and not self._natural
        if word.lemma == "explosive":  # an eruption may be that
            return word.pos == "NOUN"
        if word.lemma == "operation":
            return any(child.lemma in ("security", "military") for child in word.childs("compound", "amod"))
        return word.lemma in violent or is_gunfire(word)

    def _is_mishap(self, word: Word) -> bool:
        parts = (word, *word.childs("compound"))
        return any(part.lemma in self._classes["accident"] for part in parts)


_FIRING = frozenset({"open", "exchange", "return", "cease"})


def is_gunfire(word: Word) -> bool:
    """Whether 'fire' is somebody's: 'by Israeli fire', 'under fire', 'opened fire', 'enemy fire'."""
    if word.lemma != "fire" or word.pos not in ("NOUN", "PROPN"):
        return word.lemma == "fire" and word.child("prep") is not None and word.pos == "VERB"
    head = word.head
    if head is not None and (head.lower in ("under", "amid") or head.lemma in _FIRING):
        return True
    owners = word.childs("amod", "compound", "poss", "nmod")
    return any(_is_armed(owner) for owner in owners)


def _bears_arms(word: Word) -> bool:
    """Whether a word names a country or a force of one: what others harm by a vehicle is an accident."""
    code = word.mention.actor.code if word.mention is not None else None
    return code is not None and code[3:6] in _FORCES


_FORCES = frozenset({"", "GOV", "MIL", "COP", "REB", "PRM", "SEP", "SPY"})


def _is_armed(owner: Word) -> bool:
    return owner.entity in ("NORP", "GPE") or owner.mention is not None or owner.lemma in _ARMED


_ARMED = frozenset(
    {"artillery", "mortar", "tank", "rocket", "sniper", "enemy", "hostile", "friendly", "gun", "machine"}
    | {"army", "rebel", "police", "troop", "cross", "heavy", "indirect", "live"}
)
