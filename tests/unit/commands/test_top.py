"""`tidings top`: the service's answer, or files counted on the spot, as a table."""

from io import StringIO

import httpx
import pytest
from rich.console import Console
from typer.testing import CliRunner

from schemas.tally import TableName
from streams.__main__ import build_command
from streams.commands.tables_view import table_of
from streams.commands.top import NoAnswer, ask
from streams.web.queries import DayRange
from streams.web.views import Partitions, Thing, TopList

RUS = Thing(
    key="rus",
    label={"name": "Russia", "code": "RUSGOV"},
    counters={"articles": 1234, "mentions": 5, "source": 2},
)
PAIR = Thing(
    key="rus|geo",
    label={"source_name": "Russia", "target_name": None},
    counters={"articles": 2, "events": 14, "AID": 1, "ASSAULT": 5, "ACCUSE": 5, "THREATEN": 2, "COERCE": 1},
)


def shown(name: TableName, *things: Thing) -> list[list[str]]:
    """The rows of a table as printed, split into cells."""
    out = StringIO()
    Console(file=out, width=160).print(table_of(name, things))
    lines = [line for line in out.getvalue().splitlines() if line.startswith("│")]
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]


def test_an_actor_is_a_row() -> None:
    """An actor shows its name, code and counters; a counter that there is not is 0."""
    assert shown(TableName.ACTORS, RUS) == [["Russia", "RUSGOV", "1,234", "5", "2", "0"]]


def test_a_topic_and_an_actor_with_a_topic_are_rows() -> None:
    """A topic shows name, code and articles, an actor with a topic both names and articles."""
    topic = Thing(key="medtop:1", label={"name": "war"}, counters={"articles": 3})
    assert shown(TableName.TOPICS, topic) == [["war", "medtop:1", "3"]]
    both = Thing(key="x", label={"name": "Russia", "topic_name": "war"}, counters={"articles": 3})
    assert shown(TableName.ACTOR_TOPICS, both) == [["Russia", "war", "3"]]


def test_a_pair_shows_what_was_done_most() -> None:
    """A pair shows its most frequent event types, equal ones by name, and that there are more."""
    assert shown(TableName.PAIRS, PAIR) == [
        ["Russia", "", "ACCUSE 5, ASSAULT 5, THREATEN 2, AID 1, ...", "14", "2"]
    ]


@pytest.mark.parametrize("name", ["[red]Russia[/red]", "[/]", "a [b] c"])
def test_a_name_that_looks_like_markup_is_shown_as_it_is(name: str) -> None:
    """Brackets in a name that news gave are text."""
    thing = Thing(key="x", label={"name": name}, counters={})
    assert shown(TableName.ACTORS, thing)[0][0] == name


def test_a_table_without_rows_still_has_its_headers() -> None:
    """Nothing counted yet is an empty table, not a fault."""
    for name in TableName:
        assert shown(name) == []
        assert table_of(name, []).columns


# --- a running service -------------------------------------------------------------------------------------


class FakeService:
    """Answers httpx.get, and keeps what it was asked."""

    def __init__(self, *, status: int = 200, error: httpx.HTTPError | None = None) -> None:
        self.status, self.error = status, error
        self.asked: list[httpx.URL] = []

    def get(self, url: str, *, params: dict[str, str | int]) -> httpx.Response:
        if self.error:
            raise self.error
        request = httpx.Request("GET", url, params=params)
        self.asked.append(request.url)
        answer = TopList(items=[RUS], total=1, partitions=Partitions(answered=[0], missing=[]))
        content = answer.model_dump_json() if self.status == 200 else '{"detail": "not ready"}'
        return httpx.Response(self.status, content=content, request=request)


def test_a_question_carries_what_was_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Table, range, limit and order go to the service; what was not asked is left to it."""
    service = FakeService()
    monkeypatch.setattr("streams.commands.top.httpx.get", service.get)
    assert ask("http://s:1", TableName.ACTORS, limit=5).items == [RUS]
    ask("http://s:1", TableName.PAIRS, limit=5, by="AID", days=DayRange("2012-07-30", "2012-07-31"))
    assert [str(url) for url in service.asked] == [
        "http://s:1/v1/actors?limit=5",
        "http://s:1/v1/pairs?from=2012-07-30&to=2012-07-31&limit=5&by=AID",
    ]


@pytest.mark.parametrize(
    ("service", "said"),
    [
        (FakeService(status=503), "503 .*not ready"),
        (FakeService(error=httpx.ConnectError("refused")), r"http://s:1: no answer \(refused\)"),
        (FakeService(error=httpx.ReadTimeout("slow")), "no answer"),
    ],
)
def test_no_answer_is_a_fault(service: FakeService, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that refuses or is not there is told with its address."""
    monkeypatch.setattr("streams.commands.top.httpx.get", service.get)
    with pytest.raises(NoAnswer, match=said):
        ask("http://s:1", TableName.ACTORS, limit=5)


def test_the_command_shows_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """`tidings top` asks the service of the settings, by the table's own counter, and prints rows."""
    service = FakeService()
    monkeypatch.setattr("streams.commands.top.httpx.get", service.get)
    monkeypatch.setenv("TIDINGS_HTTP_PORT", "4711")
    result = CliRunner().invoke(build_command(), ["top", "pairs", "--from", "2012-07-30", "--limit", "3"])
    assert result.exit_code == 0, result.output
    assert [str(url) for url in service.asked] == [
        "http://127.0.0.1:4711/v1/pairs?from=2012-07-30&limit=3&by=events"
    ]
    assert "Who did what to whom" in result.output
