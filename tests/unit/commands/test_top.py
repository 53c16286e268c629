"""`tidings top`: the service's answer, or files counted on the spot, as a table or as data."""

import asyncio
import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from api_fake import ROWS, FakeService, problem
from click.testing import Result
from hand_made import MONDAY, TUESDAY, actor, coded, coding, event
from rich.console import Console
from typer.testing import CliRunner

from schemas.coded import CodedArticle
from schemas.plover import EventType
from streams.__main__ import build_command
from streams.client import Thing, Tidings, TidingsError
from streams.client.reading import read
from streams.client.requests import KINDS
from streams.commands import top
from streams.commands.counted_here import page_of
from streams.commands.tables_view import table_of
from streams.counting.questions import DayRange, Filters, ListName, Question


def thing(of: ListName, row: dict[str, Any]) -> Thing[Any]:
    """A row as the client gives it."""
    kind: Any = KINDS[of.value]
    made: Thing[Any] = read(kind, row)
    return made


def shown(of: ListName, *things: Thing[Any], **options: Any) -> list[list[str]]:
    """The rows of a table as printed, split into cells."""
    out = StringIO()
    Console(file=out, width=160).print(table_of(of, things, **options))
    _, *lines = [line for line in out.getvalue().splitlines() if line.startswith("│")]
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]


RUS = thing(ListName.ACTORS, ROWS["actors"][0])


@pytest.mark.parametrize(
    ("of", "row"),
    [
        (ListName.ACTORS, ["1", "Russia", "RUSGOV", "12", "40", "5", "0"]),
        (ListName.TOPICS, ["1", "armed conflict", "medtop:16000000", "7"]),
        (ListName.ACTOR_TOPICS, ["1", "Russia", "armed conflict", "7"]),
        (
            ListName.PAIRS,
            ["1", "Russia", "Georgia", "ACCUSE 5, ASSAULT 5, THREATEN 2, AID 1, ...", "2", "14"],
        ),
        (ListName.EVENT_TYPES, ["1", "ASSAULT", "material conflict", "0", "5"]),
    ],
)
def test_a_thing_is_a_row(of: ListName, row: list[str]) -> None:
    """A thing shows what it is and its counters; a counter that there is not is 0."""
    assert shown(of, thing(of, ROWS[of.value][0])) == [row]


@pytest.mark.parametrize("name", ["[red]Russia[/red]", "[/]", "a [b] c"])
def test_a_name_that_looks_like_markup_is_shown_as_it_is(name: str) -> None:
    """Brackets in a name that news gave are text."""
    odd = thing(ListName.ACTORS, {"key": "x", "label": {"name": name}, "counters": {}})
    assert shown(ListName.ACTORS, odd)[0][1] == name


def test_a_table_without_rows_still_has_its_headers() -> None:
    """Nothing counted yet is an empty table, not a fault."""
    for of in ListName:
        assert shown(of) == []
        assert table_of(of, []).columns


@pytest.mark.parametrize(
    ("before", "growth", "said"),
    [({"articles": 4}, 8, "▲ 8"), ({"articles": 20}, -8, "▼ 8"), ({"articles": 12}, 0, "="), ({}, 12, "new")],
)
def test_a_compared_list_shows_the_movement(before: dict[str, int], growth: int, said: str) -> None:
    """More, less, the same, or nothing at all in the period before."""
    moved = thing(ListName.ACTORS, {**ROWS["actors"][0], "before": before, "growth": growth})
    assert shown(ListName.ACTORS, moved, compared=True)[0][-1] == said


# --- a running service -------------------------------------------------------------------------------------


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> FakeService:
    """What the command asks instead of a service."""
    fake = FakeService()
    stand_in(fake, monkeypatch)
    return fake


