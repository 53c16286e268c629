"""Codes of those who take part, and topics, are counted as they say."""

import pytest
from hand_labelled import coded, labelled, reading

from schemas.plover import EventType
from streams.evaluation.countries import country_of
from streams.evaluation.parties import actors_right, sides_right
from streams.evaluation.scoring import Hits, Share
from streams.evaluation.topics import hits_by_topic, topic_hits, topic_names

ASSAULT, AID = EventType.ASSAULT, EventType.AID
WAR, AIDING, SPORT = "medtop:20000053", "medtop:20000124", "medtop:15000000"


@pytest.mark.parametrize(
    ("code", "country"),
    [
        ("RUSGOV", "RUS"),
        ("XKX", "XKX"),
        ("YUGGOV", "YUG"),
        ("IGO", "IGO"),
        ("NGO", "NGO"),
        ("REB", None),
        ("COPGOV", None),
        ("", None),
        (None, None),
    ],
)
def test_the_country_of_a_code(code: str | None, country: str | None) -> None:
    """International bodies and former states stand for themselves; a sector without a country is nobody's."""
    assert country_of(code) == country


def test_sides_are_right_to_the_country_or_to_the_sector() -> None:
    """Four sides with a code, of events whose type was found: three right by country, one by sector too."""
    readings = [
        reading((labelled(ASSAULT, "RUSMIL", "UKRCVL"),), coded(ASSAULT, "RUSMIL", "UKR")),
        reading((labelled(ASSAULT, "SYRREB", "TUR"),), coded(ASSAULT, "SYRMIL")),
        reading((labelled(ASSAULT, "IRN", "ISR"),), coded(AID, "IRN", "ISR")),  # not the type: not asked
    ]
    right = sides_right(readings)
    assert (right.country, right.code) == (Share(3, 4), Share(1, 4))


def test_a_side_that_nobody_was_found_for_is_wrong() -> None:
    """A label without a country (CVL) is not right because the coder named nobody."""
    right = sides_right([reading((labelled(ASSAULT, "CVL"),), coded(ASSAULT))])
    assert (right.country, right.code) == (Share(0, 1), Share(0, 1))


def test_labelled_actors_are_looked_for_by_their_words() -> None:
    """The whole name comes first, then a part of it; an actor who is not found is wrong."""
    labels = (("Putin", "RUSGOV"), ("Merkel", "DEUGOV"), ("Obama", "USAGOV"))
    known = (("Vladimir Putin", "RUSGOV"), ("Angela Merkel", "DEUELI"))
    right = actors_right([reading(None, actors=labels, known=known), reading(None)])
    assert (right.country, right.code) == (Share(2, 3), Share(1, 3))


READINGS = [
    reading(None, topics=(WAR, AIDING), found=(WAR, SPORT)),
    reading(None, topics=(WAR,), found=(WAR,)),
    reading(None, topics=(), found=()),
    reading(None, found=(SPORT,)),  # topics not labelled
]


def test_topics_are_counted_over_the_texts_that_have_labels() -> None:
    """Two of three labelled topics are found, and one too many."""
    assert topic_hits(READINGS) == Hits(right=2, wrong=1, missed=1)


def test_each_topic_has_its_own_figures_the_most_labelled_first() -> None:
    """A topic coded where it is not labelled has a line, too."""
    hits = hits_by_topic(READINGS)
    assert hits == {WAR: Hits(2, 0, 0), AIDING: Hits(0, 0, 1), SPORT: Hits(0, 1, 0)}
    assert next(iter(hits)) == WAR
    assert topic_names(READINGS)[WAR] == f"name of {WAR}"
