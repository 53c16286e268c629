"""Single things, days, events, profiles, histories, search and codes."""

import pytest
from api_surroundings import STATUS, Client, Surroundings, client_of
from fake_answers import PARTIAL, WHOLE, FakeAnswers

from schemas.plover import MODES, EventType, Quad
from schemas.tally import TableName
from streams.coding.actors.tables import SECTORS
from streams.counting.questions import ALL_DAYS, DayRange, Filters, ListName, Question
from streams.web.answers import Page, Standing
from streams.web.api.codebook import MEANINGS


@pytest.mark.parametrize(
    ("table", "key"),
    [
        (TableName.ACTORS, "country:SYR"),
        (TableName.TOPICS, "medtop:20000056"),
        (TableName.ACTOR_TOPICS, "country:SYR|medtop:20000056"),
        (TableName.PAIRS, "country:SYR|unlisted:a/b c"),
    ],
)
async def test_one_thing_has_its_days(
    table: TableName, key: str, client: Client, answers: FakeAnswers
) -> None:
    """A single thing is asked for by its raw key, and told by day and in all."""
    told = await client.found(f"/v1/{table.value}/{key.replace('|', '%7C').replace(' ', '%20')}")
    assert answers.asked == [("single", table, key, ALL_DAYS)]
    assert told["item"]["key"] == key
    assert told["item"]["counters"]["articles"] == 6
    assert list(told["item"]["days"]) == ["2012-07-31", "2012-08-01", "undated"]


async def test_what_is_not_counted_is_not_found(client: Client) -> None:
    """A key without counts is 404."""
    told = await client.problem("/v1/actors/nobody", 404)
    assert "'nobody'" in told["detail"]
    await client.problem("/v1/pairs/nobody%7Cx", 404)
    await client.problem("/v1/actors/nobody/profile", 404)
    await client.problem("/v1/pairs/nobody%7Cx/history", 404)
    await client.problem("/v1/actors/country:SYR?from=1999-01-01&to=1999-01-02", 404)


async def test_what_cannot_be_known_is_not_said_to_be_absent(client: Client, answers: FakeAnswers) -> None:
    """Where a thing's partition is missing the answer is 503, not 404."""
    answers.standing = PARTIAL
    for path in ("actors/nobody", "actors/nobody/profile", "pairs/nobody%7Cx/history", "events/none/e1"):
        assert (await client.problem(f"/v1/{path}", 503))["type"] == "/problems/incomplete"


async def test_a_profile_is_put_together(client: Client, answers: FakeAnswers) -> None:
    """A profile asks for the actor, its partners, topics, types both ways and newest events at once."""
    told = await client.found("/v1/actors/country:SYR/profile?from=2012-08-01&to=2012-08-01")
    days, either = DayRange("2012-08-01", "2012-08-01"), Filters(actor="country:SYR")
    expected = [
        ("single", TableName.ACTORS, "country:SYR", days),
        ("ranked", Question(ListName.PAIRS, days, either), Page(20)),
        ("ranked", Question(ListName.ACTOR_TOPICS, days, either), Page(20)),
        ("ranked", Question(ListName.EVENT_TYPES, days, Filters(source="country:SYR")), Page(100)),
        ("ranked", Question(ListName.EVENT_TYPES, days, Filters(target="country:SYR")), Page(100)),
        ("recent", either, days, 10, None),
        ("also_called", "country:SYR"),
    ]
    assert sorted(answers.asked, key=repr) == sorted(expected, key=repr)
    assert told["actor"]["days"] == {"2012-08-01": {"articles": 3, "mentions": 4}}
    assert told["types"]["as_source"]["ASSAULT"] > 0
    assert len(told["events"]) == 10
    assert told["also_called"] == ["Syrian jets"]
    assert told["partners"][0]["label"]["source_name"] == "Syria"


async def test_a_history_tells_both_ways(client: Client, answers: FakeAnswers) -> None:
    """A pair's history has its days, those of the reverse pair, and the newest events of both."""
    told = await client.found("/v1/pairs/a%7Cb/history")
    assert [asked[2] for asked in answers.asked if asked[0] == "single"] == ["a|b", "b|a"]
    assert [asked[1] for asked in answers.asked if asked[0] == "recent"] == [
        Filters(source="a", target="b"),
        Filters(source="b", target="a"),
    ]
    moments = [event["article"]["published_at"] for event in told["events"]]
    assert moments == sorted(moments, reverse=True)
    assert len(moments) == 20
    assert (await client.found("/v1/pairs/a%7Cb/history"))["reverse"]["key"] == "b|a"