def stand_in(fake: FakeService, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a fake where the command expects a service."""

    def made(url: str, **options: Any) -> Tidings:
        return Tidings(url, transport=fake.transport, sleep=fake.sleep, **options)

    monkeypatch.setattr(top, "Tidings", made)


def run(*arguments: str) -> Result:
    """The command's outcome, on a wide terminal."""
    return CliRunner().invoke(build_command(), ["top", *arguments], env={"COLUMNS": "200"})


def test_the_command_asks_what_it_was_asked(service: FakeService, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every option goes to the service of the settings; what was not asked is left to it."""
    monkeypatch.setenv("TIDINGS_HTTP_PORT", "4711")
    options = {"--from": "2012-07-30", "--to": "2012-07-31", "--type": "AID", "--quad": "verbal-conflict"}
    options |= {
        "--mode": "visit",
        "--least-confidence": "0.5",
        "--topic": "t",
        "--actor": "a",
        "--source": "s",
    }
    options |= {"--target": "x", "--country": "SYR", "--sector": "GOV", "--sort": "AID", "--limit": "3"}
    done = run(
        "pairs", "--compare", "--type", "ASSAULT", *(word for pair in options.items() for word in pair)
    )
    assert done.exit_code == 0, done.output
    assert str(service.asked[0].url).startswith("http://127.0.0.1:4711/v1/pairs?")
    assert sorted(service.asked[0].url.params.multi_items()) == [
        ("actor", "a"),
        ("compare", "true"),
        ("country", "SYR"),
        ("from", "2012-07-30"),
        ("least_confidence", "0.5"),
        ("limit", "3"),
        ("mode", "visit"),
        ("quad", "verbal-conflict"),
        ("sector", "GOV"),
        ("sort", "AID"),
        ("source", "s"),
        ("target", "x"),
        ("to", "2012-07-31"),
        ("topic", "t"),
        ("type", "AID"),
        ("type", "ASSAULT"),
    ]


def test_the_table_tells_how_much_it_shows(service: FakeService) -> None:
    """Under the rows stands how many of how many they are."""
    done = run("actors", "--limit", "2")
    assert "Who: top actors" in done.stdout
    assert "2 of 3" in done.stdout.splitlines()[-1]
    assert "missing" not in done.output


def test_all_rows_are_walked_to(service: FakeService, monkeypatch: pytest.MonkeyPatch) -> None:
    """--all asks for page after page."""
    monkeypatch.setattr(top, "MOST_ROWS", 2)
    done = run("actors", "--all", "--format", "ndjson")
    assert [json.loads(line)["key"] for line in done.stdout.splitlines()] == [
        "country:RUS",
        "country:GEO",
        "org:[x]",
    ]
    assert [request.url.params.get("cursor") for request in service.asked] == [None, "2"]


@pytest.mark.parametrize("form", ["table", "json", "csv", "ndjson"])
def test_missing_partitions_are_told(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A partial answer says so: under a table, in JSON, beside data that has no place for it."""
    stand_in(FakeService(missing=(2,)), monkeypatch)
    done = run("actors", "--format", form)
    assert done.exit_code == 0
    said = "partitions missing: 2 (partition 2: nobody holds it)"
    assert (said in done.stdout) == (form == "table")
    assert (said in done.stderr) == (form != "table")
    if form == "json":
        assert json.loads(done.stdout)["partitions"]["missing"] == [2]


def test_rows_as_data(service: FakeService) -> None:
    """CSV has a column for each field of the label and each counter, JSON the page as the API gives it."""
    rows = list(csv.DictReader(StringIO(run("actors", "--format", "csv").stdout)))
    assert (rows[0]["rank"], rows[0]["code"], rows[0]["articles"], rows[0]["target"]) == (
        "1",
        "RUSGOV",
        "12",
        "0",
    )
    page = json.loads(run("event-types", "--format", "json").stdout)
    assert page["items"][0]["label"] == {"name": "Assault", "quad": "material-conflict"}
    assert page["total"] == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("actors", "--source", "country:SYR"), "--source means nothing for this list"),
        (("topics", "--kind", "person"), "--kind means nothing for this list"),
        (("pairs", "--type", "ASAULT"), "Did you mean 'ASSAULT'"),
        (("pairs", "--from", "2012-13-01"), "no day of the calendar"),
        (("pairs", "--from", "2012-08-02", "--to", "2012-08-01"), "2012-08-02 is after"),
        (("pairs", "--compare"), "needs both from and to"),
        (("actors", "--sort", "mentions", "--type", "AID"), "not counted with these filters"),
        (("actors", "--least-confidence", "2"), "no number from 0 to 1"),
    ],
)
def test_a_wrong_question_is_a_wrong_command_line(
    arguments: tuple[str, ...], said: str, service: FakeService
) -> None:
    """What the API would refuse is told before anything is asked, with exit code 2."""
    done = run(*arguments)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.replace("│", " ").split())
    assert service.asked == []


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ([problem(422, "other-version", "no such list")], "422 other-version: no such list"),
        ([problem(503, "recovering", "wait") for _ in range(3)], "503 recovering: wait"),
        ([httpx.ConnectError("refused") for _ in range(3)], r"http://.*/v1/actors: no answer \(refused\)"),
    ],
)
def test_no_answer_is_a_fault(
    script: list[httpx.Response | Exception], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service that refuses or is not there ends the command with what it says."""
    stand_in(FakeService(*script), monkeypatch)
    done = run("actors")
    assert isinstance(done.exception, TidingsError)
    with pytest.raises(TidingsError, match=said):
        raise done.exception


# --- files -------------------------------------------------------------------------------------------------


def stories() -> list[CodedArticle]:
    """Two stories of two actors, on two days."""
    rus, geo = actor("rus", code="RUS"), actor("geo", code="GEO")
    told = event("rus", EventType.ASSAULT, "geo", id="e1")
    return [
        coded("a", offset=0, published_at=TUESDAY, says=coding(actors=[rus, geo], events=[told])),
        coded("b", offset=1, published_at=MONDAY, says=coding(actors=[rus])),
    ]


def test_files_give_the_rows_that_a_service_would_give() -> None:
    """The plain loop counts; labels, ranks, growth and total are as the API has them."""
    tuesday, monday = DayRange("2012-07-31", "2012-07-31"), DayRange("2012-07-30", "2012-07-30")
    page = page_of(stories(), Question(ListName.ACTORS, tuesday, by_growth=True, before=monday), limit=1)
    (first,) = page.items
    assert (first.rank, first.key, first.label.country) == (1, "geo", "GEO")
    assert (first.counters["articles"], first.before, first.growth) == (1, {}, 1)
    assert page.total == 2


def test_files_are_filtered_by_events_too() -> None:
    """Filters of events count from stories, offline as well."""
    question = Question(ListName.PAIRS, filters=Filters(types=frozenset({EventType.ASSAULT})))
    page = page_of(stories(), question, limit=None)
    assert [(row.name, row.counters) for row in page.items] == [
        ("RUS → GEO", {"articles": 1, "events": 1, "ASSAULT": 1})
    ]
    types = page_of(stories(), Question(ListName.EVENT_TYPES), limit=None)
    assert [(row.key, row.label.quad) for row in types.items] == [("ASSAULT", "material-conflict")]


def test_the_command_counts_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """--offline takes the same filters and shows the same table, and asks nobody."""

    async def fake(*_: Any) -> Any:
        for row in stories():
            await asyncio.sleep(0)
            yield row

    monkeypatch.setattr("streams.commands.counted_here.code_articles", fake)
    done = run("actors", "--offline", str(tmp_path), "--country", "RUS", "--format", "json")
    assert done.exit_code == 0, done.output
    assert [item["counters"]["articles"] for item in json.loads(done.stdout)["items"]] == [2]
