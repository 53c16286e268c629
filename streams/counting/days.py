"""Tallies applied to the counts of one thing on one day, each once (architecture, guarantee 2)."""

from schemas.counts import DayCounts
from schemas.tally import Counters, Tally

SEPARATOR = "@"


def day_key(thing: str, day: str) -> str:
    """The key under which a table holds a thing's counts of one day."""
    return f"{thing}{SEPARATOR}{day}"


def split_day_key(key: str) -> tuple[str, str]:
    """The thing and the day of a table's key."""
    thing, _, day = key.rpartition(SEPARATOR)
    return thing, day


def apply(counts: DayCounts | None, tally: Tally, day: str, *, offset: int) -> DayCounts | None:
    """The counts after this tally, read at `offset`; None where it has been applied before."""
    partition, coded_offset = tally.coded.partition, tally.coded.offset
    if counts is None:
        return DayCounts(
            label=tally.label,
            counters=_add({}, tally.days[day]),
            applied={partition: coded_offset},
            seen=offset,
        )
    if coded_offset <= counts.applied.get(partition, -1):
        return None
    return DayCounts(
        label=tally.label,
        counters=_add(counts.counters, tally.days[day]),
        applied={**counts.applied, partition: coded_offset},
        seen=offset,
    )


def _add(counters: Counters, change: Counters) -> Counters:
    total = {name: counters.get(name, 0) + change.get(name, 0) for name in {**counters, **change}}
    return {name: count for name, count in total.items() if count}
