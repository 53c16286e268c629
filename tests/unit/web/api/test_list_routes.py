"""The ranked lists."""

from typing import Any

import pytest
from api_surroundings import Client, Surroundings
from fake_answers import PARTIAL, FakeAnswers

from schemas.coding import ActorKind
from schemas.plover import EventType, Quad
from streams.counting.questions import DayRange, Filters, ListName, Question
from streams.web.answers import Page

WEEK = "from=2012-08-01&to=2012-08-07"


def question(answers: FakeAnswers) -> Question:
    """What was asked last."""
    asked = [each for each in answers.asked if each[0] == "ranked"][-1]
    assert isinstance(asked[1], Question)
    return asked[1]


@pytest.mark.parametrize("of", ListName)
async def test_every_list_is_ranked(of: ListName, client: Client, answers: FakeAnswers) -> None:
    """Each list gives its things with ranks, labels, counters, and what the answer stands on."""
    told = await client.found(f"/v1/{of.value}?limit=2")
    assert [item["rank"] for item in told["items"]] == [1, 2]
    assert told["total"] == 45
    assert told["counter"] == question(answers).counter
    assert told["partitions"] == {"answered": [0, 1, 2], "missing": [], "why": []}
    assert told["items"][0]["counters"] == {told["counter"]: 100}
    assert answers.asked == [("ranked", Question(of), Page(2))]


async def test_filters_become_those_of_the_question(client: Client, answers: FakeAnswers) -> None:
    """Each parameter filters what its name says."""
    await client.found(
        "/v1/events?type=ASSAULT&type=AID&quad=material-conflict&mode=aerial&least_confidence=0.5&topic=t"
        "&actor=a%7Cb&source=s&target=t&country=SYR&sector=GOV&from=2012-08-01&to=2012-08-01"
    )
    assert answers.asked[-1][1:3] == (
        Filters(
            types=frozenset({EventType.ASSAULT, EventType.AID}),
            quads=frozenset({Quad.MATERIAL_CONFLICT}),
            modes=frozenset({"aerial"}),
            least_confidence=0.5,
            topic="t",
            actor="a|b",
            source="s",
            target="t",
            country="SYR",
            sector="GOV",
        ),
        DayRange("2012-08-01", "2012-08-01"),
    )
    await client.found("/v1/actors?kind=person")
    assert question(answers).filters == Filters(kind=ActorKind.PERSON)


@pytest.mark.parametrize(
    ("asked", "days", "before"),
    [
        ("from=2012-08-01&to=2012-08-07", ("2012-08-01", "2012-08-07"), ("2012-07-25", "2012-07-31")),
        ("from=2012-03-01&to=2012-03-01", ("2012-03-01", "2012-03-01"), ("2012-02-29", "2012-02-29")),
    ],
)
async def test_the_period_before_is_as_long(
    asked: str, days: tuple[str, str], before: tuple[str, str], client: Client, answers: FakeAnswers
) -> None:
    """A comparison is with as many days, which end the day before the first."""
    told = await client.found(f"/v1/actors?compare=true&{asked}")
    assert question(answers) == Question(ListName.ACTORS, DayRange(*days), before=DayRange(*before))
    assert told["items"][0]["before"] == {"articles": 60}
    assert told["items"][0]["growth"] == 40


async def test_order_by_growth_compares(client: Client, answers: FakeAnswers) -> None:
    """sort=growth asks for the period before, without compare."""
    await client.found(f"/v1/pairs?sort=growth&{WEEK}")
    asked = question(answers)
    assert (asked.by_growth, asked.counter, asked.before) == (
        True,
        "events",
        DayRange("2012-07-25", "2012-07-31"),
    )


async def test_without_comparison_there_is_no_growth(client: Client) -> None:
    """Where nothing is compared, neither the counts before nor the growth are told."""
    (item,) = (await client.found("/v1/actors?limit=1"))["items"]
    assert (item["before"], item["growth"], item["days"]) == (None, None, None)


