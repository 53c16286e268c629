"""A first look: whether a sentence in which the rules see nothing is worth the encoder's time."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Self

from streams.coding.events.sentence import Sentence

_TELLING = frozenset({"VERB", "NOUN", "ADJ", "ADV", "AUX", "PROPN", "ADP"})
_ACTORS = frozenset({"GPE", "NORP", "ORG", "PERSON"})


@dataclass(frozen=True, slots=True)
class FirstLook:
    """A bag of words: weights of lemmas in log-odds of an event, and the least odds worth a reading."""

    weights: Mapping[str, float]
    bias: float
    least: float

    @classmethod
    @lru_cache(maxsize=1)
    def packaged(cls) -> Self:
        """The weights that ship with the package; `python -m training judge` fits them."""
        text = (files("streams.coding.encoder") / "data/first_look.json").read_text("utf-8")
        values = json.loads(text)
        return cls(values["weights"], values["bias"], values["least"])

    def is_worth_reading(self, sentence: Sentence) -> bool:
        """Whether the sentence may tell an event; a sentence that names nobody is taken to tell none."""
        named = any(word.mention is not None or word.entity in _ACTORS for word in sentence.words)
        return named and self.odds(sentence) >= self.least

    def odds(self, sentence: Sentence) -> float:
        """The probability of an event by the words alone."""
        score = self.bias + sum(self.weights.get(word, 0.0) for word in looked_at(sentence))
        return 1 / (1 + math.exp(-score))


def looked_at(sentence: Sentence) -> frozenset[str]:
    """The words by which a first look judges: lemmas, names left out but for what they are."""
    return frozenset(_words(sentence))


def _words(sentence: Sentence) -> Iterator[str]:
    for word in sentence.words:
        if word.entity in _ACTORS:
            yield f"<{word.entity}>"
        elif word.pos in _TELLING and word.lemma.isalpha():
            yield word.lemma
