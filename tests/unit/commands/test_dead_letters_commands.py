"""`tidings dead-letters`: what is printed, what is sent, what is refused."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiokafka.errors import UnknownTopicOrPartitionError
from click.testing import Result
from typer.testing import CliRunner

import streams.commands.dead_letters as commands
from schemas.dead_letter import DeadLetter, FirstFailure, Reason
from streams.__main__ import build_command
from streams.commands.dead_letters_view import lines_of
from streams.dead_letters.again import Shelf
from streams.dead_letters.kept import KeptRecord, Letter, NoSuchDeadLetter
from streams.dead_letters.settlement import Fate, Settlement
from streams.kafka_topics import KafkaTopicsWrong

NOW = datetime.now(UTC)
ARTICLES, CODED = "tidings.articles.v1", "tidings.coded.v1"


def story(reason: Reason = Reason.NOT_JSON, *, hours: float = 1, **changes: Any) -> DeadLetter:
    told = {"kafka_topic": ARTICLES, "partition": 0, "offset": 5, "error": "no [bold] JSON\nat all"}
    return DeadLetter.model_validate(
        {**told, "reason": reason, "time": NOW - timedelta(hours=hours), **changes}
    )


def letter(number: int, told: DeadLetter, *, key: bytes | None = b"bbc-17", **changes: Any) -> Letter:
    own = f"0:{number}"
    headers = (("tidings-origin", b"feed.jsonl:3"), ("trace", b"\xff"))
    parts = {"ids": frozenset({own}), "unsettled": (own,), "settled": None, "size_bytes": 5, **changes}
    return Letter(own, key, story=told, headers=headers, **parts)


FIRST = FirstFailure(kafka_topic=ARTICLES, partition=0, offset=5, time=NOW, reason=Reason.CODER_CRASHED)
LETTERS = [
    letter(1, story(Reason.LANGUAGE, hours=50)),
    letter(2, story(hours=3, offset=9, replays=1, first=FIRST)),
    letter(3, story(Reason.NOT_A_CODED_ARTICLE, kafka_topic=CODED), ids=frozenset({"0:3", "0:4"})),
    letter(
        5, story(), unsettled=(), settled=Settlement(letter="0:5", fate=Fate.REPLAYED, time=NOW), key=None
    ),
]


@dataclass
class Written:
    """What a producer was given."""

    sent: list[tuple[str, bytes | None]] = field(default_factory=list)

    async def send_and_wait(self, topic: str, value: Any = None, key: Any = None, **_: object) -> None:
        self.sent.append((topic, key))

    @property
    def articles(self) -> int:
        return sum(topic == ARTICLES for topic, _ in self.sent)

    @property
    def markers(self) -> set[bytes | None]:
        return {key for topic, key in self.sent if topic != ARTICLES}


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Written:
    written = Written()

    async def survey(*_: object) -> list[Letter]:
        return LETTERS

    async def read(*_: object) -> AsyncIterator[KeptRecord]:
        for kept in LETTERS:
            yield KeptRecord(0, int(kept.id[2:]), kept.key, b"\xff{}\n", kept.story, kept.headers)

    async def right(_: object) -> None:
        pass

    @asynccontextmanager
    async def shelf(_: object) -> AsyncIterator[Shelf]:
        yield Shelf("tidings.dead-letters.v1", written, lambda: NOW)

    monkeypatch.setattr(commands, "survey", survey)
    monkeypatch.setattr(commands, "read_dead_letters", read)
    monkeypatch.setattr(commands.Kept, "shelf", shelf)
    monkeypatch.setattr(commands.Kept, "check_topics", right)
    monkeypatch.setenv("TIDINGS_KAFKA", "kafka:9092")
    monkeypatch.setenv("TIDINGS_STATE_DIR", str(tmp_path))
    return written


def ran(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(build_command(), ["dead-letters", *arguments], input=typed)


def ids_of(result: Result) -> Iterator[str]:
    return (line.split()[0] for line in result.stdout.splitlines() if line.startswith("0:"))


# --- list --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        ([], ["0:1", "0:2", "0:3"]),
        (["--settled"], ["0:1", "0:2", "0:3", "0:5"]),
        (["--reason", "language", "--reason", "not-json"], ["0:1", "0:2"]),
        (["--older-than", "2h"], ["0:1", "0:2"]),
        (["--newer-than", "1d12h"], ["0:2", "0:3"]),
        (["--older-than", "2h", "--newer-than", "2d"], ["0:2"]),
        (["--kafka-topic", CODED], ["0:3"]),
        (["0:4", "0:1"], ["0:1", "0:3"]),
        (["--limit", "1"], ["0:3"]),
    ],
)
@pytest.mark.usefixtures("written")
def test_the_list_shows_what_is_asked_for(arguments: list[str], ids: list[str]) -> None:
    """Filters, ids and the limit choose; what is settled is left out unless asked for; newest last."""
    assert list(ids_of(ran("list", *arguments))) == ids


@pytest.mark.usefixtures("written")
def test_the_list_says_how_many_in_all_and_by_reason() -> None:
    """The last line counts, also what the limit leaves out."""
    assert ran("list").stdout.splitlines()[-1] == (
        "3 dead letters: 1 language, 1 not-json, 1 not-a-coded-article"
    )
    assert ran("list", "--limit", "2").stdout.splitlines()[-1].startswith("the newest 2 of 3 dead letters: ")
    assert ran("list", "--newer-than", "1s").stdout == "0 dead letters\n"


@pytest.mark.usefixtures("written")
def test_the_list_is_json_for_programs() -> None:
    """One object a line and nothing else on standard output."""
    result = ran("list", "--format", "jsonl", "--settled")
    rows = [orjson.loads(line) for line in result.stdout.splitlines()]
    assert [row["id"] for row in rows] == ["0:1", "0:2", "0:3", "0:5"]
    assert rows[1]["first"] == {**FIRST.model_dump(mode="json")}
    assert rows[0]["first"]["offset"] == rows[0]["offset"] == 5
    assert [row["key"] for row in rows] == ["bbc-17", "bbc-17", "bbc-17", None]
    assert [row["settled"] and row["settled"]["fate"] for row in rows] == [None, None, None, "replayed"]
    assert "4 dead letters" in result.stderr


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_list_fits_its_terminal(width: int) -> None:
    """No line is longer than the terminal is wide, whatever an error says, and no error breaks a line."""
    odd = [*LETTERS, letter(6, story(error="\x1b[31m\t" + "界" * 500))]
    lines = list(lines_of(odd, width=width))
    assert len(lines) == 2 * len(odd)
    for line in lines:
        plain = line.replace("[bold]", "", 1).removesuffix("[/]").replace("\\[", "[")
        assert len(plain) + plain.count("界") <= width
        assert plain.isprintable()


# --- show --------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("written")
def test_a_letter_is_shown_with_its_bytes_and_its_story() -> None:
    """The bytes come out as they are; the story has every header, the first failure and the copies."""
    result = ran("show", "0:4")
    assert result.stdout_bytes == b"\xff{}\n"
    told = dict(line.split(None, 1) for line in result.stderr.splitlines() if len(line.split(None, 1)) == 2)
    assert told["id"] == "0:3"
    assert told["kafka_topic"] == CODED
    assert "feed.jsonl:3" in result.stderr
    assert "\\xff" in result.stderr
    assert "the same as  0:4" in result.stderr
    assert "first offset  5" in ran("show", "0:2").stderr
    assert "replayed  " in ran("show", "0:5").stderr


@pytest.mark.usefixtures("written")
def test_a_letter_that_there_is_not_is_told() -> None:
    """An id of nobody is an error with the way to the ids."""
    assert isinstance(ran("show", "7:7").exception, NoSuchDeadLetter)


# --- replay ------------------------------------------------------------------------------------------------


def test_chosen_articles_are_sent_again(written: Written) -> None:
    """What is chosen and open goes back and is marked; what came from elsewhere stays, and is told."""
    result = ran("replay", "--all")
    assert result.stdout == "sent again: 2 dead letters: 1 language, 1 not-json\n"
    assert written.articles == 2
    assert written.markers == {b"0:1", b"0:2"}
    assert result.exit_code == 1
    assert "not sent 0:3 came from tidings.coded.v1" in result.stderr
    assert "0:5 was replayed" in result.stderr


def test_one_letter_is_sent_again(written: Written) -> None:
    """With an id only that one goes."""
    result = ran("replay", "0:2")
    assert (result.exit_code, written.articles, written.markers) == (0, 1, {b"0:2"})


def test_what_has_been_replayed_is_not_sent_twice(written: Written) -> None:
    """A second replay says when the first was, and does nothing."""
    result = ran("replay", "0:5")
    assert (result.exit_code, written.sent) == (0, [])
    assert "0:5 was replayed" in result.stderr


# --- purge -------------------------------------------------------------------------------------------------


def test_purging_asks_first(written: Written) -> None:
    """Nothing is forgotten without a yes, and it is said how many it would be."""
    result = ran("purge", "--reason", "language", typed="n\n")
    assert (result.exit_code, written.sent) == (1, [])
    assert "Forget 1 dead letter: 1 language?" in result.stderr
    assert ran("purge", "--reason", "language", typed="y\n").exit_code == 0
    assert written.markers == {b"0:1"}


def test_letters_are_purged(written: Written) -> None:
    """Those chosen and open are marked, whatever they came from, and nothing is sent."""
    result = ran("purge", "--all", "--yes")
    assert result.stdout.startswith("forgotten: 3 dead letters: ")
    assert written.articles == 0
    assert written.markers == {b"0:1", b"0:2", b"0:3"}


@pytest.mark.usefixtures("written")
def test_a_missing_kafka_topic_is_told_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the Kafka topics are there, the list says so, and how they are made."""

    async def missing(*_: object) -> list[Letter]:
        raise UnknownTopicOrPartitionError

    monkeypatch.setattr(commands, "survey", missing)
    with pytest.raises(KafkaTopicsWrong, match="is missing; run 'tidings topics create'"):
        raise ran("list").exception or AssertionError("no fault")


