"""The judge's weights and the first look, fitted: what `python -m training judge` does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from spacy.language import Language

from streams.coding.actors.resolver import ActorResolver
from streams.coding.encoder import Encoder
from streams.coding.events.candidates import Case
from streams.coding.events.extractor import EventExtractor, Heard
from streams.coding.events.first_look import looked_at
from streams.coding.events.judging import BESIDE, MAIN, Weights, case_features, main_features
from training.labels import INDEX, NO_EVENT, Example

_PULL_OF_JUDGE: Final = 0.003  # towards zero
_PULL_OF_LOOK: Final = 2e-4
_RAREST: Final = 3  # sentences that a word must stand in
_SLIGHTEST: Final = 0.05  # weight that is kept
RECALL: Final = 0.98  # share of the sentences with an event that the first look must let through

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HeardExample:
    """An example with its sentences as the extractor heard them."""

    example: Example
    heard: tuple[Heard, ...]


def hear(examples: Iterable[Example], nlp: Language, encoder: Encoder) -> list[HeardExample]:
    """Hear every example as a text of its own, its cases unjudged."""
    blank = Weights(np.zeros(len(MAIN), np.float32), np.zeros(len(BESIDE), np.float32))
    extractor, resolver = EventExtractor(encoder=encoder, weights=blank), ActorResolver()
    found = []
    for example in examples:
        doc = nlp(example.text)
        heard = extractor.hear(doc, resolver.resolve(doc, on=None), on=None)
        found.append(HeardExample(example, tuple(heard)))
    return found


def fit_judge(heard: Sequence[HeardExample]) -> dict[str, dict[str, float]]:
    """Weights by name, of the main event and of what is told beside it."""
    main, main_types, beside, beside_types = [], [], [], []
    for one in heard:
        for each in one.heard:
            if each.reading is None:
                continue
            main.append(main_features(each.cases, each.reading))
            main_types.append(INDEX[one.example.type])
            for case, kind in zip(each.cases, _labelled(each.cases, one.example), strict=True):
                found = case_features(case, each.reading, each.sentence.start)
                if found is not None:
                    beside.append(found)
                    beside_types.append(INDEX[kind])
    fitted = {"main": (MAIN, main, main_types), "beside": (BESIDE, beside, beside_types)}
    return {
        part: dict(zip(names, _fit(np.stack(tables), np.array(types)), strict=True))
        for part, (names, tables, types) in fitted.items()
    }


def _labelled(cases: Sequence[Case], example: Example) -> list[str]:
    """The labelled type of each case: that of the event whose trigger it shares.

    An event of the rules' type that no case shares a trigger with may be told by another word.
    """
    shared = [_by_trigger(case, example) for case in cases]
    found = []
    for case, kind in zip(cases, shared, strict=True):
        ruled = case.ruled.value if case.ruled is not None else None
        elsewhere = ruled in example.types and ruled not in shared
        found.append(kind or (ruled if ruled is not None and elsewhere else NO_EVENT))
    return found


def _by_trigger(case: Case, example: Example) -> str | None:
    words = (case.candidate.word, *case.candidate.match.taken)
    text = example.text.lower()
    for event in example.events or ():
        start = text.find(event["trigger"].lower())
        end = start + len(event["trigger"])
        if start >= 0 and any(word.start < end and word.end > start for word in words):
            return str(event["type"])
    return None


def _fit(tables: Array, types: NDArray[np.int64]) -> list[float]:
    """Multinomial logistic weights shared by all types; tables: (rows, types, weights)."""
    rows = np.arange(len(types))

    def loss(weights: Array) -> tuple[float, Array]:
        scores = tables @ weights
        odds = np.exp(scores - scores.max(1, keepdims=True))
        odds /= odds.sum(1, keepdims=True)
        error = odds.copy()
        error[rows, types] -= 1
        value = -np.log(odds[rows, types] + 1e-12).mean() + _PULL_OF_JUDGE * (weights @ weights) / 2
        slope = np.einsum("rt,rtw->w", error, tables) / len(rows) + _PULL_OF_JUDGE * weights
        return float(value), slope

    found = minimize(loss, np.zeros(tables.shape[2]), jac=True, method="L-BFGS-B")
    return [round(float(weight), 4) for weight in found.x]


def fit_first_look(examples: Sequence[Example], checked: Sequence[Example], nlp: Language) -> dict[str, Any]:
    """The weights of lemmas, and the least odds that let RECALL of the checked events through."""
    bags = _bags(examples, nlp)
    seen = Counter(chain.from_iterable(bags))
    columns = {word: at for at, word in enumerate(sorted(w for w, n in seen.items() if n >= _RAREST))}
    told = np.array([example.type != NO_EVENT for example in examples], float)
    weights = _fit_binary(_matrix(bags, columns), told)
    values = {word: round(float(weights[at]), 3) for word, at in columns.items()}
    kept = {word: weight for word, weight in values.items() if abs(weight) >= _SLIGHTEST}
    bias = round(float(weights[-1]), 3)
    odds = sorted(
        1 / (1 + np.exp(-(bias + sum(kept.get(word, 0.0) for word in bag))))
        for bag, example in zip(_bags(checked, nlp), checked, strict=True)
        if example.type != NO_EVENT
    )
    least = odds[int((1 - RECALL) * len(odds))]
    return {"bias": bias, "least": round(float(least), 4), "weights": kept}


def _bags(examples: Sequence[Example], nlp: Language) -> list[frozenset[str]]:
    extractor, resolver = EventExtractor(), ActorResolver()
    bags = []
    for doc in nlp.pipe((example.text for example in examples), batch_size=256):
        sentences = extractor.sentences(doc, resolver.resolve(doc, on=None))
        bags.append(frozenset(chain.from_iterable(map(looked_at, sentences))))
    return bags


def _matrix(bags: Sequence[frozenset[str]], columns: dict[str, int]) -> csr_matrix:
    """(bags, words and a column of ones)."""
    cells = [[*(columns[word] for word in bag if word in columns), len(columns)] for bag in bags]
    starts = np.cumsum([0, *map(len, cells)])
    indices = np.array(list(chain.from_iterable(cells)))
    return csr_matrix((np.ones(len(indices)), indices, starts), shape=(len(bags), len(columns) + 1))


def _fit_binary(table: csr_matrix, told: Array) -> Array:
    signs = 2 * told - 1

    def loss(weights: Array) -> tuple[float, Array]:
        margins = signs * (table @ weights)
        value = np.logaddexp(0, -margins).mean() + _PULL_OF_LOOK * (weights[:-1] @ weights[:-1]) / 2
        slope = table.T @ (-signs / (1 + np.exp(margins))) / len(told)
        slope[:-1] += _PULL_OF_LOOK * weights[:-1]
        return float(value), slope

    found: Array = minimize(loss, np.zeros(table.shape[1]), jac=True, method="L-BFGS-B").x
    return found
