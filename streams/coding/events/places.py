"""Where an act takes place: whose the 'ten people' are that were killed in Lima."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.coding import ActorKind
from streams.coding.events.candidates import Candidate
from streams.coding.events.sentence import Word

_AT = frozenset({"in", "at", "near", "across", "outside", "around", "inside", "on", "off", "from", "of"})
_HERE = frozenset({"in", "at", "near", "across", "outside", "around", "inside", "off"})
_MAX_DEPTH = 4


def find_country(candidate: Candidate) -> str | None:
    """The one country in which a clause sets its act; None where it names none or several."""
    found = {country for word in _settings(candidate) for country in _countries(word)}
    return found.pop() if len(found) == 1 else None


def _settings(candidate: Candidate) -> Iterator[Word]:
    predicates = [candidate.predicate, *candidate.lenders]
    if candidate.means is not None:
        predicates.append(candidate.means.predicate)
    for predicate in predicates:
        for each in predicate.complements:
            if each.preposition in _HERE:
                yield each.head
        for noun in (predicate.word, *predicate.objects):
            yield from (
                word for prep in noun.childs("prep") if prep.lower in _HERE for word in prep.childs("pobj")
            )


def _countries(word: Word, depth: int = 0) -> Iterator[str]:
    """The countries that a phrase of place names, its apposition and what it lies in among them."""
    if word.mention is not None and word.mention.actor.kind is ActorKind.COUNTRY:
        if word.mention.actor.country is not None:
            yield word.mention.actor.country
        return
    if depth == _MAX_DEPTH:
        return
    for child in word.children:
        if child.dep in ("appos", "conj", "npadvmod"):
            yield from _countries(child, depth + 1)
        elif child.dep == "prep" and child.lower in _AT:
            for inner in child.childs("pobj"):
                yield from _countries(inner, depth + 1)
