"""What is refused, and how."""

import base64
from urllib.parse import quote

import orjson
import pytest
from api_surroundings import Client, Surroundings, as_problem, client_of
from fake_answers import NOT_READY, FakeAnswers

from streams.web.api.cursors import MOST_CHARACTERS
from streams.web.api.problems import KINDS

WEEK = "from=2012-08-01&to=2012-08-07"


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("/v1/actors?limt=3", "Did you mean 'limit'"),
        ("/v1/actors?limt=3", "known: from, to,"),
        ("/v1/actors?source=x", "'source' is no parameter"),
        ("/v1/topics?kind=person", "'kind' is no parameter"),
        ("/v1/status?a=1", "known: none"),
        ("/v1/actors?=1", "'' is no parameter"),
        ("/v1/actors?limit=0", "limit: '0' is no whole number from 1 to 1000"),
        ("/v1/actors?limit=1001", "from 1 to 1000"),
        ("/v1/actors?limit=99999999999999999999", "from 1 to 1000"),
        ("/v1/actors?limit=%D9%A3", "limit"),
        ("/v1/actors?limit=1&limit=2", "limit: is given 2 times"),
        ("/v1/actors?limit=", "limit: ''"),
        ("/v1/actors?from=2012-02-30", "from: '2012-02-30' is no day of the calendar"),
        ("/v1/actors?from=20120801", "from: '20120801' is no day"),
        ("/v1/actors?to=12012-08-01", "to:"),
        ("/v1/actors?to=0000-01-01", "to: '0000-01-01' is no day of the calendar"),
        ("/v1/actors?from=2012-08-02&to=2012-08-01", "from: 2012-08-02 is after to=2012-08-01"),
        ("/v1/actors/a?from=2012-08-02&to=2012-08-01", "from: 2012-08-02 is after"),
        ("/v1/actors?type=ASAULT", "Did you mean 'ASSAULT'"),
        ("/v1/actors?type=assault", "Did you mean 'ASSAULT'"),
        ("/v1/actors?type=", "type: '' is no type"),
        ("/v1/actors?quad=conflict", "quad"),
        ("/v1/actors?mode=ariel", "Did you mean 'aerial'"),
        ("/v1/actors?country=SYRI", "Did you mean 'SYR'"),
        ("/v1/actors?country=syr", "Did you mean 'SYR'"),
        ("/v1/actors?sector=ARMY", "sector: 'ARMY' is no sector"),
        ("/v1/actors?kind=human", "kind: 'human' is no kind"),
        ("/v1/actors?least_confidence=nan", "least_confidence: 'nan' is no number from 0 to 1"),
        ("/v1/actors?least_confidence=inf", "least_confidence"),
        ("/v1/actors?least_confidence=1.01", "least_confidence"),
        ("/v1/actors?least_confidence=-0", "least_confidence"),
        ("/v1/actors?least_confidence=1_0e-2", "least_confidence"),
        ("/v1/actors?sort=events", "sort: 'events' is not counted with these filters"),
        ("/v1/actors?sort=mentions&type=AID", "can be: count, growth, articles, events, source, target"),
        ("/v1/actors?sort=mention", "Did you mean 'mentions'"),
        ("/v1/actors?sort=ASSAULT", "is no order of this list"),
        ("/v1/actors?compare=true", "compare: needs both from and to"),
        ("/v1/actors?compare=true&from=2012-08-01", "compare: needs both from and to"),
        ("/v1/actors?sort=growth&to=2012-08-01", "sort=growth: needs both from and to"),
        ("/v1/actors?compare=1", "compare: '1' is neither true nor false"),
        ("/v1/actors?compare=true&from=0001-01-02&to=0001-01-09", "has not as many days before it"),
        ("/v1/actors?days=true&type=AID", "days: is not known where single events are filtered"),
        ("/v1/event-types?days=true", "days: is not known"),
        ("/v1/actors?days=true&limit=101", "limit: is 101; with days=true at most 100"),
        ("/v1/actors?format=xml", "format: 'xml' is no format"),
        ("/v1/actors?actor=", "actor: is empty"),
        ("/v1/actors?actor=a%00b", "actor: has control characters"),
        (f"/v1/actors?actor={'x' * 1025}", "actor: is longer than 1024 bytes"),
        (f"/v1/actors?actor={quote('ж' * 513)}", "actor: is longer than 1024 bytes"),
        (f"/v1/actors?{'&'.join(['type=AID'] * 33)}", "type: is given 33 times; 32 at most"),
        (f"/v1/actors?{'&'.join(['type=AID'] * 101)}", "101 parameters"),
        ("/v1/actors?actor=%FF", "not UTF-8"),
        ("/v1/actors/a%00b", "key: has control characters"),
        (f"/v1/actors/{'x' * 1025}", "key: is longer than 1024 bytes"),
        ("/v1/actors/", "key: is empty"),
        ("/v1/pairs/a", "a pair is 'source|target'"),
        ("/v1/pairs/a%7C/history", "a pair is 'source|target'"),
        ("/v1/actor-topics/a", "an actor with a topic is 'actor|topic'"),
        ("/v1/events/a", "the key of an event is 'article id/event id'"),
        ("/v1/search", "q: is needed"),
        ("/v1/search?q=", "q: is empty"),
        ("/v1/search?q=x&limit=101", "from 1 to 100"),
        ("/v1/actors/a?limit=1", "'limit' is no parameter"),
        ("/v1/events?sort=count", "'sort' is no parameter"),
        ("/v1/days?limit=1", "'limit' is no parameter"),
    ],
)
async def test_bad_questions_are_named(url: str, named: str, client: Client, answers: FakeAnswers) -> None:
    """What cannot be asked is 422, names the fault, and asks nobody."""
    assert named in (await client.problem(url, 422))["detail"]
    assert not answers.asked


