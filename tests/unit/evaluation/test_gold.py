"""Lines of labels are read whole or refused by line and field, and joined with the corpora or refused."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from schemas.plover import EventType
from streams.evaluation.corpora import (
    Corpora,
    CorpusMissingError,
    SentenceChangedError,
    read_gold,
)
from streams.evaluation.gold import GoldUnreadableError, read_lines, unknown_fields

EVENT: dict[str, Any] = {
    "type": "ACCUSE",
    "mode": "allege",
    "trigger": "accused",
    "source": {"text": "Lima", "code": "PERGOV"},
    "target": None,
    "historical": False,
    "hypothetical": False,
}
ARTICLE = "Rain fell in Lima. Lima accused its neighbour of theft."
SENTENCE = ARTICLE[19:]
PLACE = {
    "article": "a1",
    "corpus": "news.jsonl",
    "start": 19,
    "end": len(ARTICLE),
    "sha256": hashlib.sha256(SENTENCE.encode()).hexdigest(),
}


def gold_file(folder: Path, *lines: object) -> Path:
    path = folder / "gold.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    folder = tmp_path / "corpora"
    folder.mkdir()
    (folder / "news.jsonl").write_text(json.dumps({"id": "a1", "text": ARTICLE}) + "\n", encoding="utf-8")
    return folder


def test_a_line_with_its_text_is_read_whole(tmp_path: Path) -> None:
    """Every field that the format has reaches whoever measures."""
    line = {
        "text": SENTENCE,
        "id": "x",
        "title": "A row",
        "published_at": "2020-02-03T04:05:06Z",
        "part": "dev",
        "drawn": "rare",
        "events": [EVENT],
        "topics": ["20000053", "medtop:20000639"],
        "actors": [{"text": "Lima", "code": "PERGOV"}],
    }
    (text,) = read_gold(gold_file(tmp_path, line), Corpora(None))
    labels = text.labels
    assert (text.text, text.types, text.origin.endswith("gold.jsonl, line 1")) == (
        SENTENCE,
        (EventType.ACCUSE,),
        True,
    )
    assert (labels.title, labels.part, labels.drawn) == ("A row", "dev", "rare")
    assert labels.published_at == datetime(2020, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert labels.topics == ("medtop:20000053", "medtop:20000639")
    assert [actor.code for actor in labels.actors or ()] == ["PERGOV"]
    assert labels.events is not None
    assert labels.events[0].source is not None
    assert labels.events[0].source.code == "PERGOV"


def test_labelled_as_none_is_not_the_same_as_not_labelled(tmp_path: Path) -> None:
    """An empty list of events is a label, null is the want of one; blank lines are none."""
    path = gold_file(tmp_path, {"text": "a", "events": []}, {"text": "b", "events": None})
    path.write_text(path.read_text("utf-8").replace("\n", "\n\n"), encoding="utf-8")
    assert [text.labels.events for text in read_gold(path, Corpora(None))] == [(), None]


def test_a_place_is_joined_with_its_corpus(tmp_path: Path, corpora: Path) -> None:
    """The sentence is the characters that the line points at."""
    path = gold_file(tmp_path, {**PLACE, "events": [EVENT]})
    assert [text.text for text in read_gold(path, Corpora(corpora))] == [SENTENCE]


def test_without_a_folder_the_corpora_are_looked_for_beside_the_checkout(tmp_path: Path) -> None:
    """The folder is ../../shared/corpora, as seen from the labels."""
    beside, labels = tmp_path / "shared/corpora", tmp_path / "checkout/labels"
    beside.mkdir(parents=True)
    labels.mkdir(parents=True)
    (beside / "news.jsonl").write_text(json.dumps({"id": "a1", "text": ARTICLE}), encoding="utf-8")
    path = gold_file(labels, {**PLACE, "events": []})
    assert [text.text for text in read_gold(path, Corpora(None))] == [SENTENCE]


@pytest.mark.parametrize("change", [{"start": 18}, {"article": "a2"}, {"sha256": "0" * 64}])
def test_a_sentence_that_has_changed_is_refused(
    tmp_path: Path, corpora: Path, change: dict[str, object]
) -> None:
    """A label on other words than were read would spoil the figures in silence."""
    path = gold_file(tmp_path, {"text": "a", "events": []}, {**PLACE, **change, "events": []})
    with pytest.raises(SentenceChangedError, match=r"gold\.jsonl, line 2: .*sha256.*label it anew"):
        list(read_gold(path, Corpora(corpora)))


def test_a_missing_corpus_is_told_with_line_and_remedy(tmp_path: Path) -> None:
    """Whoever lacks the articles is told which, and by which option they are given."""
    path = gold_file(tmp_path, {**PLACE, "events": []})
    with pytest.raises(CorpusMissingError, match=r"gold\.jsonl, line 1: .*news\.jsonl.*--corpora"):
        list(read_gold(path, Corpora(tmp_path)))


def without(field: str) -> dict[str, Any]:
    return {name: value for name, value in EVENT.items() if name != field}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ({"text": "a"}, "events: Field required"),
        ({"events": []}, "neither a text nor the whole of its place: no article, corpus"),
        ({"article": "a", "corpus": "c", "start": 1, "end": 2, "events": []}, "no sha256"),
        ({"text": "", "events": []}, "text: "),
        ({"text": 7, "events": []}, "text: "),
        ({"text": "a", "events": {}}, "events: "),
        ({"text": "a", "events": [EVENT | {"type": "MEET"}]}, "events.0.type: "),
        ({"text": "a", "events": [EVENT | {"mode": "aerial"}]}, "events.0: .*'aerial' is not of ACCUSE"),
        ({"text": "a", "events": [without("type")]}, "events.0.type: Field required"),
        ({"text": "a", "events": [without("source")]}, "events.0.source: Field required"),
        ({"text": "a", "events": [without("target")]}, "events.0.target: Field required"),
        ({"text": "a", "events": [without("mode")]}, "events.0.mode: Field required"),
        ({"text": "a", "events": [EVENT | {"source": "Lima"}]}, "events.0.source: "),
        ({"text": "a", "events": [EVENT | {"source": {"text": "Lima"}}]}, "events.0.source.code: "),
        ({"text": "a", "events": [EVENT | {"source": {"text": "L", "code": "per"}}]}, "source.code: "),
        ({"text": "a", "events": [EVENT | {"historical": "no"}]}, "events.0.historical: "),
        ({"text": "a", "events": [], "part": "train"}, "part: "),
        ({"text": "a", "events": [], "drawn": "twice"}, "drawn: "),
        ({"text": "a", "events": [], "published_at": "soon"}, "published_at: "),
        ({"text": "a", "events": [], "topics": ["war"]}, "topics.0: "),
        ({"text": "a", "events": None, "actors": [{"code": "PER"}]}, "actors.0.text: Field required"),
        (["text"], "valid dictionary"),
    ],
)
def test_a_malformed_line_is_refused_by_line_and_field(tmp_path: Path, line: object, told: str) -> None:
    """Nothing is guessed and nothing dropped: the first fault ends the reading."""
    path = gold_file(tmp_path, {"text": "a", "events": []}, line)
    with pytest.raises(GoldUnreadableError, match=rf"gold\.jsonl, line 2: .*{told}"):
        list(read_lines(path))


@pytest.mark.parametrize("raw", [b"{", b'{"text": "\xff", "events": []}'])
def test_what_is_not_json_is_refused(tmp_path: Path, raw: bytes) -> None:
    """Broken JSON and bytes that are not UTF-8 are told by line."""
    path = tmp_path / "gold.jsonl"
    path.write_bytes(raw)
    with pytest.raises(GoldUnreadableError, match=r"gold\.jsonl, line 1: not JSON"):
        list(read_lines(path))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A path that cannot be read is a fault of the operator's."""
    with pytest.raises(GoldUnreadableError, match=r"none\.jsonl: No such file"):
        list(read_lines(tmp_path / "none.jsonl"))


def test_fields_that_are_not_read_are_named(tmp_path: Path) -> None:
    """A misspelt field does not vanish: whoever measures can tell of it."""
    source = {"text": "Lima", "code": None, "note": 1}
    line = {"text": "a", "topic": [], "events": [EVENT | {"negated": True, "source": source}]}
    ((_, read),) = read_lines(gold_file(tmp_path, line))
    assert set(unknown_fields(read)) == {"topic", "events.negated", "events.source/target.note"}
