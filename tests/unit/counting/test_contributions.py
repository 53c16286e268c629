"""What one coded article adds to the tables, worked out by hand."""

import pytest
from hand_made import MONDAY, TUESDAY, actor, coded, coding, counters_of, event, topic

from schemas.plover import EventType
from schemas.tally import TableName
from streams.counting.contributions import contributions_of, difference, is_news

ACTORS, TOPICS, ACTOR_TOPICS, PAIRS = TableName

STORY = coded(
    says=coding(
        actors=[actor("rus", mentions=3, code="RUS"), actor("geo", mentions=2)],
        topics=[topic("war"), topic("oil")],
        events=[
            event("rus", EventType.ASSAULT, "geo"),
            event("rus", EventType.ASSAULT, "geo"),
            event("rus", EventType.THREATEN, "geo"),
            event("geo", EventType.ACCUSE, "rus"),
            event("geo", EventType.PROTEST, None),
        ],
    )
)


def test_a_hand_made_story_counts_as_worked_out_by_hand() -> None:
    """Actors, topics, actors with topics and pairs get exactly the counters that a reader finds."""
    assert counters_of(contributions_of(STORY)) == {
        (ACTORS, "geo"): {"2012-07-30": {"articles": 1, "mentions": 2, "source": 2, "target": 3}},
        (ACTORS, "rus"): {"2012-07-30": {"articles": 1, "mentions": 3, "source": 3, "target": 1}},
        (TOPICS, "oil"): {"2012-07-30": {"articles": 1}},
        (TOPICS, "war"): {"2012-07-30": {"articles": 1}},
        (ACTOR_TOPICS, "geo|oil"): {"2012-07-30": {"articles": 1}},
        (ACTOR_TOPICS, "geo|war"): {"2012-07-30": {"articles": 1}},
        (ACTOR_TOPICS, "rus|oil"): {"2012-07-30": {"articles": 1}},
        (ACTOR_TOPICS, "rus|war"): {"2012-07-30": {"articles": 1}},
        (PAIRS, "rus|geo"): {"2012-07-30": {"articles": 1, "events": 3, "ASSAULT": 2, "THREATEN": 1}},
        (PAIRS, "geo|rus"): {"2012-07-30": {"articles": 1, "events": 1, "ACCUSE": 1}},
    }


def test_labels_tell_a_reader_what_is_counted() -> None:
    """An actor shows its name and codes, an actor with a topic both, a pair both its sides."""
    labels = {(row.table, row.key): row.label for row in contributions_of(STORY)}
    rus = {"name": "RUS", "kind": "country", "country": "RUS", "sector": None, "code": "RUS"}
    assert labels[ACTORS, "rus"] == rus
    assert labels[ACTOR_TOPICS, "rus|war"] == {**rus, "topic": "war", "topic_name": "about war"}
    assert labels[TOPICS, "war"] == {"name": "about war"}
    assert labels[PAIRS, "geo|rus"] == {
        "source": "geo",
        "source_name": "GEO",
        "source_code": None,
        "source_country": None,
        "source_sector": None,
        "target": "rus",
        "target_name": "RUS",
        "target_code": "RUS",
        "target_country": "RUS",
        "target_sector": None,
    }


def test_contributions_come_in_order() -> None:
    """Rows come by table and key, so that whoever codes the same sends the same bytes in the same order."""
    rows = [(row.table, row.key) for row in contributions_of(STORY)]
    assert rows == sorted(rows)
    assert STORY.coding is not None
    turned = STORY.coding.model_copy(
        update={"actors": STORY.coding.actors[::-1], "topics": STORY.coding.topics[::-1]}
    )
    assert contributions_of(STORY.model_copy(update={"coding": turned})) == contributions_of(STORY)