@pytest.mark.parametrize("path", ["actors?type=X", "actors?country=XYZ", "actors?sector=X", "actors?sort=X"])
async def test_what_could_stand_there_is_listed(path: str, client: Client) -> None:
    """A problem with a closed set lists it."""
    assert len((await client.problem(f"/v1/{path}", 422))["known"]) > 4


@pytest.mark.parametrize(
    "word",
    [
        "x",
        "!!!!",
        "é",
        "WzEsImwiXQ",
        "A" * (MOST_CHARACTERS + 1),
        "W10",
        "bnVsbA",
        "WzEsImwiLCJhIiwicyIsImEiLCJrIiwxXQ",
        "W1tbW1tbW1tbW1tbW1tb",
        "eyJhIjogMX0",
        "_" * 64,
    ],
)
async def test_garbage_is_no_cursor(word: str, client: Client) -> None:
    """A cursor that no page gave is refused, whatever it holds."""
    for path in ("actors", "events"):
        told = await client.problem(f"/v1/{path}?cursor={quote(word)}", 422)
        assert told["type"] == "/problems/invalid-cursor"


def forged(cursor: str, place: int, value: object) -> str:
    """A cursor with another field in this place."""
    fields = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    fields[place] = value
    return base64.urlsafe_b64encode(orjson.dumps(fields)).rstrip(b"=").decode()


@pytest.mark.parametrize(
    ("path", "place", "value"),
    [
        *(
            ("events", 3, moment)
            for moment in ("x", "2012", "2012-13-99T99:99:99Z", "2012-08-01T00:00:00", 3)
        ),
        *(("events", 4, key) for key in (None, 3, [])),
        *(("actors", 3, snapshot) for snapshot in (None, 3, [])),
        *(("actors", 4, value) for value in (None, "1", 1.5, 2**62, -(2**63), [])),
        *(("actors", 6, rank) for rank in (0, -1, 2**62, None, "1")),
        *(("actors", 0, version) for version in (0, 2, None, "1")),
    ],
)
async def test_forged_cursors_reach_nobody(path: str, place: int, value: object, client: Client) -> None:
    """A cursor whose fields cannot be is refused before anybody is asked."""
    cursor = (await client.found(f"/v1/{path}"))["next"]
    told = await client.problem(f"/v1/{path}?cursor={forged(cursor, place, value)}", 422)
    assert told["type"] == "/problems/invalid-cursor"


