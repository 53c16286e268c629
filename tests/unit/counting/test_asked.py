"""Answers of the plain loop to small questions, worked out by hand."""

from datetime import timedelta

import pytest
from hand_made import MONDAY, TUESDAY, actor, coded, coding, event, topic

from schemas.plover import EventType, Quad
from schemas.tally import Counters
from streams.counting.asked import answer, answer_days, answer_events
from streams.counting.questions import (
    ALL_DAYS,
    NO_FILTERS,
    Basis,
    DayRange,
    Filters,
    ListName,
    Question,
)

ASSAULT, AID, CONSULT = EventType.ASSAULT, EventType.AID, EventType.CONSULT
ON_MONDAY = DayRange("2012-07-30", "2012-07-30")
ON_TUESDAY = DayRange("2012-07-31", "2012-07-31")

RUS, GEO, USA = actor("rus", code="RUS"), actor("geo", code="GEO"), actor("usa", mentions=5, code="USA")
STORIES = [
    coded(
        "a",
        says=coding(
            actors=[RUS, GEO, USA, actor("role::CVL")],
            topics=[topic("war"), topic("oil")],
            events=[
                event("rus", ASSAULT, "geo", id="1", confidence=0.9, mode="aerial"),
                event("rus", AID, "usa", id="2", confidence=0.6),
                event("rus", ASSAULT, "role::CVL", id="3"),
                event("geo", ASSAULT, "rus", id="4", historical=True),
            ],
        ),
    ),
    coded(
        "b",
        offset=1,
        published_at=TUESDAY,
        says=coding(
            actors=[RUS, GEO],
            topics=[topic("war")],
            events=[event("geo", CONSULT, "rus", id="1"), event("geo", CONSULT, "stranger", id="2")],
        ),
    ),
    coded(
        "c",
        offset=2,
        published_at=None,
        says=coding(actors=[GEO], topics=[topic("oil")], events=[event("geo", AID, None, id="1")]),
    ),
    coded("d", offset=3, says=coding(actors=[USA], events=[event("usa", AID, None, id="1")])),
    coded("d", offset=4, content="gone", says=None),
]
A, B = STORIES[:2]


def told(of: ListName, filters: Filters = NO_FILTERS, **more: object) -> dict[str, Counters]:
    question = Question(of, filters=filters, **more)  # type: ignore[arg-type]
    return {key: counters for key, counters, _ in answer(STORIES, question)}


def test_a_list_of_the_tables_sums_the_days() -> None:
    """Without filters a list has the tables' counters, best first, equals by key; withdrawn stories none."""
    assert answer(STORIES, Question(ListName.ACTORS)) == [
        ("geo", {"articles": 3, "mentions": 3, "source": 3, "target": 1}, None),
        ("rus", {"articles": 2, "mentions": 2, "source": 3, "target": 1}, None),
        ("usa", {"articles": 1, "mentions": 5, "target": 1}, None),
    ]
    by_mentions = answer(STORIES, Question(ListName.ACTORS, sort="mentions"))
    assert [key for key, _, _ in by_mentions] == ["usa", "geo", "rus"]
    assert told(ListName.TOPICS) == {"oil": {"articles": 2}, "war": {"articles": 2}}


def test_days_are_of_the_story() -> None:
    """A range takes the days that it holds; undated stories are only in that of all days."""
    assert told(ListName.TOPICS, days=ON_TUESDAY) == {"war": {"articles": 1}}
    assert told(ListName.TOPICS, days=DayRange(last="2012-07-30")) == {
        "oil": {"articles": 1},
        "war": {"articles": 1},
    }
    assert set(told(ListName.EVENT_TYPES, days=DayRange("2012-01-01"))) == {"ASSAULT", "AID", "CONSULT"}


def test_growth_compares_with_the_days_before() -> None:
    """By growth the order is that of now less before; what is not there now is not listed."""
    question = Question(ListName.ACTORS, ON_TUESDAY, by_growth=True, before=ON_MONDAY, sort="source")
    assert answer(STORIES, question) == [
        ("geo", {"articles": 1, "mentions": 1, "source": 2}, {"articles": 1, "mentions": 1, "target": 1}),
        ("rus", {"articles": 1, "mentions": 1, "target": 1}, {"articles": 1, "mentions": 1, "source": 3}),
    ]
    turned = Question(ListName.ACTORS, ON_MONDAY, before=ON_TUESDAY)
    assert [before for _, _, before in answer(STORIES, turned)][-1] == {}