@pytest.mark.parametrize("mark", ["historical", "hypothetical"])
def test_what_is_no_news_is_not_counted(mark: str) -> None:
    """A historical or hypothetical event makes no pair, no source and no target; its actors still count."""
    old = event("rus", EventType.ASSAULT, "geo", **{mark: True})
    story = coded(says=coding(actors=[actor("rus"), actor("geo")], events=[old]))
    assert not is_news(old)
    assert counters_of(contributions_of(story)) == {
        (ACTORS, "geo"): {"2012-07-30": {"articles": 1, "mentions": 1}},
        (ACTORS, "rus"): {"2012-07-30": {"articles": 1, "mentions": 1}},
    }


def test_an_unknown_side_makes_no_pair() -> None:
    """An event counts for the side that is known, and as a pair only where both are."""
    story = coded(says=coding(actors=[actor("rus")], events=[event("rus", EventType.PROTEST, "")]))
    assert counters_of(contributions_of(story)) == {
        (ACTORS, "rus"): {"2012-07-30": {"articles": 1, "mentions": 1, "source": 1}}
    }


def test_an_undated_story_counts_as_undated() -> None:
    """A story without a date falls into the day bucket 'undated'."""
    story = coded(published_at=None, says=coding(topics=[topic("war")]))
    assert counters_of(contributions_of(story)) == {(TOPICS, "war"): {"undated": {"articles": 1}}}


def test_a_withdrawn_or_empty_story_contributes_nothing() -> None:
    """Neither a withdrawal nor a text without actors, topics and events adds a row."""
    assert contributions_of(coded(says=None)) == ()
    assert contributions_of(coded(says=coding())) == ()


def test_the_difference_to_nothing_is_the_whole() -> None:
    """The first version of a story is sent as it is, and one that goes is sent with every sign turned."""
    rows = contributions_of(STORY)
    assert difference(rows, ()) == rows
    turned = {
        thing: {day: {name: -count for name, count in counters.items()} for day, counters in days.items()}
        for thing, days in counters_of(rows).items()
    }
    assert counters_of(difference((), rows)) == turned


def test_equal_versions_differ_in_nothing() -> None:
    """Nothing is sent where a new version contributes what the old one did."""
    assert difference(contributions_of(STORY), contributions_of(STORY)) == ()


def test_a_difference_tells_only_what_changed() -> None:
    """A vanished actor goes, a new one comes, a changed count moves by its change; the rest is not told."""
    before = coded(says=coding(actors=[actor("a"), actor("b", mentions=5)], topics=[topic("war")]))
    after = coded(says=coding(actors=[actor("b", mentions=2), actor("c")], topics=[topic("war")]))
    assert counters_of(difference(contributions_of(after), contributions_of(before))) == {
        (ACTORS, "a"): {"2012-07-30": {"articles": -1, "mentions": -1}},
        (ACTORS, "b"): {"2012-07-30": {"mentions": -3}},
        (ACTORS, "c"): {"2012-07-30": {"articles": 1, "mentions": 1}},
        (ACTOR_TOPICS, "a|war"): {"2012-07-30": {"articles": -1}},
        (ACTOR_TOPICS, "c|war"): {"2012-07-30": {"articles": 1}},
    }


def test_another_date_moves_the_counts() -> None:
    """A corrected date takes the counts from the old day and puts them on the new one, in one row."""
    says = coding(topics=[topic("war")])
    before, after = coded(says=says, published_at=TUESDAY), coded(says=says, published_at=MONDAY)
    assert counters_of(difference(contributions_of(after), contributions_of(before))) == {
        (TOPICS, "war"): {"2012-07-30": {"articles": 1}, "2012-07-31": {"articles": -1}}
    }


def test_the_newer_label_is_shown() -> None:
    """A thing that stays shows the label of the new version, one that goes the label of the old."""
    before = coded(says=coding(actors=[actor("a", code="RUS"), actor("b", code="GEO")]))
    after = coded(says=coding(actors=[actor("a", code="USA", mentions=2)]))
    codes = {
        row.key: row.label["code"] for row in difference(contributions_of(after), contributions_of(before))
    }
    assert codes == {"a": "USA", "b": "GEO"}