@pytest.mark.parametrize(
    "other", ["actors?sort=mentions", "actors?country=SYR", "topics?", "events?", f"actors?{WEEK}"]
)
async def test_a_cursor_is_of_one_question(other: str, client: Client) -> None:
    """A cursor goes with the parameters of the page that gave it."""
    cursor = (await client.found("/v1/actors"))["next"]
    told = await client.problem(f"/v1/{other}&cursor={cursor}".replace("?&", "?"), 422)
    assert told["type"] == "/problems/invalid-cursor"


async def test_a_frozen_list_may_be_gone(
    client: Client, answers: FakeAnswers, surroundings: Surroundings
) -> None:
    """A page of a list that is no longer kept is 410, and counted."""
    cursor = (await client.found("/v1/actors"))["next"]
    answers.gone.add("frozen-1")
    told = await client.problem(f"/v1/actors?cursor={cursor}", 410)
    assert told["type"] == "/problems/cursor-gone"
    assert surroundings.metrics.registry.get_sample_value("tidings_cursors_gone_total") == 1


async def test_nobody_ready(client: Client, answers: FakeAnswers) -> None:
    """Where nobody can answer it is 503, with the reason and when to come back."""
    answers.fault = NOT_READY
    answer = await client.get("/v1/actors")
    assert "recovering" in as_problem(answer, 503)["detail"]
    assert int(answer.headers["retry-after"]) > 0


async def test_faults_tell_nothing_of_the_inside(client: Client, answers: FakeAnswers) -> None:
    """An unforeseen fault is a problem without a trace of its cause."""
    answers.fault = ZeroDivisionError("a secret")
    answer = await client.get("/v1/actors")
    assert as_problem(answer, 500)["type"] == "/problems/internal-error"
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


async def test_unknown_paths_and_methods(client: Client) -> None:
    """What is not there is 404, what cannot be done 405 with the methods that can."""
    for path in ("/v1/stories", "/nothing", "/v1", "/docs/assets/x.js", "/problems/x", "/v1/actors%2F"):
        as_problem(await client.get(path), 404 if "%2F" not in path else 422)
    answer = await client.http.post("/v1/actors")
    as_problem(answer, 405)
    assert "GET" in answer.headers["allow"]


async def test_large_requests(client: Client) -> None:
    """A URL, headers or a body beyond all use are refused with a status of their own."""
    await client.problem(f"/v1/actors?actor={'x' * 20_000}", 414)
    await client.problem("/v1/actors", 431, **{f"x-{number}": "1" for number in range(70)})
    await client.problem("/v1/actors", 431, cookie="x" * 40_000)
    as_problem(await client.http.request("GET", "/v1/actors", content=b"x" * 20_000), 413)
    await client.problem("/v1/actors", 413, **{"content-length": "9" * 5_000})


@pytest.mark.parametrize("name", KINDS)
async def test_every_problem_is_explained(name: str, client: Client) -> None:
    """The type of each problem is a page that says what it means and what helps."""
    answer = await client.get(f"/problems/{name}")
    assert answer.status_code == 200
    assert KINDS[name].remedy in answer.text


async def test_repeated_refusals_do_not_wait(surroundings: Surroundings, answers: FakeAnswers) -> None:
    """What is refused leaves no place of the turnstile taken."""
    answers.fault = NOT_READY
    async with client_of(surroundings.api(answers)) as http:
        for _ in range(30):
            as_problem(await http.get("/v1/actors"), 503)
