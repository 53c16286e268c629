"""docs/api.md is held to the code: what it shows runs as written."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from api_fake import EVENT, ROWS, message, streamed
from api_surroundings import Surroundings, client_of
from client_bridge import Bridge
from fake_answers import FakeAnswers
from typer.testing import CliRunner

import streams.client
from streams.__main__ import build_command
from streams.client import AsyncTidings, Tidings
from streams.commands import top, watch
from streams.counting.questions import ListName
from streams.web.api.filters import DAYS, all_filters
from streams.web.api.lists import list_parameters
from streams.web.push.asked import parameters
from streams.web.push.messages import Kind

PAGE = (Path(__file__).parents[4] / "docs/api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
COMMANDS = re.findall(r"^    (curl|tidings top|tidings watch) (.+)$", PAGE, flags=re.MULTILINE)
CURLS = [words for command, words in COMMANDS if command == "curl"]
OURS = [(command, words) for command, words in COMMANDS if command != "curl"]


class Network(Bridge):
    """The application, and a stream of an event and a change."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/v1/stream":
            return super().handle_request(request)
        top_actors = {"watch": "top:actors", "items": ROWS["actors"]}
        return streamed(message("event", EVENT), message("change", top_actors))


@pytest.fixture(autouse=True)
def service(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever makes a client gets one of an application in this process."""

    def made(url: str = "", **options: Any) -> Tidings:
        return Tidings(transport=Network(FakeAnswers()), **options)

    def made_later(url: str = "", **options: Any) -> AsyncTidings:
        return AsyncTidings(transport=httpx.ASGITransport(Surroundings().api(FakeAnswers())), **options)

    for where in (streams.client, top):
        monkeypatch.setattr(where, "Tidings", made)
    for where in (streams.client, watch):
        monkeypatch.setattr(where, "AsyncTidings", made_later)


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_python_runs_as_written(example: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each example runs to its end; those that print show something."""
    exec(compile(example, "docs/api.md", "exec"), {"__name__": "example"})  # noqa: S102 - it is ours
    assert capsys.readouterr().out


@pytest.mark.parametrize("words", CURLS)
async def test_a_question_is_answered(words: str) -> None:
    """Each URL is understood, filters and all."""
    *options, url = shlex.split(words)
    headers = dict(option.split(": ", 1) for option in options if ": " in option)
    async with client_of(Surroundings().api(FakeAnswers())) as http:
        answer = await http.get(url, headers=headers)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(("command", "words"), OURS)
def test_a_command_runs(command: str, words: str) -> None:
    """Each command is understood and shows something."""
    done = CliRunner().invoke(build_command(), [*command.split()[1:], *shlex.split(words)])
    assert done.exit_code == 0, done.output
    assert done.stdout


def _named(heading: str) -> list[str]:
    """What the first column of the table under a heading names."""
    table = PAGE.split(f"| {heading} |", 1)[1].split("\n\n", 1)[0]
    cells = [line.split("|")[1] for line in table.splitlines()[2:]]
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


@pytest.mark.parametrize(
    ("heading", "known"),
    [
        ("filter", lambda: {parameter.name for parameter in DAYS} | all_filters().keys()),
        ("message", lambda: {kind.value for kind in Kind}),
    ],
)
def test_tables_name_all_there_is(heading: str, known: Callable[[], set[str]]) -> None:
    """No filter and no message is left out, and none is made up."""
    assert set(_named(heading)) == known()


def test_parameters_that_are_named_exist() -> None:
    """What the text says of parameters, in `name=value`, is true of lists or of the stream."""
    named = set(re.findall(r"[`?&]([a-z_]+)=", PAGE)) - {"q"}
    lists = {name for of in ListName for name in list_parameters(of)}
    assert named <= lists | parameters().keys()


def test_paths_that_are_named_exist() -> None:
    """Every path under /v1 is one of the API's."""
    named = {re.sub(r"\{[^}]*\}", "{key}", path) for path in re.findall(r"`(/v1/[^`?]*)", PAGE)}
    paths = Surroundings().api(FakeAnswers()).openapi()["paths"]
    known = {re.sub(r"\{[^}]*\}", "{key}", path) for path in paths} | {"/v1/stream"}
    assert named <= known
