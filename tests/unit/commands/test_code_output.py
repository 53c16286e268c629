"""`tidings code`: what it writes, and in which order."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hand_made import actor, coded, coding, event, topic
from rich.text import Text

from schemas.article import Article
from schemas.coded import CodedArticle
from schemas.coding import Coding, Telling, Topic
from schemas.coordinates import Coordinates
from schemas.plover import EventType
from schemas.wire import encode
from streams.coder_pool import CoderCrashed, CoderTooSlow, CodingResult, CodingTask
from streams.commands.code import event_line, json_line
from streams.commands.coding import NotCoded, code_articles
from streams.settings import Settings

# --- one event, for a person -------------------------------------------------------------------------------


def reversed_part(line: str) -> str:
    """What is marked in a line of rich's markup."""
    text = Text.from_markup(line)
    return "".join(text.plain[span.start : span.end] for span in text.spans if span.style == "reverse")


def hit(sentence: str, trigger: str = "hit", **fields: object) -> str:
    return event_line(event("a", EventType.ASSAULT, "b", sentence=sentence, trigger=trigger, **fields))


def test_an_event_told_again_says_how_often() -> None:
    """One line for a fact, with the number of sentences that tell it."""
    again = Telling(sentence="They hit it.", trigger="hit", start=40, end=43)
    assert "told 2 times" in hit("Rebels hit the town.", also=(again,))
    assert "told" not in hit("Rebels hit the town.")


def test_the_trigger_is_marked_in_its_sentence() -> None:
    """An event shows who did what to whom, and its sentence with the trigger marked."""
    line = hit("Rebels hit the town.", mode="aerial")
    assert reversed_part(line) == "hit"
    plain = Text.from_markup(line).plain
    assert plain == "  somebody ASSAULT (aerial) somebody 0.50\n    Rebels hit the town."


def test_the_trigger_is_a_word_of_its_own() -> None:
    """The letters of the trigger inside another word are not the trigger."""
    line = hit("White smoke rose as rebels hit the town.")
    text = Text.from_markup(line)
    (mark,) = [span for span in text.spans if span.style == "reverse"]
    assert text.plain[mark.start - 1 : mark.end + 1] == " hit "


def test_a_trigger_over_a_line_break_is_marked() -> None:
    """A sentence that was broken over lines is shown on one, with its trigger."""
    line = hit("Rebels carried\nout an attack.", trigger="carried\nout")
    assert reversed_part(line) == "carried out"
    assert line.count("\n") == 1


def test_what_looks_like_markup_is_shown_as_it_is() -> None:
    """Brackets and backslashes of a text are text, and break nothing."""
    sentence = "[/] He [bold]hit[/bold] them \\[red], he said"
    line = hit(sentence)
    assert reversed_part(line) == "hit"
    assert Text.from_markup(line).plain.endswith(sentence)


def test_a_side_that_is_unknown_is_a_dash() -> None:
    """An event without a target shows a dash, and one that is no news says why."""
    line = event_line(event("a", EventType.PROTEST, None, historical=True, hypothetical=True))
    assert Text.from_markup(line).plain.split("\n")[0] == "  somebody PROTEST - 0.50 hypothetical historical"


# --- one article, for a program ----------------------------------------------------------------------------

STORY = coded(
    "bbc-1",
    says=coding(
        actors=[actor("rus", code="RUS")], topics=[topic("war")], events=[event("rus", EventType.AID, "geo")]
    ),
)


def test_a_line_of_json_has_the_promised_fields() -> None:
    """Each line is the id, the entities, the actors, the events and the topics, in that order."""
    line = json_line(STORY)
    assert b"\n" not in line
    told = json.loads(line)
    assert list(told) == ["id", "entities", "actors", "events", "topics"]
    assert told["id"] == "bbc-1"
    assert told["actors"][0].keys() == {"id", "name", "kind", "country", "sector", "code", "mentions"}
    assert told["topics"] == [{"code": "war", "name": "about war", "score": 0.5}]
    (found,) = told["events"]
    assert found["source"].keys() == {"actor", "code", "text"}
    assert (found["type"], found["quad"], found["date"]) == ("AID", "material-cooperation", None)
    promised = {
        *("type", "mode", "quad", "cameo", "source", "target", "sentence", "start", "end", "date"),
        *("hypothetical", "confidence"),
    }
    assert promised <= found.keys()


