"""Tallies applied to the counts of one thing on one day."""

from schemas.counts import DayCounts
from schemas.tally import Counters

SEPARATOR = "@"
Label = dict[str, str | None]


def day_key(thing: str, day: str) -> str:
    """The key under which a table holds a thing's counts of one day."""
    return f"{thing}{SEPARATOR}{day}"


def split_day_key(key: str) -> tuple[str, str]:
    """The thing and the day of a table's key."""
    thing, _, day = key.rpartition(SEPARATOR)
    return thing, day


def apply(counts: DayCounts | None, label: Label, change: Counters) -> DayCounts:
    """The counts of one day after a tally's change; `label` is what a reader is shown from now on."""
    return DayCounts(label=label, counters=_add(counts.counters if counts else {}, change))


def _add(counters: Counters, change: Counters) -> Counters:
    total = {name: counters.get(name, 0) + change.get(name, 0) for name in {**counters, **change}}
    return {name: count for name, count in total.items() if count}
