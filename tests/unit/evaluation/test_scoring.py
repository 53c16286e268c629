"""The figures are the sums that they claim to be."""

import pytest
from hand_labelled import coded, labelled, reading

from schemas.plover import EventType
from streams.evaluation.scoring import (
    PARTS,
    Share,
    false_events,
    hits_by_type,
    interval_95,
    macro_f1,
    matched,
    missed_texts,
    mode_accuracy,
    quad_accuracy,
    triple_hits,
    type_accuracy,
    with_events,
)

ACCUSE, REJECT, ASSAULT, AID = EventType.ACCUSE, EventType.REJECT, EventType.ASSAULT, EventType.AID
REQUEST = EventType.REQUEST

READINGS = (
    reading((labelled(ACCUSE), labelled(REJECT)), coded(REJECT), coded(AID)),  # right: one of the labelled
    reading((labelled(ASSAULT),), coded(ASSAULT)),  # right
    reading((labelled(ACCUSE),), coded(REJECT), coded(ACCUSE)),  # wrong type, right quad
    reading((labelled(ASSAULT),)),  # missed
    reading((), coded(AID)),  # a false event
    reading(()),  # rightly none
)


def test_only_the_first_event_counts_for_the_type() -> None:
    """A text is right when its first event is of any labelled type, or when both have none."""
    assert type_accuracy(READINGS) == Share(3, 6)


def test_a_wrong_type_may_be_of_the_right_quad() -> None:
    """REJECT for ACCUSE is still verbal conflict."""
    assert quad_accuracy(READINGS) == Share(4, 6)


def test_false_and_missed_events_are_shares_of_their_own_texts() -> None:
    """False events are a share of the texts without any, missed ones of those with some."""
    assert false_events(READINGS) == Share(1, 2)
    assert missed_texts(READINGS) == Share(1, 4)


def test_types_are_scored_one_a_text() -> None:
    """A miss is charged to the main labelled type, a false event to the coder's."""
    hits = hits_by_type(READINGS)
    assert {kind: (h.right, h.wrong, h.missed) for kind, h in hits.items()} == {
        ACCUSE: (0, 0, 1), REJECT: (1, 1, 0), ASSAULT: (1, 0, 1), AID: (0, 1, 0),
    }  # fmt: skip


def test_only_labelled_types_count_for_macro_f1() -> None:
    """AID is coded and labelled nowhere: ACCUSE 0, REJECT and ASSAULT two thirds make 4/9."""
    assert macro_f1(READINGS) == pytest.approx((0 + 2 / 3 + 2 / 3) / 3)


def test_texts_without_labels_of_events_are_left_out() -> None:
    """`events: null` is 'not labelled', an empty list is 'none'."""
    unlabelled = reading(None, coded(AID))
    assert with_events([*READINGS, unlabelled]) == list(READINGS)


def test_triples_are_compared_by_country_within_a_text() -> None:
    """Sectors do not matter, nor does a triple coded twice; another text's triple is no match."""
    twice = (coded(ACCUSE, "RUSGOV", "UKR"), coded(ACCUSE, "RUS", "UKRMIL"))
    here = reading((labelled(ACCUSE, "RUS", "UKR"),), *twice)
    elsewhere = reading((), coded(ACCUSE, "RUS", "UKR"))
    hits = triple_hits([here, elsewhere])
    assert (hits.right, hits.wrong, hits.missed) == (1, 1, 0)
    assert (hits.precision, hits.recall, hits.f1) == (0.5, 1.0, pytest.approx(2 / 3))


def test_part_of_a_triple_can_match_where_the_whole_does_not() -> None:
    """A target that was not recognised leaves source and type right."""
    readings = [reading((labelled(ASSAULT, "RUS", "UKR"),), coded(ASSAULT, "RUSMIL"))]
    assert {name: triple_hits(readings, part).right for name, part in PARTS.items()} == {
        "source, type, target": 0, "source, type": 1, "type, target": 0,
    }  # fmt: skip


def test_nobody_is_matched_by_nobody_only() -> None:
    """A side labelled null is wrong once the coder names somebody."""
    right = reading((labelled(ASSAULT, None, "SYR"),), coded(ASSAULT, None, "SYRCVL"))
    wrong = reading((labelled(ASSAULT, None, "SYR"),), coded(ASSAULT, "TUR", "SYRCVL"))
    hits = triple_hits([right, wrong])
    assert (hits.right, hits.wrong, hits.missed) == (1, 1, 1)


def test_each_coded_event_is_matched_once_with_the_label_most_like_it() -> None:
    """Two labels of a type meet the two coded events whose sides they share, whatever the order."""
    first, second = labelled(ACCUSE, "FRA", "MMR"), labelled(ACCUSE, "DEU", "MMR")
    one, other = coded(ACCUSE, "DEU", "MMR"), coded(ACCUSE, "FRA", "MMR")
    assert matched(reading((first, second), one, other)) == [(first, other), (second, one)]
    assert matched(reading((first, second), one)) == [(second, one)]
    assert matched(reading((first,), coded(REJECT, "FRA", "MMR"))) == []


def test_modes_are_right_or_wrong_where_the_type_is_right() -> None:
    """No mode is an answer like another; types that have no modes do not count."""
    readings = [
        reading((labelled(ASSAULT, mode="aerial"),), coded(ASSAULT, mode="aerial")),  # right
        reading((labelled(ASSAULT, mode="aerial"),), coded(ASSAULT, mode="drone")),  # wrong
        reading((labelled(REQUEST),), coded(REQUEST)),  # right: neither has one
        reading((labelled(REQUEST),), coded(REQUEST, mode="yield")),  # wrong: none is labelled
        reading((labelled(AID),), coded(AID)),  # AID has no modes
        reading((labelled(ASSAULT, mode="aerial"),), coded(REQUEST, mode="yield")),  # the type is wrong
    ]
    assert mode_accuracy(readings) == Share(2, 4)


def test_the_interval_is_wilsons() -> None:
    """The interval of 81 in 263 is the one that Newcombe's comparison of methods (1998) prints."""
    low, high = interval_95(Share(81, 263))
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


def test_of_nothing_nothing_is_known() -> None:
    """Without texts a share is 0, and its interval everything."""
    assert Share(0, 0).value == 0
    assert interval_95(Share(0, 0)) == (0, 1)