# --- both --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["replay", "purge"])
def test_a_dry_run_only_says_what_it_would_do(written: Written, command: str) -> None:
    """Nothing is written, nothing is asked."""
    result = ran(command, "--reason", "not-json", "--dry-run")
    assert result.exit_code == 0
    assert result.stdout.startswith("would ")
    assert "1 dead letter: 1 not-json" in result.stdout
    assert written.sent == []


@pytest.mark.parametrize("command", ["replay", "purge"])
def test_what_is_meant_must_be_said(written: Written, command: str) -> None:
    """Without ids, filter or --all nothing happens, so that nobody forgets everything by a slip."""
    result = ran(command)
    assert (result.exit_code, written.sent) == (2, [])
    assert "--all" in result.stderr


@pytest.mark.parametrize("command", ["list", "replay", "purge"])
@pytest.mark.parametrize(
    "arguments", [("--older-than", "soon"), ("--newer-than", "2"), ("--reason", "bored")]
)
def test_a_filter_that_is_none_is_refused(written: Written, command: str, arguments: tuple[str, str]) -> None:
    """A mistyped age or reason is told, and nothing is done."""
    assert (ran(command, *arguments).exit_code, written.sent) == (2, [])


@pytest.mark.usefixtures("written")
def test_an_age_beyond_the_calendar_is_refused() -> None:
    """An age that no date has is a wrong command line, not a traceback."""
    assert ran("list", "--older-than", "999999w").exit_code == 2
