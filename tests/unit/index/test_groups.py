"""Lists of stories over several partitions: what is summed, and what of the period before."""

from dataclasses import dataclass

from schemas.tally import Counters
from streams.counting.questions import DayRange, Filters, ListName, Question
from streams.index.groups import summed
from streams.index.parts import Part, Row

NOW, BEFORE = DayRange("2026-01-03", "2026-01-04"), DayRange("2026-01-01", "2026-01-02")


@dataclass(frozen=True)
class Told:
    """Stories of one partition, as lists of the two periods."""

    now: dict[str, Counters]
    before: dict[str, Counters]

    def ranked(self, question: Question) -> Part:
        counters = self.now if question.days == NOW else self.before
        rows = tuple(Row(key, {"name": key}, own) for key, own in counters.items())
        return Part(rows, len(rows))


PARTITIONS = [
    Told(now={"a": {"events": 2}}, before={"b": {"events": 5}, "c": {"events": 9}}),
    Told(now={"a": {"events": 1, "articles": 1}, "b": {"events": 4}}, before={"a": {"events": 1}}),
]
QUESTION = Question(ListName.ACTORS, NOW, Filters(source="x"), sort="events")


def test_counters_of_the_same_thing_are_summed() -> None:
    """A thing of two partitions is one row, best first."""
    part = summed(QUESTION, PARTITIONS)
    assert [(row.key, row.counters, row.before) for row in part.rows] == [
        ("b", {"events": 4}, None),
        ("a", {"events": 3, "articles": 1}, None),
    ]
    assert part.total == 2


def test_the_period_before_is_that_of_every_partition() -> None:
    """Counted before in one partition and now in another is no new thing; before alone is in no total."""
    question = Question(ListName.ACTORS, NOW, Filters(source="x"), "events", by_growth=True, before=BEFORE)
    part = summed(question, PARTITIONS)
    assert [(row.key, row.counters.get("events"), row.before) for row in part.rows] == [
        ("a", 3, {"events": 1}),
        ("b", 4, {"events": 5}),
        ("c", None, {"events": 9}),
    ]
    assert part.total == 2
