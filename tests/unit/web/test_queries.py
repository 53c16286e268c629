"""Totals over days, best first."""

import pytest

from schemas.counts import DayCounts
from streams.web.queries import DayRange, of_thing, top, totals

ALL = DayRange()


def counts(label: str = "x", **counters: int) -> DayCounts:
    return DayCounts(label={"name": label}, counters=counters)


@pytest.mark.parametrize(
    ("days", "held"),
    [
        (ALL, {"2012-07-30", "2012-07-31", "2012-08-01", "undated"}),
        (DayRange("2012-07-31", None), {"2012-07-31", "2012-08-01"}),
        (DayRange(None, "2012-07-31"), {"2012-07-30", "2012-07-31"}),
        (DayRange("2012-07-31", "2012-07-31"), {"2012-07-31"}),
        (DayRange("2013-01-01", None), set()),
    ],
)
def test_a_range_holds_its_first_and_last_day(days: DayRange, held: set[str]) -> None:
    """Both ends belong to a range, an open end takes all, and undated counts only belong to all days."""
    every = {"2012-07-30", "2012-07-31", "2012-08-01", "undated"}
    assert {day for day in every if days.holds(day)} == held


def test_a_total_adds_the_days_in_the_range() -> None:
    """Counters of one thing add up over its days, and are kept by day beside."""
    rows = [
        (b"rus@2012-07-30", counts(articles=1, source=2)),
        (b"rus@2012-07-31", counts(articles=4)),
        (b"geo@2012-07-30", counts(articles=1)),
    ]
    found = totals(rows, ALL)
    assert {key: total.counters for key, total in found.items()} == {
        "rus": {"articles": 5, "source": 2},
        "geo": {"articles": 1},
    }
    assert found["rus"].days == {"2012-07-30": {"articles": 1, "source": 2}, "2012-07-31": {"articles": 4}}
    assert totals(rows, DayRange("2012-07-31", None)).keys() == {"rus"}


def test_adding_up_does_not_change_the_tables() -> None:
    """A question leaves the counts that it adds up as they were."""
    held = counts(articles=1)
    totals([(b"rus@2012-07-30", held), (b"rus@2012-07-31", counts(articles=4))], ALL)
    assert held.counters == {"articles": 1}


def test_the_label_of_the_latest_day_is_shown() -> None:
    """A thing shows the label of its latest day, in whatever order days come."""
    rows = [(b"a@2012-07-31", counts("new", articles=1)), (b"a@2012-07-30", counts("old", articles=1))]
    for order in (rows, rows[::-1]):
        assert totals(order, ALL)["a"].label == {"name": "new"}


def test_what_came_down_to_nothing_is_not_shown() -> None:
    """A value without counters is no thing."""
    assert totals([(b"a@2012-07-30", counts())], ALL) == {}


def test_the_highest_come_first_and_ties_by_key() -> None:
    """A top list is ordered by its counter, then by key, so that the same question has the same answer."""
    rows = [
        (f"{key}@undated".encode(), counts(articles=count))
        for key, count in zip("dbca", (2, 3, 2, 2), strict=True)
    ]
    best = top(totals(rows, ALL).values(), by="articles", limit=3)
    assert [total.key for total in best] == ["b", "a", "c"]
    by_nothing = top(totals(rows, ALL).values(), by="NONE", limit=10)
    assert [total.key for total in by_nothing] == ["a", "b", "c", "d"]


def test_one_thing_is_not_taken_for_another() -> None:
    """A key that begins another, or holds the separator, is told apart."""
    rows = [
        (b"a@2012-07-30", counts(articles=1)),
        (b"ab@2012-07-30", counts(articles=10)),
        (b"a@b@2012-07-30", counts(articles=100)),
    ]
    for key, articles in (("a", 1), ("ab", 10), ("a@b", 100)):
        total = of_thing(rows, key, ALL)
        assert total is not None
        assert total.counters == {"articles": articles}
    assert of_thing(rows, "b", ALL) is None
    assert of_thing(rows, "a", DayRange("2020-01-01")) is None
