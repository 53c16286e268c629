"""Labelled sentences to train on: our own with their text, those of the corpora joined where they exist."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from streams.coding.encoder.reading import TYPES

ROOT: Final = Path(__file__).parents[1]
LABELS: Final = ROOT / "labels"
SHARED: Final = ROOT.parent / "shared"
NO_EVENT: Final = "NONE"
INDEX: Final = {kind.value if kind else NO_EVENT: index for index, kind in enumerate(TYPES)}
_HELD_OUT_EVERY: Final = 10


class SentenceChanged(ValueError):
    """A corpus no longer holds the sentence that was labelled."""


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence with its events, the main one first; `events` None where only the type is known."""

    text: str
    type: str
    events: tuple[Mapping[str, Any], ...] | None
    kind: str

    @property
    def types(self) -> frozenset[str]:
        """The types of all its events; NONE for none."""
        events = self.events if self.events is not None else ({"type": self.type},)
        return frozenset(event["type"] for event in events) or frozenset({NO_EVENT})

    @property
    def is_held_out(self) -> bool:
        """Whether a written sentence is kept from training, to measure by: one in ten, by its hash."""
        return int(hashlib.sha256(self.text.encode()).hexdigest(), 16) % _HELD_OUT_EVERY == 0


def training_set() -> list[Example]:
    """Everything to train on, each sentence once; without the corpora, the written sentences alone."""
    found: dict[str, Example] = {}
    for example in (*read(), *written(held_out=False), *typed()):
        found.setdefault(example.text, example)
    kept_aside = {example.text for example in gold(None)} | {each.text for each in written(held_out=True)}
    return [example for example in found.values() if example.text not in kept_aside]


def written(*, held_out: bool) -> list[Example]:
    """Sentences of our own, in the manner of news; the kind is the file's name."""
    examples = [
        _example(json.loads(line), path.stem)
        for path in sorted((LABELS / "written").glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    return [example for example in examples if example.is_held_out is held_out]


def read() -> list[Example]:
    """Sentences of the corpora that were labelled to train on; none where the corpora are absent."""
    return list(_joined(LABELS / "read.jsonl", None)) if SHARED.is_dir() else []


def gold(part: str | None) -> list[Example]:
    """The labelled sentences to measure by, of one part ('dev', 'test') or of both; none without corpora."""
    return list(_joined(LABELS / "gold.jsonl", part)) if SHARED.is_dir() else []


def typed() -> list[Example]:
    """The first training set beside the checkout, of which only the types are known."""
    paths = [SHARED / "labels" / f"{name}.jsonl" for name in ("read", "written")]
    rows = [
        json.loads(line) for path in paths if path.is_file() for line in path.read_text("utf-8").splitlines()
    ]
    gold_articles = {row["article"] for row in _rows(LABELS / "gold.jsonl")}
    return [
        Example(_one_line(row["text"]), row["type"], None, "typed")
        for row in rows
        if row.get("article") not in gold_articles
    ]


def _joined(path: Path, part: str | None) -> Iterator[Example]:
    texts: dict[str, dict[str, str]] = {}
    for row in _rows(path):
        if part is not None and row["part"] != part:
            continue
        corpus = row["corpus"]
        if corpus not in texts:
            texts[corpus] = _texts(SHARED / "corpora" / corpus)
        sentence = texts[corpus].get(row["article"], "")[row["start"] : row["end"]]
        if hashlib.sha256(sentence.encode()).hexdigest() != row["sha256"]:
            raise SentenceChanged(
                f"{path.name}: article {row['article']} of {corpus}: characters {row['start']} to"
                f" {row['end']} are not the sentence that was labelled; take the corpus as it was"
            )
        yield _example({"text": sentence, "events": row["events"]}, path.stem)


def _example(row: Mapping[str, Any], kind: str) -> Example:
    events = tuple(row["events"])
    return Example(_one_line(row["text"]), events[0]["type"] if events else NO_EVENT, events, kind)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in path.read_text("utf-8").splitlines())


def _texts(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8") as lines:
        return {article["id"]: article["text"] for article in map(json.loads, lines)}