async def test_order_by_a_counter(client: Client, answers: FakeAnswers) -> None:
    """A counter of the answer can be ordered by, also one that only answers from events have."""
    assert (await client.found("/v1/pairs?sort=ASSAULT"))["counter"] == "ASSAULT"
    assert (await client.found("/v1/actors?type=ASSAULT&sort=events"))["counter"] == "events"


async def test_pages_continue(client: Client, answers: FakeAnswers) -> None:
    """Following `next` gives every thing once, with ranks that go on, from the list that was frozen."""
    items: list[dict[str, Any]] = []
    url: str | None = "/v1/actors?limit=20&country=SYR&type=AID&type=ASSAULT"
    while url:
        answer = await client.get(url)
        told = answer.json()
        items += told["items"]
        url = answer.links["next"]["url"] if "next" in answer.links else None
        assert (url is None) == (told["next"] is None)
    assert [item["rank"] for item in items] == list(range(1, 46))
    assert len({item["key"] for item in items}) == 45
    assert [page.snapshot for _, _, page in answers.asked] == [None, "frozen-1", "frozen-1"]


async def test_a_page_may_be_longer_than_the_one_before(client: Client) -> None:
    """limit, format and the order of parameters may change from page to page."""
    first = await client.found("/v1/actors?limit=1&type=AID&type=ASSAULT&country=SYR")
    rest = await client.found(
        f"/v1/actors?format=json&country=SYR&type=ASSAULT&type=AID&limit=2&cursor={first['next']}"
    )
    assert [item["rank"] for item in rest["items"]] == [2, 3]


async def test_days_of_a_list(client: Client, answers: FakeAnswers) -> None:
    """days=true gives each thing's counts by day, oldest first, those without a date last."""
    told = await client.found("/v1/actors?days=true&limit=2")
    assert list(told["items"][0]["days"].items()) == [
        ("2012-07-31", {"articles": 2}),
        ("2012-08-01", {"articles": 3, "mentions": 4}),
        ("undated", {"articles": 1}),
    ]


@pytest.mark.parametrize(
    ("url", "table", "key"),
    [
        ("/v1/actors?days=true&limit=1&topic=medtop:1", "actor-topics", "actor:0|medtop:1"),
        ("/v1/topics?days=true&limit=1&actor=country:SYR", "actor-topics", "country:SYR|medtop:00000000"),
        ("/v1/pairs?days=true&limit=1&actor=country:SYR", "pairs", "country:SYR|country:0"),
    ],
)
async def test_days_come_from_where_the_counts_are(
    url: str, table: str, key: str, client: Client, answers: FakeAnswers
) -> None:
    """Actors of a topic, and topics of an actor, have the days of the actor with the topic."""
    await client.found(url)
    assert answers.asked[-1][:3] == ("single", table, key)


async def test_missing_partitions_are_named(client: Client, answers: FakeAnswers) -> None:
    """An answer that lacks partitions says which and why, in the body and in a header."""
    answers.standing = PARTIAL
    answer = await client.get("/v1/actors?limit=1")
    assert answer.json()["partitions"] == {
        "answered": [0, 1],
        "missing": [2],
        "why": ["worker http://10.0.0.7:6066: no answer within 2 s"],
    }
    assert answer.headers["x-tidings-partitions-missing"] == "2"


async def test_partial_answers_are_counted(
    client: Client, answers: FakeAnswers, surroundings: Surroundings
) -> None:
    """The metric tells how many answers lacked partitions, by route."""
    answers.standing = PARTIAL
    await client.found("/v1/actors/a")
    value = surroundings.metrics.registry.get_sample_value
    assert value("tidings_partial_answers_total", {"route": "/v1/actors/{key:path}"}) == 1


async def test_complete_answers_can_be_asked_for(client: Client, answers: FakeAnswers) -> None:
    """complete=true refuses what would lack partitions, and says when to come back."""
    answers.standing = PARTIAL
    answer = await client.get("/v1/actors?complete=true")
    assert int(answer.headers["retry-after"]) > 0
    told = await client.problem("/v1/actors?complete=true", 503)
    assert told["type"] == "/problems/incomplete"
    assert "2" in told["detail"]
