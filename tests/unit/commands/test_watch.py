"""`tidings watch`: messages become a frame that fits any terminal."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import httpx
import pytest
from api_fake import EVENT, ROWS, STATUS, FakeService, message, streamed
from rich.cells import cell_len
from rich.console import Console
from streaming_fakes import FakeClock
from typer.testing import CliRunner

from streams.__main__ import build_command
from streams.client import (
    AsyncTidings,
    Change,
    Corrected,
    Event,
    EventTold,
    Gap,
    Message,
    Partitions,
    Status,
    StatusTold,
    Unreachable,
    Withdrawn,
)
from streams.client.reading import read
from streams.client.requests import KINDS
from streams.commands import watch
from streams.commands.event_view import headline_of, sentence_of
from streams.commands.watch_view import Frame, bar, spark
from streams.commands.watched import EVENTS_KEPT, Watched

URL = "http://127.0.0.1:8650"


def state(**fields: Any) -> StatusTold:
    """The service's state, with some fields of its own."""
    return StatusTold(read(Status, {**STATUS, **fields}))


def event(**fields: Any) -> Event:
    """The event of the fake service, with some fields of its own."""
    return read(Event, {**EVENT, **fields})


def change(name: str, *rows: dict[str, Any], missing: tuple[int, ...] = ()) -> Change:
    """A list that has changed; its rows are those of the fake service where none are given."""
    kind: Any = KINDS[name]
    ranked = [{**row, "rank": rank} for rank, row in enumerate(rows or ROWS[name], start=1)]
    return Change(
        f"top:{name}", items=tuple(read(kind, row) for row in ranked), partitions=Partitions((), missing)
    )


def watched(*messages: Message, **options: Any) -> Watched:
    """What is known after these messages."""
    known = Watched(
        URL, clock=FakeClock(), wall_clock=lambda: datetime(2012, 8, 5, 6, 0, tzinfo=UTC), **options
    )
    for each in messages:
        known.take(each)
    return known


def shown(known: Watched, *, width: int = 160, height: int = 40) -> str:
    """The frame as a terminal of this size shows it."""
    out = StringIO()
    Console(file=out, width=width, height=height).print(Frame(known, height=height))
    return out.getvalue()


ALL = (state(), change("actors"), change("pairs"), change("event-types"), EventTold(event()))


def test_a_frame_shows_the_pipeline_the_lists_and_the_events() -> None:
    """Speed, what waits, how far behind, dead letters; who, whom, what; and the sentence of each event."""
    frame = shown(watched(*ALL))
    for words in ("12.5 articles/s", "42 waiting", "1.5 s behind", "3 dead letters", "22 stories"):
        assert words in frame
    assert "Russia → Georgia" in frame
    assert "Russia ASSAULT aerial Georgia" in frame
    assert "Russian jets bombed Gori on Saturday." in frame
    assert "[b]Band[/b]" in frame


@pytest.mark.parametrize("width", [20, 40, 59, 60, 80, 95, 96, 120, 139, 140, 240])
@pytest.mark.parametrize("height", [8, 20, 40, 70])
def test_no_line_is_longer_than_the_terminal(width: int, height: int) -> None:
    """A frame fits into any width; what is always told is there in the narrowest."""
    wordy = {**ROWS["actors"][0], "label": {"name": "The 国際連合 Office for a Very Long Name " * 3}}
    frame = shown(
        watched(*ALL, change("actors", wordy), EventTold(event(sentence="x " * 400))),
        width=width,
        height=height,
    )
    assert max(cell_len(line) for line in frame.splitlines()) <= width
    assert "Tidings" in frame
    assert len(frame.splitlines()) <= max(height, 14)


def test_before_the_first_message_a_frame_is_empty_but_whole() -> None:
    """A service with nothing to tell is no fault."""
    frame = shown(watched())
    assert "the service has not told its state yet" in frame
    assert "no events yet" in frame


