"""Rows of single stories from several workers: summed by key, then ranked."""

import random
from collections import Counter

import pytest
from gather_fakes import in_order

from schemas.plover import EventType
from streams.counting.questions import DayRange, Filters, ListName, Question
from streams.index.parts import Label, Part, Position, Row
from streams.web.gather.groups import Columns, Summed, columns_of
from streams.web.gather.merging import position_of
from streams.web.gather.replies import Reply, read_reply, write_reply

ASSAULTS = Filters(types=frozenset({EventType.ASSAULT}))
PLAIN = Question(ListName.ACTORS, filters=ASSAULTS)
GROWING = Question(
    ListName.ACTORS,
    DayRange("2012-08-02", "2012-08-02"),
    ASSAULTS,
    by_growth=True,
    before=DayRange("2012-08-01", "2012-08-01"),
)


def some(draw: random.Random, question: Question) -> dict[str, str]:
    counts = {name: draw.randrange(4) for name in question.counters}
    return {name: count for name, count in counts.items() if count}


def part_of(draw: random.Random, question: Question) -> Part:
    """Rows of one worker, some of the period before alone."""
    rows = [
        Row(
            key,
            {"name": key.upper()},
            some(draw, question),
            some(draw, question) if question.before else None,
        )
        for key in draw.sample([f"k{number}" for number in range(30)], 20)
    ]
    return Part(tuple(rows), len(rows))


def by_hand(question: Question, parts: list[Part]) -> list[Row]:
    """The same with dicts and loops."""
    now: dict[str, Counter[str]] = {}
    before: dict[str, Counter[str]] = {}
    for row in (row for part in parts for row in part.rows):
        now.setdefault(row.key, Counter()).update(row.counters)
        before.setdefault(row.key, Counter()).update(row.before or {})
    return in_order(
        question,
        (
            Row(key, {"name": key.upper()}, dict(counters), dict(before[key]) if question.before else None)
            for key, counters in now.items()
            if counters
        ),
    )


def sent(columns: Columns) -> Columns:
    """Columns as another worker receives them."""
    body: Columns = read_reply("best", write_reply("best", Reply(frozenset({1}), columns))).body
    return body


@pytest.mark.parametrize("question", [PLAIN, GROWING], ids=["plain", "growing"])
@pytest.mark.parametrize("seed", range(8))
def test_every_page_is_that_of_the_sum(question: Question, seed: int) -> None:
    """Whatever workers have of a thing is added up, also of the period before, and pages follow one order."""
    draw = random.Random(seed)
    parts = [part_of(draw, question) for _ in range(3)]
    summed = Summed(question, [sent(columns_of(question, part)) for part in parts])
    expected = by_hand(question, parts)
    assert summed.total == len(expected)
    found: list[Row] = []
    after: Position | None = None
    while page := summed.page(after, draw.randrange(1, 6)):
        found += page
        after = position_of(question, page[-1])
    assert found == expected


def test_the_label_is_the_newest_that_any_worker_knows() -> None:
    """Whoever is asked first does not matter; of a pair each side has the newest of its own."""

    def part(source: str, target: str, days: tuple[int, int]) -> Part:
        label: Label = {"source": "a", "source_name": source, "target": "b", "target_name": target}
        return Part((Row("a|b", label, {"articles": 1}, None, days),), 1)

    pairs = Question(ListName.PAIRS, filters=ASSAULTS)
    older, newer = part("A then", "B now", (3, 9)), part("A now", "B then", (4, 8))
    for parts in ((older, newer), (newer, older)):
        (row,) = Summed(pairs, [sent(columns_of(pairs, part)) for part in parts]).page(None, 5)
        assert row.label == {"source": "a", "source_name": "A now", "target": "b", "target_name": "B now"}


def test_of_labels_of_one_day_the_fullest_is_shown() -> None:
    """Workers may know different ones; which of them answers first changes nothing."""
    parts = [
        Part((Row("a", {"name": name, "country": country}, {"articles": 1}),), 1)
        for name, country in (("Amina", None), ("Amina", "EGY"), ("Zoe", None))
    ]
    for order in (parts, parts[::-1]):
        (row,) = Summed(PLAIN, [sent(columns_of(PLAIN, part)) for part in order]).page(None, 5)
        assert row.label == {"name": "Amina", "country": "EGY"}


@pytest.mark.parametrize("question", [PLAIN, GROWING], ids=["plain", "growing"])
def test_nothing_at_all_is_an_empty_list(question: Question) -> None:
    """No rows of anybody are no rows, and nothing to be ranked."""
    summed = Summed(question, [sent(columns_of(question, Part()))])
    assert (summed.total, summed.page(None, 5)) == (0, ())