LISTED = {
    "certain assaults count for their sides": (
        ListName.ACTORS,
        Filters(types=frozenset({ASSAULT}), least_confidence=0.9),
        {
            "geo": {"articles": 1, "events": 1, "target": 1},
            "rus": {"articles": 1, "events": 1, "source": 1},
        },
    ),
    "nobody in particular is not listed": (
        ListName.ACTORS,
        Filters(types=frozenset({ASSAULT})),
        {
            "rus": {"articles": 1, "events": 2, "source": 2},
            "geo": {"articles": 1, "events": 1, "target": 1},
        },
    ),
    "those across from an actor": (
        ListName.ACTORS,
        Filters(actor="rus"),
        {
            "geo": {"articles": 2, "events": 2, "source": 1, "target": 1},
            "usa": {"articles": 1, "events": 1, "target": 1},
        },
    ),
    "a country tells of the listed actor": (
        ListName.ACTORS,
        Filters(source="rus", country="USA"),
        {"usa": {"articles": 1, "events": 1, "target": 1}},
    ),
    "else of either side": (
        ListName.EVENT_TYPES,
        Filters(country="USA"),
        {"AID": {"articles": 1, "events": 1}},
    ),
    "a mode": (
        ListName.EVENT_TYPES,
        Filters(modes=frozenset({"aerial"})),
        {"ASSAULT": {"articles": 1, "events": 1}},
    ),
    "a quad class": (
        ListName.EVENT_TYPES,
        Filters(quads=frozenset({Quad.VERBAL_COOPERATION})),
        {"CONSULT": {"articles": 1, "events": 2}},
    ),
    "all types, also with sides that nobody knows": (
        ListName.EVENT_TYPES,
        NO_FILTERS,
        {
            "AID": {"articles": 2, "events": 2},
            "ASSAULT": {"articles": 1, "events": 2},
            "CONSULT": {"articles": 1, "events": 2},
        },
    ),
    "topics of stories with such an event": (
        ListName.TOPICS,
        Filters(types=frozenset({AID})),
        {"oil": {"articles": 2, "events": 2}, "war": {"articles": 1, "events": 1}},
    ),
    "the topic that is asked for alone": (
        ListName.TOPICS,
        Filters(types=frozenset({AID}), topic="war"),
        {"war": {"articles": 1, "events": 1}},
    ),
    "sides with the topics of their story": (
        ListName.ACTOR_TOPICS,
        Filters(types=frozenset({CONSULT})),
        {"geo|war": {"articles": 1, "events": 2}, "rus|war": {"articles": 1, "events": 1}},
    ),
    "one actor with topics": (
        ListName.ACTOR_TOPICS,
        Filters(types=frozenset({ASSAULT}), actor="geo", topic="oil"),
        {"geo|oil": {"articles": 1, "events": 1}},
    ),
    "pairs of stories about a topic": (
        ListName.PAIRS,
        Filters(topic="war"),
        {
            "geo|rus": {"articles": 1, "events": 1, "CONSULT": 1},
            "rus|geo": {"articles": 1, "events": 1, "ASSAULT": 1},
            "rus|usa": {"articles": 1, "events": 1, "AID": 1},
        },
    ),
    "actors of a topic, from the tables": (
        ListName.ACTORS,
        Filters(topic="oil"),
        {"geo": {"articles": 2}, "rus": {"articles": 1}, "usa": {"articles": 1}},
    ),
    "topics of an actor, from the tables": (
        ListName.TOPICS,
        Filters(actor="geo"),
        {"oil": {"articles": 2}, "war": {"articles": 2}},
    ),
    "pairs with an actor, from the tables": (
        ListName.PAIRS,
        Filters(actor="usa"),
        {"rus|usa": {"articles": 1, "events": 1, "AID": 1}},
    ),
    "pairs of a country, from the tables": (
        ListName.PAIRS,
        Filters(country="GEO"),
        {
            "geo|rus": {"articles": 1, "events": 1, "CONSULT": 1},
            "rus|geo": {"articles": 1, "events": 1, "ASSAULT": 1},
        },
    ),
    "actors of a kind, from the tables": (ListName.ACTORS, Filters(kind="person"), {}),
}


@pytest.mark.parametrize(("of", "filters", "expected"), LISTED.values(), ids=LISTED)
def test_a_list_of_what_passes(of: ListName, filters: Filters, expected: dict[str, Counters]) -> None:
    """Each filter means what `Filters` says, and each list counts what EVENT_COUNTERS says."""
    assert told(of, filters) == expected


def test_events_by_day() -> None:
    """Stories and matching events by the day of the story, undated last."""
    assert answer_days(STORIES, NO_FILTERS, ALL_DAYS) == {
        "2012-07-30": {"articles": 1, "events": 3, "ASSAULT": 2, "AID": 1},
        "2012-07-31": {"articles": 1, "events": 2, "CONSULT": 2},
        "undated": {"articles": 1, "events": 1, "AID": 1},
    }
    assert answer_days(STORIES, Filters(actor="usa"), ON_MONDAY) == {
        "2012-07-30": {"articles": 1, "events": 1, "AID": 1}
    }


def test_events_come_newest_first() -> None:
    """By the second in which their story was published, then by key; those of no date last."""
    assert answer_events(STORIES, NO_FILTERS, ALL_DAYS) == ["b/1", "b/2", "a/1", "a/2", "a/3", "c/1"]
    soon = A.model_copy(update={"article_id": "0", "published_at": MONDAY + timedelta(milliseconds=900)})
    assert answer_events([A, soon], Filters(types=frozenset({AID})), ALL_DAYS) == ["0/2", "a/2"]


BOTH = {
    ListName.ACTORS: {"source", "target"},
    ListName.PAIRS: {"articles", "events", *EventType},
}


@pytest.mark.parametrize("of", BOTH)
@pytest.mark.parametrize("days", [ALL_DAYS, ON_MONDAY, ON_TUESDAY])
def test_stories_and_tallies_agree(of: ListName, days: DayRange) -> None:
    """Where tables and stories count the same, an unfiltered question has the same numbers from both."""

    def numbers(basis: Basis) -> dict[str, Counters]:
        listed = answer(STORIES, Question(of, days), basis=basis)
        same = {key: {name: n for name, n in row.items() if name in BOTH[of]} for key, row, _ in listed}
        return {key: counters for key, counters in same.items() if counters}

    assert numbers(Basis.STORIES) == numbers(Basis.TALLIES) != {}
