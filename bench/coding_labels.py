"""Sentences with labels: our own random sample, and the training sets beside the checkout."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pycountry

from bench.label_sample import SHARED, article_texts, hash_of
from schemas.plover import EventType

SAMPLE: Final = Path(__file__).parents[1] / "labels/sample.jsonl"
TRAINING_SETS: Final = ("read", "written")
_NO_EVENT: Final = "NONE"
_STATELESS: Final = frozenset({"IGO", "NGO", "MNC"})


class SentenceChangedError(Exception):
    """A corpus no longer holds the sentence that was labelled."""


@dataclass(frozen=True, slots=True)
class Triple:
    """Who did what to whom, by country; None where no country is known or nobody is named."""

    source: str | None
    type: EventType
    target: str | None

    def __str__(self) -> str:
        """Read as in 'RUS ASSAULT UKR'."""
        return f"{self.source or '-'} {self.type} {self.target or '-'}"


@dataclass(frozen=True, slots=True)
class LabelledSentence:
    """A sentence, the types of its events (the main one first), and its triples where they were labelled."""

    text: str
    types: tuple[EventType, ...]
    triples: frozenset[Triple] | None = None


def sample() -> tuple[LabelledSentence, ...]:
    """Join labels/sample.jsonl with the corpora.

    Raises SentenceChangedError where the text is not what was labelled.
    """
    texts: dict[str, dict[str, str]] = {}
    return tuple(joined(label, texts) for label in _lines(SAMPLE))


def training_set(name: str) -> dict[str, tuple[LabelledSentence, ...]]:
    """The sentences of one training set, by kind; one type a sentence."""
    kinds: dict[str, list[LabelledSentence]] = {}
    for line in _lines(SHARED / "labels" / f"{name}.jsonl"):
        types = () if line["type"] == _NO_EVENT else (EventType(line["type"]),)
        kinds.setdefault(line.get("kind", ""), []).append(LabelledSentence(line["text"], types))
    return {kind: tuple(sentences) for kind, sentences in kinds.items()}


def country_of(code: str | None) -> str | None:
    """The country of an actor's code; an international body stands for itself, a bare sector for nobody."""
    start = (code or "")[:3]
    known = start in _STATELESS or start == "XKX" or pycountry.countries.get(alpha_3=start)
    return start if start and known else None


def joined(label: dict[str, Any], texts: dict[str, dict[str, str]]) -> LabelledSentence:
    """A line of the sample with its sentence; `texts` keeps the corpora read so far.

    Raises SentenceChangedError.
    """
    corpus = label["corpus"]
    if corpus not in texts:
        texts[corpus] = article_texts(corpus)
    sentence = texts[corpus].get(label["article"], "")[label["start"] : label["end"]]
    if hash_of(sentence) != label["sha256"]:
        raise SentenceChangedError(
            f"article {label['article']} of {corpus}: characters {label['start']} to {label['end']} are not"
            " the sentence that was labelled; take the corpus as it was, or label the sentence anew"
        )
    events = label["events"]
    return LabelledSentence(
        sentence,
        tuple(EventType(event["type"]) for event in events),
        frozenset(
            Triple(_side(event["source"]), EventType(event["type"]), _side(event["target"]))
            for event in events
        ),
    )


def _side(participant: dict[str, str | None] | None) -> str | None:
    return country_of(participant["code"]) if participant else None


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
