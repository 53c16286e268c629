"""The formats: which one is given, and how it is written."""

import csv
import io
from typing import Final

import orjson
import pytest
from api_surroundings import Client, Surroundings, as_problem
from fake_answers import PARTIAL, FakeAnswers

from schemas.tally import COUNTERS, TableName
from streams.counting.questions import EVENT_COUNTERS, ListName
from streams.web.api import formats
from streams.web.api.formats import Format, wanted

JSON: Final = "application/json"
CSV: Final = "text/csv; charset=utf-8; header=present"
NDJSON: Final = "application/x-ndjson"


def lines_of(text: str) -> list[list[str]]:
    """The cells of a CSV text."""
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("*/*", JSON),
        ("", JSON),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
        ("text/csv", CSV),
        ("TEXT/CSV", CSV),
        ("text/*", CSV),
        ("application/x-ndjson", NDJSON),
        ("application/json;q=0.5, text/csv;q=0.8", CSV),
        ("application/json; q=0.5 ; charset=utf-8, text/csv;q=0.4", JSON),
        ("application/*;q=0.1, application/x-ndjson;q=0", JSON),
        ("application/json;q=0, */*;q=0.1", CSV),
        ("text/csv;q=nonsense", CSV),
        ("nonsense", JSON),
    ],
)
async def test_accept_chooses(accept: str, content_type: str, client: Client) -> None:
    """The Accept header chooses with its weights, the more specific range before the wider one."""
    answer = await client.get("/v1/actors", accept=accept)
    assert answer.headers["content-type"] == content_type
    assert answer.headers["vary"] == "Accept"


async def test_format_goes_before_accept(client: Client) -> None:
    """`format` chooses whatever the header says."""
    answer = await client.get("/v1/actors?format=ndjson", accept="text/csv")
    assert answer.headers["content-type"] == NDJSON


@pytest.mark.parametrize(
    ("url", "accept"),
    [
        ("/v1/actors", "image/png"),
        ("/v1/actors", "application/json;q=0"),
        ("/v1/actors/a/profile", "text/csv"),
        ("/v1/codebook", "text/csv"),
        ("/v1/status", "application/x-ndjson"),
    ],
)
async def test_what_cannot_be_given_is_not_acceptable(url: str, accept: str, client: Client) -> None:
    """Where no format is liked it is 406, which lists those that there are."""
    told = await client.problem(url, 406, accept=accept)
    assert told["type"] == "/problems/not-acceptable"
    assert "json" in told["known"]


def test_the_first_offered_is_the_usual_one() -> None:
    """Between equals the earlier offer wins."""
    assert wanted("text/csv,application/json", tuple(Format)) is Format.JSON


@pytest.mark.parametrize("of", ListName)
async def test_columns_are_always_the_same(of: ListName, client: Client) -> None:
    """A list's CSV has rank, key, the label's fields and every counter, also where it is nought."""
    lines = lines_of((await client.get(f"/v1/{of.value}?format=csv&limit=2")).text)
    counters = EVENT_COUNTERS[of] if of is ListName.EVENT_TYPES else COUNTERS[TableName(of.value)]
    header, first, _ = lines
    assert header[:2] == ["rank", "key"]
    assert tuple(header[-len(counters) :]) == counters
    cells = dict(zip(header, first, strict=True))
    assert cells["rank"] == "1"
    assert sum(int(cells[name]) for name in counters) == 100


async def test_compared_lists_have_columns_of_the_period_before(client: Client) -> None:
    """growth and before_* stand at the end."""
    text = (await client.get("/v1/topics?format=csv&limit=1&compare=true&from=2012-08-01&to=2012-08-02")).text
    assert lines_of(text) == [
        ["rank", "key", "name", "articles", "growth", "before_articles"],
        ["1", "medtop:00000000", "armed conflict", "100", "40", "60"],
    ]


