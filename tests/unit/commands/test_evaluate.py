"""What `tidings evaluate` reads, codes, shows and writes, with a coder made by hand."""

import json
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from schemas.coded import CodedArticle
from schemas.coding import Coding, Event
from schemas.coordinates import Coordinates
from schemas.plover import QUAD_OF, EventType
from streams.__main__ import build_command
from streams.commands import evaluate
from streams.commands.coding import NotCoded
from streams.replay.items import Sourced

ACCUSE = {
    "type": "ACCUSE", "mode": None, "trigger": "accused", "source": None, "target": None,
}  # fmt: skip
LINES: tuple[dict[str, Any], ...] = (
    {"text": "ACCUSE one", "events": [ACCUSE], "part": "dev", "drawn": "random"},
    {"text": "AGREE two", "events": [ACCUSE], "part": "dev", "drawn": "rare", "note": "?"},
    {"text": "nothing", "events": [], "part": "test", "drawn": "random"},
    {"text": "AGREE [three]", "events": [], "part": "test", "drawn": "random"},
)


def _event(kind: EventType) -> Event:
    return Event(
        type=kind, mode=None, quad=QUAD_OF[kind], cameo=None, source=None, target=None,
        sentence="x", trigger="x", start=0, end=1, date=None, confidence=0.9,
    )  # fmt: skip


class Desk:
    """Stands for the pool: the first word of a text is the type that it is coded to; keeps what it got."""

    def __init__(self) -> None:
        self.got: list[Sourced] = []
        self.with_encoder: bool | None = None

    async def code_items(
        self, _: object, items: Iterable[Sourced], *, with_encoder: bool
    ) -> AsyncIterator[CodedArticle | NotCoded]:
        self.with_encoder = with_encoder
        for item in items:
            self.got.append(item)
            yield self._coded(item)

    def _coded(self, item: Sourced) -> CodedArticle | NotCoded:
        first, article = item.article.text.split()[0], item.article
        if first == "die":
            return NotCoded(article.id, f"article {article.id!r}: died")
        events = (_event(EventType(first)),) if first in EventType.__members__ else ()
        return CodedArticle(
            article_id=article.id,
            article=Coordinates(partition=0, offset=0),
            content_hash="x",
            coder="hand-1",
            title=None,
            published_at=None,
            source=None,
            url=None,
            coding=Coding(events=events),
        )


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk()
    monkeypatch.setattr(evaluate, "code_items", desk.code_items)
    monkeypatch.setattr(evaluate, "_explainer", lambda *_: lambda text: [f"because of {text.text}"])
    return desk


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(map(json.dumps, LINES)), encoding="utf-8")
    return path


def run(*arguments: object) -> Any:
    result = CliRunner().invoke(build_command(), ["evaluate", *map(str, arguments)])
    assert result.exception is None, result.output
    return result


def figures(*arguments: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*arguments, "--format", "json").stdout)
    return found


def test_every_text_is_coded_by_itself_and_measured(desk: Desk, gold: Path) -> None:
    """Two of four texts are right; the coder is named beside its figures."""
    found = figures(gold)
    assert [item.article.text for item in desk.got] == [line["text"] for line in LINES]
    assert (found["coder"], found["texts"], found["type"]["share"]) == ("hand-1", 4, 0.5)
    assert found["false_events"] == {"share": 0.5, "right": 1, "of": 2}
    assert desk.with_encoder is True


def test_title_and_day_go_with_the_text(desk: Desk, tmp_path: Path) -> None:
    """A line that has them is coded with them, as an article would be."""
    path = tmp_path / "one.jsonl"
    line = {"text": "nothing", "events": [], "title": "T", "published_at": "2020-01-02"}
    path.write_text(json.dumps(line), encoding="utf-8")
    figures(path)
    (item,) = desk.got
    assert item.article.title == "T"
    assert item.article.published_at is not None
    assert item.article.published_at.date().isoformat() == "2020-01-02"


@pytest.mark.parametrize(
    ("options", "texts"),
    [
        (("--part", "dev"), 2),
        (("--part", "test"), 2),
        (("--drawn", "random"), 3),
        (("--part", "dev", "--drawn", "rare"), 1),
    ],
)
def test_a_part_can_be_chosen(desk: Desk, gold: Path, options: tuple[str, ...], texts: int) -> None:
    """What is left out is said: nobody takes a part for the whole."""
    result = run(gold, *options, "--format", "json")
    assert json.loads(result.stdout)["texts"] == texts
    assert f"gold.jsonl: {texts} of 4 texts" in " ".join(result.stderr.split())


