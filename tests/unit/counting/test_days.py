"""Tallies on the counts of a day: each once."""

import pytest
from hand_made import at

from schemas.counts import DayCounts
from schemas.tally import Counters, TableName, Tally
from streams.counting.days import apply, day_key, split_day_key

DAY = "2012-07-30"


def tally(offset: int, *, partition: int = 0, name: str = "A", **counters: int) -> Tally:
    return Tally(
        table=TableName.ACTORS,
        key="a",
        label={"name": name},
        days={DAY: counters, "2012-08-01": {"articles": 100}},
        coded=at(offset, partition),
    )


def applied(*steps: tuple[Tally, int]) -> DayCounts:
    counts: DayCounts | None = None
    for step, offset in steps:
        counts = apply(counts, step, DAY, offset=offset) or counts
    assert counts is not None
    return counts


def test_the_first_tally_makes_the_counts() -> None:
    """A day without counts takes those of the tally, its label, and both offsets."""
    assert applied((tally(7, partition=2, articles=1, mentions=3), 40)) == DayCounts(
        label={"name": "A"}, counters={"articles": 1, "mentions": 3}, applied={2: 7}, seen=40
    )


def test_a_tally_counts_once() -> None:
    """A tally at or below the coded offset that has been applied for its partition is skipped."""
    counts = applied((tally(7, articles=1), 40))
    assert apply(counts, tally(7, articles=1), DAY, offset=41) is None
    assert apply(counts, tally(6, articles=1), DAY, offset=41) is None
    later = apply(counts, tally(8, articles=1), DAY, offset=41)
    assert later is not None
    assert (later.counters, later.applied, later.seen) == ({"articles": 2}, {0: 8}, 41)


def test_coded_partitions_are_counted_apart() -> None:
    """The same or a lower coded offset of another coded partition is another tally."""
    counts = applied((tally(7, partition=0, articles=1), 40), (tally(0, partition=1, articles=1), 41))
    assert (counts.counters, counts.applied) == ({"articles": 2}, {0: 7, 1: 0})


def test_zero_counters_vanish() -> None:
    """A counter that comes down to zero is gone, and a value without counters still knows what it applied."""
    counts = applied((tally(1, articles=1, source=2), 1), (tally(2, source=-2), 2))
    assert counts.counters == {"articles": 1}
    counts = applied((tally(1, articles=1), 1), (tally(2, articles=-1), 2))
    assert (counts.counters, counts.applied) == ({}, {0: 2})
    assert apply(counts, tally(2, articles=-1), DAY, offset=3) is None


def test_the_last_label_is_shown() -> None:
    """The counts show the label of the last tally applied."""
    assert applied((tally(1, name="Old"), 1), (tally(2, name="New"), 2)).label == {"name": "New"}


def test_applying_changes_nothing_in_place() -> None:
    """Counts are a new value after each tally; the value before stays as it was."""
    counts = applied((tally(1, articles=1), 1))
    before = counts.model_dump()
    apply(counts, tally(2, articles=5), DAY, offset=2)
    assert counts.model_dump() == before


@pytest.mark.parametrize("thing", ["RUS", "a|b", "mail@example.org", "@", "", "Côte d'Ivoire"])
@pytest.mark.parametrize("day", [DAY, "undated"])
def test_a_key_splits_into_thing_and_day(thing: str, day: str) -> None:
    """A table's key gives its thing and its day back, whatever characters the thing has."""
    assert split_day_key(day_key(thing, day)) == (thing, day)


def test_negative_counts_are_kept() -> None:
    """A tally that takes away before another has added leaves a negative count, not a hole."""
    counters: Counters = applied((tally(1, articles=-1), 1)).counters
    assert counters == {"articles": -1}