async def test_a_list_with_days_has_a_row_a_day(client: Client) -> None:
    """With days=true each thing has as many rows as it has days."""
    text = (await client.get("/v1/topics?format=csv&limit=1&days=true")).text
    assert [line[3:] for line in lines_of(text)] == [
        ["day", "articles"],
        ["2012-07-31", "2"],
        ["2012-08-01", "3"],
        ["undated", "1"],
    ]


@pytest.mark.parametrize(
    ("url", "lines"),
    [
        ("/v1/actors/a", 4),
        ("/v1/pairs/a%7Cb", 4),
        ("/v1/event-types/AID", 4),
        ("/v1/days", 4),
        ("/v1/events?limit=3", 4),
        ("/v1/events/story/1/e1", 2),
        ("/v1/search?q=p", 2),
    ],
)
async def test_everything_flat_has_lines(url: str, lines: int, client: Client) -> None:
    """Each of these gives CSV with cells for its header, and NDJSON with an item a line."""
    answer = await client.get(url, accept="text/csv")
    table = lines_of(answer.text)
    assert len(table) == lines
    assert {len(row) for row in table} == {len(table[0])}
    items = (await client.get(url, accept="application/x-ndjson")).text.splitlines()
    whole = await client.found(url)
    assert [orjson.loads(item) for item in items] == whole.get("items", [whole.get("item")])


async def test_headers_carry_what_the_lines_cannot(client: Client, answers: FakeAnswers) -> None:
    """Total, next page and missing partitions of a list are in headers whatever the format."""
    answers.standing = PARTIAL
    answer = await client.get("/v1/actors?format=csv&limit=20&actor=a%20b%26c")
    assert answer.headers["x-tidings-total"] == "45"
    assert answer.headers["x-tidings-partitions-missing"] == "2"
    following = answer.links["next"]["url"]
    assert following.startswith("/v1/actors?format=csv&limit=20&actor=a+b%26c&cursor=")
    assert lines_of((await client.get(following)).text)[1][0] == "21"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\r=x", "=a,\"b'"])
def test_cells_are_no_formulas(text: str) -> None:
    """A text that a spreadsheet would compute begins with an apostrophe, in quotes."""
    written = formats.csv(("a",), [(text,)]).decode()
    assert lines_of(written) == [["a"], ["'" + text]]
    assert written.startswith("a\r\n\"'")


@pytest.mark.parametrize("text", ["plain", 'a "b"', "a,b", "a\nb", "a\r\nb", "ж"])
def test_cells_are_read_as_they_were(text: str) -> None:
    """Any other text comes back as it was, and numbers stay numbers."""
    assert lines_of(formats.csv(("a", "b", "c"), [(text, -5, None)]).decode())[1] == [text, "-5", ""]


async def test_texts_of_stories_cannot_be_formulas(client: Client) -> None:
    """A headline that begins with '=' is a text in CSV."""
    text = (await client.get("/v1/events?format=csv&limit=1")).text
    cells = dict(zip(*lines_of(text), strict=True))
    assert cells["article_title"] == '\'=HYPERLINK("x"), "quoted"'
    assert (cells["source_name"], cells["topics"]) == ("Syria", "medtop:20000056")


async def test_head_is_get_without_a_body(client: Client) -> None:
    """HEAD gives the headers of GET, also of a problem."""
    answer = await client.http.head("/v1/actors")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 100
    assert answer.headers["x-tidings-total"] == "45"
    assert (await client.http.head("/v1/actors?x=1")).status_code == 422


async def test_every_answer_is_guarded(client: Client, surroundings: Surroundings) -> None:
    """Answers are not sniffed, framed, stored or referred from; nothing is said to other origins."""
    for url in ("/v1/actors", "/v1/actors?x=1", "/nothing", "/healthz"):
        headers = (await client.get(url, origin="https://elsewhere.example")).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in headers
    as_problem(await client.http.options("/v1/actors"), 405)