def test_nothing_left_is_a_fault(desk: Desk, gold: Path) -> None:
    """Figures of no text would all be 0, which is not what was measured."""
    result = CliRunner().invoke(build_command(), ["evaluate", str(gold), "--part", "test", "--drawn", "rare"])
    assert isinstance(result.exception, evaluate.NothingToEvaluate)


def test_rules_alone_are_asked_for_by_name(desk: Desk, gold: Path) -> None:
    """`--with rules` reaches the pool."""
    run(gold, "--with", "rules")
    assert desk.with_encoder is False


def test_what_is_not_read_and_what_is_not_coded_is_said(desk: Desk, tmp_path: Path) -> None:
    """A field that nobody knows and a text that broke the coder are told on standard error."""
    path = tmp_path / "some.jsonl"
    path.write_text(json.dumps({"text": "die hard", "events": [ACCUSE], "note": 1}), encoding="utf-8")
    result = run(path, "--format", "json")
    said = " ".join(result.stderr.split())
    assert "field 'note' of 1 lines is not read" in said
    assert "not coded, and taken for a text without events" in said
    assert json.loads(result.stdout)["missed"] == {"share": 1.0, "right": 1, "of": 1}


def test_tables_show_each_file_and_all_together(desk: Desk, gold: Path, tmp_path: Path) -> None:
    """A column a file, the heat map with every kind, and no figure cut off."""
    other = tmp_path / "other.jsonl"
    other.write_text(json.dumps(LINES[0]), encoding="utf-8")
    out = run(gold, other).stdout
    (heads,) = (line.split() for line in out.splitlines() if "gold.jsonl" in line)
    assert heads == ["gold.jsonl", "other.jsonl", "all"]
    (types,) = (line for line in out.splitlines() if "type right" in line)
    assert types.split()[2:] == ["50.0%", "(2/4)", "100.0%", "(1/1)", "60.0%", "(3/5)"]
    for kind in EventType:
        assert any(line.startswith(kind.value) for line in out.splitlines())


def test_misses_are_listed_with_labels_codings_and_reasons(desk: Desk, gold: Path) -> None:
    """Each misread text once, with what it says; showing the test part is remarked upon."""
    result = run(gold, "--errors")
    assert "ACCUSE one" not in result.stdout
    for words in ("AGREE two", "AGREE [three]", "because of AGREE two", "gold.jsonl, line 4"):
        assert words in result.stdout
    assert "misses of the test part are shown" in " ".join(result.stderr.split())
    misses = figures(gold, "--errors", "--part", "dev")["misses"]
    assert [(miss["text"], miss["fault"], miss["explanation"]) for miss in misses] == [
        ("AGREE two", "type", ["because of AGREE two"])
    ]
    assert misses[0]["labelled"] == ["- ACCUSE - | accused | - > -"]


def test_the_picture_is_written(desk: Desk, gold: Path, tmp_path: Path) -> None:
    """The confusion of what was measured lands where it was asked for."""
    run(gold, "--picture", tmp_path / "types.svg")
    assert "gold.jsonl: types labelled and coded (both)" in (tmp_path / "types.svg").read_text("utf-8")


def test_the_encoder_alone_says_when_it_is_not_there(monkeypatch: pytest.MonkeyPatch, gold: Path) -> None:
    """Without the model's file the fault names the remedy."""
    monkeypatch.setattr("streams.coding.encoder.Encoder.packaged", lambda: None)
    result = CliRunner().invoke(build_command(), ["evaluate", str(gold), "--with", "encoder"])
    assert isinstance(result.exception, evaluate.NoEncoder)
    assert "make train" in str(result.exception)


def test_without_labelled_events_there_are_no_figures_of_events(desk: Desk, tmp_path: Path) -> None:
    """A set of topics alone shows topics alone: 0 % would be a figure that nobody measured."""
    path = tmp_path / "topics.jsonl"
    path.write_text(json.dumps({"text": "x", "events": None, "topics": ["20000053"]}), encoding="utf-8")
    out = run(path).stdout
    assert "Topics of 1 texts" in out
    assert "type right" not in out
    assert "Labelled (rows)" not in out
