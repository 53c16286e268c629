"""Tallies on the counts of a day."""

from itertools import permutations

import pytest

from schemas.counts import DayCounts
from streams.counting.days import SEPARATOR, apply, day_key

DAY = "2012-07-30"
LABEL: dict[str, str | None] = {"name": "A"}


def applied(*changes: dict[str, int]) -> DayCounts:
    counts: DayCounts | None = None
    for change in changes:
        counts = apply(counts, LABEL, change)
    assert counts is not None
    return counts


def test_the_first_tally_makes_the_counts() -> None:
    """A day without counts takes those of the tally, and its label."""
    assert applied({"articles": 1, "mentions": 3}) == DayCounts(
        label={"name": "A"}, counters={"articles": 1, "mentions": 3}
    )


def test_tallies_add_up() -> None:
    """Each change is added to what is there, counter by counter."""
    counts = applied({"articles": 1}, {"articles": 2, "source": 1}, {"target": 4})
    assert counts.counters == {"articles": 3, "source": 1, "target": 4}


def test_zero_counters_vanish() -> None:
    """A counter that comes down to zero is gone; a value without any counter stays a value."""
    assert applied({"articles": 1, "source": 2}, {"source": -2}).counters == {"articles": 1}
    assert applied({"articles": 1}, {"articles": -1}) == DayCounts(label=LABEL, counters={})


def test_the_fuller_label_is_shown_whatever_came_last() -> None:
    """Stories of one day that tell of a thing differently leave the same label in any order."""
    told = [
        {"name": "Party", "country": None},
        {"name": "Party", "country": "USA"},
        {"name": "Party", "country": "GBR"},
    ]
    for labels in permutations(told):
        counts = None
        for label in labels:
            counts = apply(counts, dict(label), {"articles": 1})
        assert counts == DayCounts(label={"name": "Party", "country": "USA"}, counters={"articles": 3})


def test_what_is_no_longer_counted_has_no_say_in_the_label() -> None:
    """Once a day's counts are gone, the next tally brings its label, however little that tells."""
    counts = apply(applied({"articles": 1}, {"articles": -1}), {"name": None}, {"articles": 1})
    assert counts.label == {"name": None}


def test_applying_changes_nothing_in_place() -> None:
    """Counts are a new value after each tally; the value before stays as it was."""
    counts = applied({"articles": 1})
    before = counts.model_dump()
    apply(counts, LABEL, {"articles": 5})
    assert counts.model_dump() == before


@pytest.mark.parametrize("thing", ["RUS", "a|b", "mail@example.org", "@", "", "Côte d'Ivoire"])
@pytest.mark.parametrize("day", [DAY, "undated"])
def test_a_key_splits_into_thing_and_day(thing: str, day: str) -> None:
    """A table's key gives its thing and its day back, whatever characters the thing has."""
    assert day_key(thing, day).rpartition(SEPARATOR) == (thing, SEPARATOR, day)


def test_negative_counts_are_kept() -> None:
    """A tally that takes away before another has added leaves a negative count, not a hole."""
    assert applied({"articles": -1}).counters == {"articles": -1}
