"""The command line as a whole: help, faults in one line, exit codes."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer
from typer.testing import CliRunner

from streams import __main__ as command_line
from streams.__main__ import FAULTS, build_command, main

COMMANDS = {
    "demo",
    "up",
    "replay",
    "worker",
    "code",
    "top",
    "watch",
    "broker",
    "topics create",
    "topics check",
    "dead-letters list",
    "dead-letters show",
}


def _leaves(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path
        return
    for name, child in inner.items():
        yield from _leaves(child, (*path, name))


PATHS = sorted(_leaves(typer.main.get_command(build_command())))


def test_the_commands_are_all_there() -> None:
    """Each command that the documents name exists."""
    assert {" ".join(path) for path in PATHS} >= COMMANDS


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_every_command_explains_itself(path: tuple[str, ...]) -> None:
    """--help says in a sentence what the command does, and what every option and argument is for."""
    result = CliRunner().invoke(build_command(), [*path, "--help"], terminal_width=200)
    assert result.exit_code == 0, result.output
    command: click.Command = typer.main.get_command(build_command())
    for name in path:
        command = command.commands[name]  # type: ignore[attr-defined]
    assert command.help
    assert command.help.split("\n")[0].rstrip().endswith(".")
    silent = [
        option.name
        for option in command.params
        if not (getattr(option, "help", None) or getattr(option, "hidden", False))
    ]
    assert silent == []


def test_no_command_shows_the_help() -> None:
    """`tidings` alone lists the commands."""
    result = CliRunner().invoke(build_command(), [])
    assert all(name.split()[0] in result.output for name in COMMANDS)


@pytest.mark.parametrize("arguments", [["nonsense"], ["top", "stories"], ["top", "actors", "--limit", "0"]])
def test_a_wrong_command_line_is_refused(arguments: list[str]) -> None:
    """What cannot be a command line is exit code 2, before anything happens."""
    assert CliRunner().invoke(build_command(), arguments).exit_code == 2


@pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: kind.__name__)
def test_a_fault_that_can_be_mended_is_one_line(
    kind: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every fault of an operator's making ends in one line and exit code 1."""

    said = "kafka-9: what, which, remedy"
    fault = type(kind.__name__, (kind,), {"__init__": lambda self: None, "__str__": lambda self: said})()

    def fails() -> None:
        raise fault

    monkeypatch.setattr(command_line, "build_command", lambda: fails)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == f"tidings: {said}"  # sys.exit prints a string, and ends with 1


def test_a_bug_shows_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody foresaw is not hidden in a line."""

    def fails() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(command_line, "build_command", lambda: fails)
    with pytest.raises(ZeroDivisionError):
        main()


def test_ctrl_c_ends_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupted command ends with 130, as shells expect."""

    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command_line, "build_command", lambda: interrupted)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 130


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        (["top", "actors"], {}, "no answer .*'tidings up' starts one"),
        (["top", "actors"], {"TIDINGS_PARTITIONS": "0"}, "TIDINGS_PARTITIONS: "),
        (["topics", "check"], {}, "no Kafka: set TIDINGS_KAFKA"),
        (["dead-letters", "list"], {}, "no Kafka: set TIDINGS_KAFKA"),
        (["replay", "feed.jsonl"], {}, "no Kafka: set TIDINGS_KAFKA"),
        (["replay", "no-such-file.jsonl"], {}, "'no-such-file.jsonl': no such file"),
        (["code", "no-such-file.jsonl"], {}, "no-such-file.jsonl"),
        (
            ["code", "feed.jsonl"],
            {"TIDINGS_SPACY_PIPELINE": "no_such_pipeline"},
            "'no_such_pipeline' is not installed",
        ),
    ],
)
def test_real_faults_are_told_with_their_remedy(
    arguments: list[str],
    environment: dict[str, str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """A command that cannot do its work says why and what to do, in one line."""
    (tmp_path / "feed.jsonl").write_text('{"id": "a", "text": "Rain fell."}\n')
    own = {"TIDINGS_STATE_DIR": str(tmp_path), "TIDINGS_HTTP_PORT": str(_free_port()), "TIDINGS_KAFKA": ""}
    for name, value in {**own, **environment}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["tidings", *arguments])
    with pytest.raises(SystemExit, match=rf"^tidings: .*{said}") as ended:
        main()
    assert "\n" not in str(ended.value.code)


def test_no_command_loads_the_parser_before_it_codes() -> None:
    """spaCy and the encoder take a second and 200 MB: only the processes that code pay for them."""
    heavy = "{'spacy', 'onnxruntime', 'tokenizers'}"
    code = f"import sys, streams.__main__; print(sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
