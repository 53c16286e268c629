"""The gold set, the training sets and the second reading keep their shape, and do not mix."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from schemas.plover import MODES, EventType

LABELS = Path(__file__).parents[2] / "labels"
WRITTEN = sorted((LABELS / "written").glob("*.jsonl"))
RARE_AT_LEAST = 25
RANDOM_AT_LEAST = 1_000
EVENTLESS_AT_LEAST = 300
TRAINING_AT_LEAST = 10_000


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


GOLD = rows(LABELS / "gold.jsonl")
FILES = [LABELS / "gold.jsonl", LABELS / "read.jsonl", LABELS / "second.jsonl", *WRITTEN]


def test_the_gold_set_is_as_large_as_it_must_be() -> None:
    """A thousand sentences drawn at random, three hundred without an event, each type often enough."""
    drawn = Counter(row["drawn"] for row in GOLD)
    assert drawn["random"] >= RANDOM_AT_LEAST
    assert sum(not row["events"] for row in GOLD) >= EVENTLESS_AT_LEAST
    types = Counter(kind for row in GOLD for kind in {event["type"] for event in row["events"]})
    assert {kind.value: types[kind.value] for kind in EventType if types[kind.value] < RARE_AT_LEAST} == {}


def test_no_article_is_in_both_parts_of_the_gold_set() -> None:
    """Sentences of one article are alike: they are all for looking at, or all for measuring."""
    parts: dict[str, set[str]] = {}
    for row in GOLD:
        parts.setdefault(row["article"], set()).add(row["part"])
    assert all(len(part) == 1 for part in parts.values())
    assert Counter(row["part"] for row in GOLD).keys() == {"dev", "test"}


def test_nothing_that_is_measured_by_is_trained_on() -> None:
    """No sentence of the gold set or the sample is among those read for training, nor any of its article."""
    sample = rows(LABELS / "sample.jsonl")
    kept_aside = {row["article"] for row in (*GOLD, *sample)}
    trained = {row["article"] for row in rows(LABELS / "read.jsonl")}
    assert trained & kept_aside == set()


def test_there_is_enough_to_train_on() -> None:
    """Ten thousand sentences, the greater part of them written for it in many kinds."""
    written = [row["text"] for path in WRITTEN for row in rows(path)]
    assert len(written) + len(rows(LABELS / "read.jsonl")) >= TRAINING_AT_LEAST
    assert len(WRITTEN) >= 10
    assert max(Counter(written).values()) == 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_events_are_of_plover(path: Path) -> None:
    """Types and modes are the scheme's, and both sides are written, if only as null."""
    for row in rows(path):
        for event in row["events"]:
            assert event["mode"] in {None, *MODES[EventType(event["type"])]}, row
            assert {"trigger", "source", "target", "historical", "hypothetical"} <= event.keys(), row


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)
def test_what_a_written_label_quotes_stands_in_its_sentence(path: Path) -> None:
    """Triggers and parties are words of the sentence, as they stand there."""
    for row in rows(path):
        for event in row["events"]:
            sides = [side["text"] for side in (event["source"], event["target"]) if side]
            for words in (event["trigger"], *sides):
                assert words in row["text"], row["text"]


@pytest.mark.parametrize("name", ["gold", "read", "second", "topics"])
def test_no_text_of_the_corpora_is_kept(name: str) -> None:
    """A line over the corpora says where its sentence stands, and holds its hash."""
    for row in rows(LABELS / f"{name}.jsonl"):
        assert "text" not in row
        assert {"article", "corpus", "start", "end", "sha256"} <= row.keys()


def test_the_second_reading_is_of_gold_sentences() -> None:
    """Each of its two hundred sentences has a first reading to agree or disagree with."""
    first = {(row["article"], row["start"]) for row in GOLD}
    second = [(row["article"], row["start"]) for row in rows(LABELS / "second.jsonl")]
    assert len(second) == 200
    assert set(second) <= first
