"""The judge: what a sentence tells, from the rules and the encoder together, and how likely that is.

Both of its judgements are log-linear: for each type, what speaks for it is weighed and added, and the
exponentials, normed, are probabilities. That keeps each voice readable and needs few labels to fit.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final, Self

import numpy as np

from schemas.plover import EventType
from streams.coding.encoder.reading import INDEX, NO_EVENT, TYPES, Floats, SentenceReading
from streams.coding.events.candidates import Case

_FLOOR: Final = 1e-4  # no probability is taken for less: the encoder is never certain
_FAINTEST: Final = 0.05

# What speaks for the type of a sentence's main event.
MAIN: Final = (
    "sentence",  # log of the encoder's probability for the sentence
    "told",  # log of its highest probability at any word
    "ruled",  # the rules have an event of the type
    "strength",  # log of the certainty of the rules
    "strongest",  # no other type has more of that
    "silence",  # for no event: always
    "unruled",  # for no event: the rules have none
    "unsure",  # for no event: the certainty of the rules' strongest
    "uneventful",  # for no event: no word of the sentence may tell one
)
# What speaks for the type of one case beside the main event.
BESIDE: Final = (
    "sentence",
    "trigger",  # log of the encoder's probability at the case's trigger
    "ruled",
    "strength",
    "silence",
    "nameless",  # for no event: one party is not named
    "anonymous",  # for no event: no party is named
    "proposed",  # for an event where the rules see none
)


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each voice counts, in log-odds; `python -m training judge` fits them on the dev labels."""

    main: Floats
    beside: Floats

    @classmethod
    @lru_cache(maxsize=1)
    def packaged(cls) -> Self:
        """The weights that ship with the package."""
        text = (files("streams.coding.encoder") / "data/judge.json").read_text("utf-8")
        return cls.of(json.loads(text))

    @classmethod
    def of(cls, values: Mapping[str, Mapping[str, float]]) -> Self:
        """Weights from a mapping that names each of them."""
        return cls(
            main=np.array([values["main"][name] for name in MAIN], np.float32),
            beside=np.array([values["beside"][name] for name in BESIDE], np.float32),
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """The most likely type, None for no event, and the probability of each in the order of TYPES."""

    type: EventType | None
    odds: Floats

    @property
    def probability(self) -> float:
        """How likely the type is."""
        return float(self.odds.max())


class Judge:
    """Judges the cases of one sentence, which the encoder has read; `start` is the sentence's character."""

    def __init__(self, weights: Weights, reading: SentenceReading, start: int):
        self._weights = weights
        self._reading = reading
        self._start = start

    def main(self, cases: Sequence[Case]) -> Verdict:
        """The verdict on the sentence: the type of its main event."""
        return _verdict(main_features(cases, self._reading) @ self._weights.main)

    def beside(self, case: Case) -> Verdict | None:
        """The verdict on one case for itself; None past the encoder's reach."""
        found = case_features(case, self._reading, self._start)
        return None if found is None else _verdict(found @ self._weights.beside)

    def told(self, case: Case, kind: EventType) -> float:
        """The encoder's probability that the case's trigger tells an event of a type; 0 past its reach."""
        at = types_at(case, self._reading, self._start)
        return 0.0 if at is None else float(at[INDEX[kind]])


def _verdict(scores: Floats) -> Verdict:
    odds = np.exp(scores - scores.max())
    odds /= odds.sum()
    return Verdict(TYPES[int(np.argmax(odds))], odds)


def main_features(cases: Sequence[Case], reading: SentenceReading) -> Floats:
    """What speaks for each type of main event: (17, MAIN)."""
    table = np.zeros((len(TYPES), len(MAIN)), np.float32)
    table[:, 0] = np.log(np.maximum(reading.types, _FLOOR))
    told = reading.at.max(0)
    told[NO_EVENT] = reading.at[:, NO_EVENT].min()
    table[:, 1] = np.log(np.maximum(told, _FLOOR))
    strengths: dict[EventType, float] = {}
    for case in cases:
        if case.ruled is not None:
            strengths[case.ruled] = max(strengths.get(case.ruled, _FAINTEST), case.strength)
    strongest = max(strengths.values(), default=0.0)
    for kind, strength in strengths.items():
        table[INDEX[kind], 2:5] = (1.0, math.log(strength), strength == strongest)
    table[NO_EVENT, 5:9] = (1.0, not strengths, strongest, not cases)
    return table


def case_features(case: Case, reading: SentenceReading, start: int) -> Floats | None:
    """What speaks for each type of one case: (17, BESIDE); None where the encoder did not read so far."""
    at = types_at(case, reading, start)
    if at is None:
        return None
    table = np.zeros((len(TYPES), len(BESIDE)), np.float32)
    table[:, 0] = np.log(np.maximum(reading.types, _FLOOR))
    table[:, 1] = np.log(np.maximum(at, _FLOOR))
    table[NO_EVENT, 4:7] = (1.0, case.named == 1, case.named == 0)
    if case.ruled is not None:
        table[INDEX[case.ruled], 2:4] = (1.0, math.log(max(case.strength, _FAINTEST)))
    else:
        table[1:, 7] = 1.0
    return table


def types_at(case: Case, reading: SentenceReading, start: int) -> Floats | None:
    """The encoder's probabilities at the head word of the case's trigger."""
    word = case.candidate.word
    return reading.types_at(word.start - start, word.end - start)
