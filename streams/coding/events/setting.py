"""What the sentence around an act makes of it: joint acts, extraditions, ultimatums."""

from __future__ import annotations

import re
from dataclasses import replace

from schemas.plover import EventType
from streams.coding.events.candidates import Candidate
from streams.coding.events.phrases import Phrases
from streams.coding.events.reversals import Act
from streams.coding.events.sentence import Sentence, Word, conjuncts, first_conjunct

_JAIL = frozenset({"jail", "imprison"})
_ARREST = frozenset({"arrest", "detain", "seize", "apprehend"})
_TOGETHER = frozenset({"jointly", "together", "alongside"})
_MATERIAL = frozenset({EventType.ASSAULT, EventType.COERCE, EventType.MOBILIZE, EventType.AID})
_HANDOVER = frozenset(
    {"hand", "turn", "surrender", "deliver", "put", "send", "fly", "transfer", "repatriate", "return"}
)
_JUSTICE = re.compile(r"\bextradit|\bwanted (?:for|in|on|over)\b|\bto (?:stand|face) trial\b", re.I)
_PRISON = re.compile(r"\b(?:prison|jail(?:ed)?|behind bars|imprison\w*|life sentence)\b", re.I)
_ULTIMATUM = re.compile(r"\bor (?:else|face|risk|suffer|be (?:\w+ed|shot|removed|driven|destroyed))\b", re.I)


def read_in_setting(
    candidate: Candidate, sentence: Sentence, sources: list[Word], phrases: Phrases
) -> tuple[Candidate, ...]:
    """The acts that the words around one make of it: itself, another, or two."""
    act = candidate.act
    if act is None:
        return ()
    if act.type in _MATERIAL and len(sources) > 1 and _is_joint(candidate, phrases):
        return (_changed(candidate, Act(EventType.COOPERATE, None, "062"), "joint"),)
    if candidate.word.lemma in _HANDOVER and act.type is EventType.RETREAT and _JUSTICE.search(sentence.text):
        return (_changed(candidate, Act(EventType.COOPERATE, None, "063"), "extradition"),)
    if act.type is EventType.REQUEST and _ULTIMATUM.search(sentence.text):
        return (_changed(candidate, Act(EventType.THREATEN, None, "139"), "ultimatum"),)
    if act.mode == "convict" and _is_jailed_on_arrest(candidate.word):
        return (_changed(candidate, Act(EventType.COERCE, "arrest", "173"), "jailed on arrest"),)
    if act.mode == "convict" and _PRISON.search(sentence.text):
        arrest = _changed(candidate, Act(EventType.COERCE, "arrest", "173"), "prison")
        return candidate, replace(arrest, certainty=arrest.certainty * 0.9)
    return (candidate,)


def _changed(candidate: Candidate, act: Act, rule: str) -> Candidate:
    return replace(candidate, act=act, rules=(*candidate.rules, rule))


def _is_jailed_on_arrest(word: Word) -> bool:
    """Whether prison follows an arrest, not a trial: 'arrested and jailed'."""
    return word.lemma in _JAIL and any(other.lemma in _ARREST for other in conjuncts(first_conjunct(word)))


def _is_joint(candidate: Candidate, phrases: Phrases) -> bool:
    predicates = (candidate.predicate, *candidate.lenders)
    if any(_TOGETHER & predicate.particles for predicate in predicates):
        return True
    nouns = [candidate.word, *candidate.predicate.objects]
    return any("&joint" in phrases.keys(noun) for noun in nouns)
