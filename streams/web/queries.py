"""Questions to the tables: totals of things over a range of days, best first."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from schemas.coded import UNDATED
from schemas.counts import DayCounts
from schemas.tally import Counters, TableName
from streams.counting.days import day_key, split_day_key


def usual_counter(table: TableName) -> str:
    """What a table is ordered by where nobody says otherwise."""
    return "events" if table is TableName.PAIRS else "articles"


@dataclass(frozen=True, slots=True)
class DayRange:
    """Days from `first` to `last`, both included and both in ISO 8601; an open end takes all."""

    first: str | None = None
    last: str | None = None

    def holds(self, day: str) -> bool:
        """Whether a day bucket is in the range; undated counts are only in the range of all days."""
        if day == UNDATED:
            return self.first is None and self.last is None
        return (self.first or "") <= day <= (self.last or "9999-12-31")


@dataclass(slots=True)
class Total:
    """A thing's counters over a range of days, and by day."""

    key: str
    label: dict[str, str | None] = field(default_factory=dict)
    counters: Counters = field(default_factory=dict)
    days: dict[str, Counters] = field(default_factory=dict)

    def add(self, day: str, counts: DayCounts) -> None:
        """Add the counts of one day."""
        if not self.days or _age(day) >= max(map(_age, self.days)):
            self.label = counts.label
        self.days[day] = counts.counters
        for name, count in counts.counters.items():
            self.counters[name] = self.counters.get(name, 0) + count


def _age(day: str) -> str:
    """What days are ordered by: no date is older than any."""
    return "" if day == UNDATED else day


def totals(items: Iterable[tuple[bytes, DayCounts]], days: DayRange) -> dict[str, Total]:
    """The total of each thing that has counts in the range, by key."""
    found: dict[str, Total] = {}
    for raw_key, counts in items:
        key, day = split_day_key(raw_key.decode())
        if counts.counters and days.holds(day):
            found.setdefault(key, Total(key)).add(day, counts)
    return found


def top(things: Iterable[Total], *, by: str, limit: int) -> list[Total]:
    """The things with the highest counter `by`; ties by key, so that answers are stable."""
    return heapq.nsmallest(limit, things, key=lambda total: (-total.counters.get(by, 0), total.key))


def of_thing(items: Iterable[tuple[bytes, DayCounts]], key: str, days: DayRange) -> Total | None:
    """One thing's total, None where it has no counts in the range."""
    return totals(_only(items, key), days).get(key)


def _only(items: Iterable[tuple[bytes, DayCounts]], key: str) -> Iterator[tuple[bytes, DayCounts]]:
    prefix = day_key(key, "").encode()
    return ((raw, counts) for raw, counts in items if raw.startswith(prefix))
