"""What a story tells several times is one event."""

from datetime import date

import pytest

from schemas.coding import Event, Participant
from schemas.plover import QUAD_OF, EventType
from streams.coding.events.facts import join_facts

MONDAY = date(2024, 5, 6)


def told(sentence: str, start: int, *, confidence: float = 0.8, **fields: object) -> Event:
    kind = fields.pop("type", EventType.ASSAULT)
    given = {
        "source": Participant(actor="country:RUS", code="RUS", text="Russia"),
        "target": Participant(actor="country:UKR", code="UKR", text="Ukraine"),
        "date": MONDAY,
        **fields,
    }
    return Event(
        type=kind, mode=None, quad=QUAD_OF[kind], cameo=None, sentence=sentence, trigger="hit",
        start=start, end=start + 3, confidence=confidence, **given,
    )  # fmt: skip


def test_a_fact_told_twice_is_one_event_with_its_surest_telling() -> None:
    """The surer telling gives the event; the other is kept with its sentence and its place."""
    (event,) = join_facts([told("first", 0, confidence=0.6), told("second", 50, confidence=0.9)])
    assert (event.sentence, event.confidence) == ("second", 0.9)
    assert [(each.sentence, each.start) for each in event.also] == [("first", 0)]


def test_tellings_stand_in_the_order_of_the_text_each_sentence_once() -> None:
    """Two triggers in one sentence are one telling of it."""
    events = [told("third", 90), told("third", 95), told("first", 0), told("best", 40, confidence=0.95)]
    (event,) = join_facts(events)
    assert [each.sentence for each in event.also] == ["first", "third"]


@pytest.mark.parametrize(
    "other",
    [
        {"type": EventType.COERCE},
        {"date": date(2024, 5, 7)},
        {"target": None},
        {"hypothetical": True},
        {"historical": True},
        {"source": Participant(actor="country:BLR", code="BLR", text="Belarus")},
    ],
    ids=lambda other: next(iter(other)),
)
def test_what_differs_is_another_fact(other: dict[str, object]) -> None:
    """Another type, day, party or mark makes another event."""
    assert len(join_facts([told("one", 0), told("two", 9, **other)])) == 2


def test_an_actor_is_one_by_whatever_words() -> None:
    """'Moscow' and 'Russia' tell of one actor; unnamed people are told apart by their words."""
    moscow = Participant(actor="country:RUS", code="RUS", text="Moscow")
    assert len(join_facts([told("one", 0), told("two", 9, source=moscow)])) == 1
    ten, six = (Participant(actor="role:UKR:CVL", code="UKRCVL", text=t) for t in ("ten people", "six men"))
    assert len(join_facts([told("one", 0, target=ten), told("two", 9, target=six)])) == 2
