"""Parts of answers put together in one order."""

from schemas.coding import Event
from schemas.plover import EventType, Quad
from streams.index.parts import EventRow
from streams.web.gather.merging import merge_days, merge_events

EVENT = Event(
    type=EventType.AID,
    mode=None,
    quad=Quad.MATERIAL_COOPERATION,
    cameo=None,
    source=None,
    target=None,
    sentence="They help.",
    trigger="help",
    start=5,
    end=9,
    date=None,
    historical=False,
    hypothetical=False,
    confidence=1,
)


def event(key: str, published_at: str | None) -> EventRow:
    return EventRow(key, key, None, None, None, published_at, "2012-08-01", (), EVENT)


def test_events_come_newest_first_by_the_second() -> None:
    """Parts of a second do not count, nor how a moment is written; equals go by key, the undated last."""
    parts = [
        [event("d/1", "2012-08-01T10:00:00.700000Z"), event("f/1", None)],
        [event("e/1", "2012-08-01T12:00:00+02:00"), event("a/1", None)],
        [event("z/1", "2012-08-01T10:00:01Z"), event("c/1", "2012-08-01T10:00:00Z")],
    ]
    keys = [row.key for row in merge_events(parts, limit=6)]
    assert keys == ["z/1", "c/1", "d/1", "e/1", "a/1", "f/1"]
    assert [row.key for row in merge_events(parts, limit=2)] == keys[:2]


def test_days_are_summed_and_in_order() -> None:
    """Counters of a day add up; the undated come last."""
    parts = [
        {"undated": {"articles": 1}, "2012-08-02": {"articles": 1, "AID": 2}},
        {"2012-08-01": {"articles": 4}, "2012-08-02": {"articles": 2}},
    ]
    found = merge_days(parts)
    assert list(found) == ["2012-08-01", "2012-08-02", "undated"]
    assert found["2012-08-02"] == {"articles": 3, "AID": 2}