def test_what_moves_is_told_for_a_minute() -> None:
    """A list is compared with itself a minute ago: places, counts, and who is new."""
    clock = FakeClock(0.0)
    known = watched(change("actors"))
    known.clock = clock
    russia, georgia, band = ROWS["actors"]
    clock.now = 10.0
    known.take(change("actors", {**georgia, "counters": {"articles": 30}}, russia, {**band, "key": "new:x"}))
    frame = shown(known)
    assert "+21 ▲1" in frame
    assert "▼1" in frame
    assert "new" in frame
    clock.now = 200.0
    known.take(change("actors", {**georgia, "counters": {"articles": 30}}, russia, band))
    assert "▲" not in shown(known)


def test_a_correction_takes_its_old_events_away() -> None:
    """What a story told before counts no more, and leaves the list; so does what was withdrawn."""
    other = EventTold(event(key="b/e1", article={**EVENT["article"], "id": "b"}))
    known = watched(EventTold(event()), other, Corrected("tass-17"))
    assert [each.key for each in known.events] == ["b/e1"]
    known.take(Withdrawn("b"))
    assert list(known.events) == []


def test_an_event_is_there_once_and_only_the_last_are_kept() -> None:
    """A replayed event that comes again is not shown twice; old ones go."""
    known = watched(*(EventTold(event(key=str(number % 60))) for number in range(90)))
    assert len(known.events) == EVENTS_KEPT
    assert len({each.key for each in known.events}) == EVENTS_KEPT
    assert known.events[0].key == "29"


def test_a_lost_connection_is_told_until_it_is_back() -> None:
    """Since when, why, and that it is tried again; afterwards how often it happened."""
    known = watched(*ALL)
    known.lose(Unreachable("no answer (refused)"))
    known.lose(Unreachable("no answer (still)"))
    frame = shown(known)
    assert "connection lost" in frame
    assert "since 06:00:00 UTC: no answer (still); trying again" in frame
    assert known.changes == len(ALL) + 2
    known.take(state())
    assert "● live again (1 interruption)" in shown(known)


def test_what_is_not_whole_is_told() -> None:
    """Missing partitions, tables that are read again and gaps of the stream stand above the numbers."""
    parts = {"answered": [0], "missing": [1], "why": []}
    recovery = {"remaining_records": 1000, "total_records": 4000}
    known = watched(
        state(partitions=parts, recovery=recovery), change("pairs", missing=(2,)), Gap("records are gone")
    )
    frame = shown(known)
    assert "partitions 1, 2 are missing" in frame
    assert "recovering: 1,000 of 4,000 records left" in frame
    assert "some events were not told: records are gone" in frame


def test_several_workers_are_counted() -> None:
    """Of several workers as many as are open are told."""
    workers = [{"phase": "open"}, {"phase": "recovering"}, {"phase": "open"}]
    assert "2 of 3 workers open" in shown(watched(state(workers=workers)))


def test_the_words_of_an_event_are_marked() -> None:
    """Source, trigger and target have styles of their own in the sentence, line breaks are spaces."""
    told = event(sentence="Russian jets\nbombed Gori on Saturday.\x1b[2J")
    text = sentence_of(told, width=100)
    assert text.plain == "Russian jets bombed Gori on Saturday. [2J"
    marked = {text.plain[span.start : span.end]: str(span.style) for span in text.spans}
    assert set(marked) == {"Russian jets", "bombed", "Gori"}
    assert "red" in marked["bombed"]


@pytest.mark.parametrize("before", [0, 50, 300])
def test_a_long_sentence_is_cut_around_its_trigger(before: int) -> None:
    """However far back the trigger stands, it is seen."""
    filler = "a " * before
    marks = [{"role": "trigger", "start": 2 * before, "end": 2 * before + 6}]
    text = sentence_of(event(sentence=f"{filler}bombed {'b ' * 200}", marks=marks), width=60)
    assert "bombed" in text.plain
    assert text.cell_len <= 60


