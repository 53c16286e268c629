"""How a clause presents its act: negated, future, hypothetical, obliged, or long past."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from streams.coding.events.sentence import Word, first_conjunct

_FUTURE = frozenset({"will", "'ll", "’ll", "shall", "would", "'d", "wo", "wilt"})
_POSSIBLE = frozenset({"may", "might", "could", "can", "ca"})
_OBLIGED = frozenset({"must", "should", "ought"})
_NOT = frozenset({"not", "n't", "n’t", "never", "no", "neither", "nor", "hardly", "barely"})
_NOBODY = frozenset({"nobody", "none", "neither", "nothing", "no"})
_IF = frozenset({"if", "unless", "whether", "until", "lest"})
_COPULAR = ("acomp", "oprd", "attr")

_YEAR = re.compile(
    r"\b(?:in|during|from|of|until|between|before|through)\s+(?:\w+\s+)?(1[5-9]\d\d|20\d\d)\b", re.I
)
_LONG_AGO = re.compile(
    r"\b(?:(?:in|of|during|since|through) the (?:early |late |mid-?)?(?:1\d|20)?\d0'?s"
    r"|(?:years|decades?|centur(?:y|ies)) (?:ago|earlier)|last century"
    r"|(?:nineteenth|twentieth|19th|20th|18th)[ -]century|during the Cold War"
    r"|World War (?:I|II|One|Two)|over (?:the past )?(?:\w+ )?(?:decades|centuries))\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Outlook:
    """The marks that a clause's own auxiliaries, adverbs and conjunctions put on its act."""

    negated: bool = False
    future: bool = False
    hypothetical: bool = False
    obliged: bool = False
    conditional: bool = False


def read_outlook(word: Word) -> Outlook:
    """Read the marks of a predicate's own clause; a bare joined verb shares those of the first."""
    bearers = list(_bearers(word))
    auxiliaries = {child.lower for bearer in bearers for child in bearer.childs("aux", "auxpass")}
    marks = {child.lower for bearer in bearers for child in bearer.childs("mark")}
    return Outlook(
        negated=any(_is_negated(bearer) for bearer in bearers),
        future=bool(auxiliaries & _FUTURE) or any(_tells_of_time_to_come(bearer) for bearer in bearers),
        hypothetical=bool(auxiliaries & _POSSIBLE) or bool(marks & _IF),
        obliged=bool(auxiliaries & _OBLIGED),
        conditional=any(_hangs_on_condition(bearer) for bearer in bearers),
    )


def _bearers(word: Word) -> list[Word]:
    found = [word]
    if word.dep in _COPULAR and word.head is not None and word.head.pos in ("AUX", "VERB"):
        found.append(word.head)
    opener = first_conjunct(word)
    shares = word.tag in ("VB", "VBN", "VBG") and word.child("aux", "auxpass", "nsubj", "nsubjpass") is None
    if opener is not word and shares:
        found.append(opener)
    return found


def _is_negated(word: Word) -> bool:
    for child in word.children:
        if child.dep == "neg" or (child.dep in ("advmod", "preconj") and child.lower in _NOT):
            return True
        if child.dep in ("nsubj", "nsubjpass", "dobj", "attr") and _names_nobody(child):
            return True
    return False


def _hangs_on_condition(word: Word) -> bool:
    clauses = word.childs("advcl")
    return any(
        mark.lower in ("if", "unless", "until") for clause in clauses for mark in clause.childs("mark")
    )


def _names_nobody(word: Word) -> bool:
    return word.lower in _NOBODY or any(child.lower in ("no", "neither") for child in word.childs("det"))


def _tells_of_time_to_come(word: Word) -> bool:
    if word.tag not in ("VBZ", "VBP", "VBG"):
        return False
    times = list(word.childs("npadvmod", "advmod", "prep"))
    times += [inner for time in times for inner in time.childs("amod", "pobj")]
    return any(time.lower in ("tomorrow", "next") for time in times)


def is_infinitive(word: Word) -> bool:
    """Whether a verb stands as 'to' and its stem."""
    return any(child.lower == "to" for child in word.childs("aux"))


def is_historical(sentence: str, *, on: datetime.date | None) -> bool:
    """Whether a sentence sets its acts well before the story: another year, a decade, 'years ago'."""
    if _LONG_AGO.search(sentence):
        return True
    years = [int(year) for year in _YEAR.findall(sentence)]
    if not years:
        return False
    return max(years) < on.year - 1 if on is not None else max(years) < 1979
