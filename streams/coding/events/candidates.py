"""Candidates: an entry that fits, the act that it tells after all rules, and the path that led there."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.plover import EventType
from streams.coding.events.predicates import Match, Predicate
from streams.coding.events.reversals import Act
from streams.coding.events.sentence import Word


@dataclass(frozen=True, slots=True)
class Candidate:
    """An event in the making; `rules` tells what changed its act, `path` over which words it climbed."""

    predicate: Predicate
    match: Match
    act: Act | None
    certainty: float = 1.0
    hypothetical: bool = False
    content: Candidate | None = None
    means: Candidate | None = None
    lenders: tuple[Predicate, ...] = ()
    undergone: bool = False
    rules: tuple[str, ...] = ()
    path: tuple[str, ...] = ()

    @property
    def word(self) -> Word:
        """The head word of the trigger."""
        return self.predicate.word


@dataclass(frozen=True, slots=True)
class Case:
    """A candidate with its parties, for judgement.

    `ruled` is the type that the rules stand by, if any; `strength` (0 to 1) is how certain they are;
    `named` counts the sides that somebody is named for.
    """

    candidate: Candidate
    sources: tuple[Word, ...]
    targets: tuple[Word, ...]
    ruled: EventType | None
    named: int = 0
    strength: float = 0.0


@dataclass(frozen=True, slots=True)
class Draft:
    """An act with one source and one target, before it is written."""

    candidate: Candidate
    act: Act
    source: Word | None
    target: Word | None
    confidence: float
