"""The accuracy figures are the sums that they claim to be."""

import pytest

from bench.coding_accuracy import (
    Reading,
    false_event_share,
    hits_by_type,
    interval_95,
    macro_f1,
    missed_share,
    quad_accuracy,
    triple_hits,
    type_accuracy,
)
from bench.coding_labels import LabelledSentence, Triple, country_of
from schemas.coding import Event, Participant
from schemas.plover import QUAD_OF, EventType

ACCUSE, REJECT, ASSAULT, AID = EventType.ACCUSE, EventType.REJECT, EventType.ASSAULT, EventType.AID


def _event(kind: EventType, source: str | None = None, target: str | None = None) -> Event:
    sides = [Participant(actor=None, code=code, text="x") if code else None for code in (source, target)]
    return Event(
        type=kind, mode=None, quad=QUAD_OF[kind], cameo=None, source=sides[0], target=sides[1],
        sentence="x", trigger="x", start=0, end=1, date=None, confidence=1.0,
    )  # fmt: skip


def _reading(labelled: tuple[EventType, ...], *coded: EventType) -> Reading:
    return Reading(LabelledSentence("x", labelled), tuple(map(_event, coded)))


READINGS = (
    _reading((ACCUSE, REJECT), REJECT, AID),  # right: the first event is one of the labelled
    _reading((ASSAULT,), ASSAULT),  # right
    _reading((ACCUSE,), REJECT, ACCUSE),  # wrong type, right quad
    _reading((ASSAULT,)),  # missed
    _reading((), AID),  # a false event
    _reading(()),  # rightly none
)


def test_only_the_first_event_counts_for_the_type() -> None:
    """A sentence is right when its first event is of any labelled type, or when both have none."""
    assert type_accuracy(READINGS) == pytest.approx(3 / 6)


def test_a_wrong_type_may_be_of_the_right_quad() -> None:
    """REJECT for ACCUSE is still verbal conflict."""
    assert quad_accuracy(READINGS) == pytest.approx(4 / 6)


def test_false_and_missed_events_are_shares_of_their_own_sentences() -> None:
    """False events are a share of the sentences without any, missed ones of those with some."""
    assert false_event_share(READINGS) == pytest.approx(1 / 2)
    assert missed_share(READINGS) == pytest.approx(1 / 4)


def test_types_are_scored_one_a_sentence() -> None:
    """A miss is charged to the main labelled type, a false event to the coder's; AID is labelled nowhere."""
    hits = hits_by_type(READINGS)
    assert {kind: (h.right, h.wrong, h.missed) for kind, h in hits.items()} == {
        ACCUSE: (0, 0, 1), REJECT: (1, 1, 0), ASSAULT: (1, 0, 1),
    }  # fmt: skip
    assert macro_f1(READINGS) == pytest.approx((0 + 2 / 3 + 2 / 3) / 3)


def test_triples_are_compared_by_country_within_a_sentence() -> None:
    """Sectors do not matter, nor does a triple coded twice; another sentence's triple is no match."""
    label = LabelledSentence("x", (ACCUSE,), frozenset({Triple("RUS", ACCUSE, "UKR")}))
    elsewhere = LabelledSentence("y", (), frozenset())
    twice = (_event(ACCUSE, "RUSGOV", "UKR"), _event(ACCUSE, "RUS", "UKRMIL"))
    hits = triple_hits([Reading(label, twice), Reading(elsewhere, (_event(ACCUSE, "RUS", "UKR"),))])
    assert (hits.right, hits.wrong, hits.missed) == (1, 1, 0)
    assert (hits.precision, hits.recall, hits.f1) == (0.5, 1.0, pytest.approx(2 / 3))


def test_part_of_a_triple_can_match_where_the_whole_does_not() -> None:
    """A target that was not recognised leaves source and type right."""
    label = LabelledSentence("x", (ASSAULT,), frozenset({Triple("RUS", ASSAULT, "UKR")}))
    readings = [Reading(label, (_event(ASSAULT, "RUSMIL"),))]
    assert triple_hits(readings).right == 0
    assert triple_hits(readings, lambda triple: (triple.source, triple.type)).right == 1


@pytest.mark.parametrize(
    ("code", "country"),
    [
        ("RUSGOV", "RUS"),
        ("XKX", "XKX"),
        ("IGO", "IGO"),
        ("NGO", "NGO"),
        ("REB", None),
        ("", None),
        (None, None),
    ],
)
def test_the_country_of_a_code(code: str | None, country: str | None) -> None:
    """International bodies stand for themselves; a sector without a country is nobody's."""
    assert country_of(code) == country


def test_the_interval_is_wilsons() -> None:
    """The interval of 81 in 263 is the one that Newcombe's comparison of methods (1998) prints."""
    low, high = interval_95(81 / 263, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