def test_what_is_not_coded_is_a_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    """A failed article keeps its line, with its id and the fault, which people are told as well."""
    assert json.loads(json_line(NotCoded("a", "died [twice]"))) == {"id": "a", "error": "died [twice]"}
    assert "died [twice]" in capsys.readouterr().err


# --- many articles -----------------------------------------------------------------------------------------


@dataclass
class FakePool:
    """Codes each text to a topic; some wait for a later one, some fail."""

    faults: dict[str, Exception] = field(default_factory=dict)
    waits_for: dict[str, str] = field(default_factory=dict)
    done: dict[str, asyncio.Event] = field(default_factory=dict)
    stopped: int = 0
    in_flight: int = 0
    most_in_flight: int = 0

    def __call__(self, **_: object) -> "FakePool":
        return self

    async def start(self) -> None: ...

    async def stop(self) -> None:
        self.stopped += 1

    def _event(self, text: str) -> asyncio.Event:
        return self.done.setdefault(text, asyncio.Event())

    async def code(self, task: CodingTask) -> CodingResult:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        text = task.article.text
        if text in self.waits_for:
            await self._event(self.waits_for[text]).wait()
        await asyncio.sleep(0)
        self._event(text).set()
        self.in_flight -= 1
        if text in self.faults:
            raise self.faults[text]
        return CodingResult(encode(_coded(task.article, task.at)), (), 0.0)


def _coded(article: Article, at: Coordinates) -> CodedArticle:
    says = Coding(topics=(Topic(code=article.text, name="x", score=1),))
    return coded(article.id, offset=at.offset, says=says)


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> FakePool:
    fake = FakePool()
    monkeypatch.setattr("streams.commands.coding.CoderPool", fake)
    return fake


@pytest.fixture
def feed(tmp_path: Path) -> Callable[..., str]:
    def write(*lines: object) -> str:
        file = tmp_path / "feed.jsonl"
        file.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
        return str(file)

    return write


async def all_of(path: str, **settings: object) -> list[tuple[str | None, str]]:
    """Id and what came of it, of each article in the order told."""
    rows = [row async for row in code_articles(Settings(**settings), [path])]
    return [
        (row.article_id, row.coding.topics[0].code if row.coding else "")
        if isinstance(row, CodedArticle)
        else (row.id, f"not coded: {row.error}")
        for row in rows
    ]


async def test_articles_come_in_the_order_of_the_input(pool: FakePool, feed: Callable[..., str]) -> None:
    """An article that is coded late keeps its place before those that were coded early."""
    pool.waits_for = {"t0": "t3"}
    path = feed(*({"id": f"a{number}", "text": f"t{number}"} for number in range(5)))
    assert await all_of(path) == [(f"a{number}", f"t{number}") for number in range(5)]
    assert pool.stopped == 1


async def test_what_cannot_be_coded_keeps_its_place(pool: FakePool, feed: Callable[..., str]) -> None:
    """Bad lines, crashes, slow and long texts are told where they stood; all others are coded."""
    pool.faults = {"dies": CoderCrashed("died"), "slow": CoderTooSlow("too slow")}
    path = feed(
        {"id": "a", "text": "fine"},
        "{oops",
        {"id": "b", "text": "dies"},
        {"id": "c", "text": "slow"},
        {"id": "d", "text": "x" * 101},
        {"id": "e", "text": "fine too"},
    )
    rows = await all_of(path, max_text_chars=100)
    assert [article_id for article_id, _ in rows] == ["a", None, "b", "c", "d", "e"]
    said = [told for _, told in rows]
    assert (said[0], said[2], said[3], said[5]) == (
        "fine",
        "not coded: died",
        "not coded: too slow",
        "fine too",
    )
    assert "feed.jsonl" in said[1]
    assert "TIDINGS_MAX_TEXT_CHARS=100" in said[4]


async def test_only_so_many_are_on_their_way(pool: FakePool, feed: Callable[..., str]) -> None:
    """A long input is not read into memory: articles on their way are bounded."""
    path = feed(*({"id": f"a{number}", "text": f"t{number}"} for number in range(200)))
    assert len(await all_of(path, processes=1)) == 200
    assert pool.most_in_flight <= 20


async def test_the_pool_is_stopped_when_the_reader_leaves(pool: FakePool, feed: Callable[..., str]) -> None:
    """Whoever stops reading early leaves no processes behind."""
    rows = code_articles(Settings(), [feed({"id": "a", "text": "t"}, {"id": "b", "text": "u"})])
    await anext(rows)
    await rows.aclose()
    assert pool.stopped == 1