async def test_standings_are_merged(client: Client, answers: FakeAnswers) -> None:
    """What any part of a portrait lacks, the whole lacks."""
    recent = answers.recent

    async def partial(*asked: object, **options: object) -> object:
        answers.standing = Standing((0, 2), (1,), ("worker b: recovering",))
        told = await recent(*asked, **options)  # type: ignore[arg-type]
        answers.standing = WHOLE
        return told

    answers.recent = partial  # type: ignore[assignment, method-assign]
    told = await client.found("/v1/actors/country:SYR/profile")
    assert told["partitions"] == {"answered": [0, 2], "missing": [1], "why": ["worker b: recovering"]}


async def test_one_event_type(client: Client, answers: FakeAnswers) -> None:
    """An event type has its events and articles by day."""
    told = await client.found("/v1/event-types/ASSAULT")
    assert answers.asked == [("by_day", Filters(types=frozenset({EventType.ASSAULT})), ALL_DAYS)]
    assert told["item"]["label"] == {"name": "Assault", "quad": "material-conflict"}
    assert told["item"]["counters"] == {"articles": 6, "events": 9}
    assert "ASSAULT" in (await client.problem("/v1/event-types/ASAULT", 404))["detail"]


async def test_days_in_order(client: Client) -> None:
    """The series is oldest first, without zeros, those without a date last."""
    told = await client.found("/v1/days?type=ASSAULT")
    assert [item["day"] for item in told["items"]] == ["2012-07-31", "2012-08-01", "undated"]
    assert told["items"][0]["counters"] == {"articles": 2, "events": 3, "ASSAULT": 3}


async def test_events_are_told_with_marks(client: Client) -> None:
    """An event has its story, names, a meaning, and marks where the coder read sides and trigger."""
    (event,) = (await client.found("/v1/events?limit=1"))["items"]
    marks = {mark["role"]: event["sentence"][mark["start"] : mark["end"]] for mark in event["marks"]}
    assert marks == {"source": "Syrian jets", "trigger": "bombed", "target": "Aleppo"}
    assert [mark["start"] for mark in event["marks"]] == sorted(mark["start"] for mark in event["marks"])
    assert event["source"] == {
        "actor": "country:SYR",
        "name": "Syria",
        "code": "SYR",
        "text": "Syrian jets",
    }
    assert event["target"]["name"] is None
    assert event["article"]["id"] == "story/25"
    assert "aircraft" in event["meaning"]
    assert event["topics"] == [{"code": "medtop:20000056", "name": "armed conflict"}]


async def test_events_page_by_moment(client: Client, answers: FakeAnswers) -> None:
    """The next page has the events after the last one."""
    first = await client.found("/v1/events?limit=20")
    second = await client.found(f"/v1/events?limit=20&cursor={first['next']}")
    keys = [event["key"] for event in (*first["items"], *second["items"])]
    assert keys == [f"story/{number}/e1" for number in range(25, 0, -1)]
    assert second["next"] is None


async def test_one_event(client: Client) -> None:
    """An event is found by its key, which may hold slashes."""
    assert (await client.found("/v1/events/story/3/e1"))["item"]["key"] == "story/3/e1"
    await client.problem("/v1/events/story/99/e1", 404)


async def test_actors_are_found_by_name(client: Client, answers: FakeAnswers) -> None:
    """The search tells the name that matched."""
    (found,) = (await client.found("/v1/search?q=putin&limit=5"))["items"]
    assert answers.asked == [("search", "putin", 5)]
    assert (found["key"], found["matched"], found["counters"]) == (
        "person:vladimir-putin",
        "-Putin",
        {"articles": 4},
    )


async def test_every_code_has_a_meaning(client: Client) -> None:
    """The codebook explains each type, each of its modes, each quad class and each sector."""
    told = await client.found("/v1/codebook")
    assert [each["type"] for each in told["types"]] == [kind.value for kind in EventType]
    assert {each["quad"] for each in told["quads"]} == set(Quad)
    assert {each["sector"] for each in told["sectors"]} == SECTORS
    assert set(MEANINGS) == {(kind, mode) for kind, modes in MODES.items() for mode in modes}
    assert all(mode["meaning"] for each in told["types"] for mode in each["modes"])


async def test_the_state_of_the_service(client: Client, answers: FakeAnswers) -> None:
    """/v1/status tells what the worker knows of the pipeline."""
    assert await client.found("/v1/status") == STATUS.model_dump(mode="json")
    await client.problem("/v1/status?x=1", 422)


async def test_a_worker_without_answers_says_why(surroundings: Surroundings) -> None:
    """A worker that knows nobody who counts answers 503 with the reason, but explains codes."""
    async with client_of(surroundings.api(None)) as http:
        client = Client(http)
        told = await client.problem("/v1/actors", 503)
        assert told["type"] == "/problems/not-ready"
        assert "only codes" in told["detail"]
        await client.found("/v1/codebook")