def test_an_event_without_sides_or_mode_is_told() -> None:
    """What is not known is a question mark, not a fault."""
    bare = event(source=None, mode=None, date=None)
    assert headline_of(bare).plain.startswith("? ASSAULT Georgia  2012-08-05")


@pytest.mark.parametrize(
    ("values", "line"), [((), ""), ((0.0, 0.0), "  "), ((1.0, 4.0, 8.0), "▁▄█"), ((5.0,), "█")]
)
def test_rates_are_a_line(values: tuple[float, ...], line: str) -> None:
    """The highest fills the line, nothing is a blank."""
    assert spark(values) == line


@pytest.mark.parametrize(("count", "made"), [(0, ""), (16, "██"), (1, "▏"), (9, "█▏")])
def test_a_bar_counts_in_eighths(count: int, made: str) -> None:
    """A bar is as long as its share, to an eighth of a character."""
    assert bar(count, 16, 2) == made


# --- the command -------------------------------------------------------------------------------------------


def stand_in(fake: FakeService, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a fake where the command expects a service."""

    def made(url: str, **options: Any) -> AsyncTidings:
        return AsyncTidings(url, transport=fake.transport, sleep=fake.sleep_later, **options)

    monkeypatch.setattr(watch, "AsyncTidings", made)


def test_a_pipe_gets_one_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where standard output is no terminal a frame is printed, with the filters in each question."""
    fake = FakeService()
    stand_in(fake, monkeypatch)
    arguments = ["watch", "--country", "RUS", "--source", "country:RUS"]
    done = CliRunner().invoke(build_command(), arguments, env={"COLUMNS": "150"})
    assert done.exit_code == 0, done.output
    assert "Russian jets bombed Gori on Saturday." in done.stdout
    assert "country=RUS" in done.stdout
    assert fake.urls == [
        "/v1/status",
        "/v1/actors?limit=20&country=RUS",
        "/v1/pairs?limit=20&source=country%3ARUS&country=RUS",
        "/v1/event-types?limit=20&source=country%3ARUS&country=RUS",
        "/v1/events?limit=20&source=country%3ARUS&country=RUS",
    ]


def test_a_wrong_filter_is_a_wrong_command_line() -> None:
    """What the stream would refuse is told with exit code 2."""
    done = CliRunner().invoke(build_command(), ["watch", "--quad", "war"])
    assert done.exit_code == 2
    assert "quad" in done.stderr


async def test_ctrl_c_ends_it_and_gives_the_terminal_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """SIGINT leaves the other screen, shows the cursor again, no error; lost streams go on before."""

    def interrupt(_: httpx.Request) -> httpx.Response:
        os.kill(os.getpid(), signal.SIGINT)
        raise httpx.ConnectError("refused")

    fake = FakeService(
        streamed(message("status", STATUS, id_="1")),
        httpx.ConnectError("refused"),
        streamed(message("event", EVENT)),
        interrupt,
    )
    stand_in(fake, monkeypatch)
    out = StringIO()
    known = Watched(URL)
    console = Console(file=out, force_terminal=True, width=120, height=30, legacy_windows=False)
    monkeypatch.setattr(watch, "REFRESH_SECONDS", 0.01)
    await watch._live(known, console)
    assert (known.told, known.interruptions) == (1, 2)
    assert [request.headers.get("Last-Event-ID") for request in fake.asked[:3]] == [None, "1", "1"]
    assert out.getvalue().rindex("\x1b[?1049l") > out.getvalue().rindex("\x1b[?1049h")
    assert out.getvalue().rindex("\x1b[?25h") > out.getvalue().rindex("\x1b[?25l")


async def test_a_stream_that_cannot_go_on_is_a_fault() -> None:
    """What ends the stream for good ends the command with what it was."""

    async def refused() -> AsyncGenerator[Message, None]:
        yield state()
        raise Unreachable("no answer")

    console = Console(file=StringIO(), width=80, height=24)
    with pytest.raises(Unreachable):
        await watch.follow(refused(), watched(), console, ended=asyncio.Event(), screen=False)
