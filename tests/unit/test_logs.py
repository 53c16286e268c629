"""How the process logs."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from streams.logs import Repeats, set_up_logging
from streams.settings import Settings


@pytest.fixture(autouse=True)
def _logging_as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    root, levels = logging.getLogger(), {}
    for name in ("aiokafka", "faust", "mode", "uvicorn", "asyncio"):
        levels[name] = logging.getLogger(name).level
    level = root.level
    monkeypatch.setattr(root, "handlers", [])
    yield
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    out, err = capsys.readouterr()
    assert err == "", "a worker's log is its standard output"
    return [json.loads(line) for line in out.splitlines()]


def test_an_event_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    """An event has its name, its level, a time in UTC and its fields, whatever their types."""
    set_up_logging(Settings(log_format="json"))
    structlog.get_logger("x").info("partitions open", partitions=3, which=frozenset({1}), text="a\nb")
    (line,) = lines(capsys)
    assert (line["event"], line["level"], line["partitions"], line["text"]) == (
        "partitions open",
        "info",
        3,
        "a\nb",
    )
    assert str(line["timestamp"]).endswith("Z")


def test_only_the_level_asked_for_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    """What lies below the level is left out."""
    set_up_logging(Settings(log_format="json", log_level="warning"))
    log = structlog.get_logger("x")
    log.info("quiet")
    log.warning("loud")
    assert [line["event"] for line in lines(capsys)] == ["loud"]


@pytest.mark.parametrize("name", ["aiokafka.consumer", "faust", "mode.services", "uvicorn.error", "anything"])
def test_libraries_are_heard_only_when_they_warn(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A library's warning is a line like our own, and its chatter is left out."""
    set_up_logging(Settings(log_format="json", log_level="debug"))
    logging.getLogger(name).info("chatter %s", 1)
    logging.getLogger(name).warning("trouble with %s", "x")
    assert [(line["event"], line["level"]) for line in lines(capsys)] == [("trouble with x", "warning")]


def test_a_traceback_stays_in_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    """An exception is a field of its event, ours and a library's, never loose lines."""
    set_up_logging(Settings(log_format="json"))
    try:
        raise ValueError("no")
    except ValueError:
        structlog.get_logger("x").error("failed", exc_info=True)
        logging.getLogger("library").exception("failed too")
    assert ["ValueError: no" in str(line["exception"]) for line in lines(capsys)] == [True, True]


def test_a_terminal_gets_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Text for people names the event and its fields."""
    set_up_logging(Settings(log_format="text"))
    structlog.get_logger("x").info("partitions open", partitions=3)
    out = capsys.readouterr().out
    assert "partitions open" in out
    assert not out.startswith("{")


def test_a_pipe_gets_json(capsys: pytest.CaptureFixture[str]) -> None:
    """By itself, what is no terminal gets JSON."""
    set_up_logging(Settings(log_format="auto"))
    structlog.get_logger("x").info("hello")
    assert [line["event"] for line in lines(capsys)] == ["hello"]


def test_a_library_says_the_same_once_in_a_while() -> None:
    """The same message of the same library, whatever its arguments, is let through once in five seconds."""
    now = [0.0]
    repeats = Repeats(clock=lambda: now[0])

    def said(name: str, message: str, argument: int) -> bool:
        return repeats.filter(logging.LogRecord(name, 40, "", 1, message, (argument,), None))

    assert [said("aiokafka", "no node %s", 1), said("aiokafka", "no node %s", 2)] == [True, False]
    assert [said("faust", "no node %s", 1), said("aiokafka", "no leader %s", 1)] == [True, True]
    now[0] = 5.0
    assert said("aiokafka", "no node %s", 3)
