"""Tallies applied to the counts of one thing on one day."""

from schemas.counts import DayCounts
from schemas.tally import Counters

SEPARATOR = "@"
Label = dict[str, str | None]


def day_key(thing: str, day: str) -> str:
    """The key under which a table holds a thing's counts of one day."""
    return f"{thing}{SEPARATOR}{day}"


def apply(counts: DayCounts | None, label: Label, change: Counters) -> DayCounts:
    """The counts of one day after a tally's change, with the fuller label while there are counts."""
    if counts is None:
        return DayCounts(label=label, counters=_add({}, change))
    shown = fuller(counts.label, label) if counts.counters else label
    return DayCounts(label=shown, counters=_add(counts.counters, change))


def fuller(one: Label, other: Label) -> Label:
    """The label that tells more; of equals the later by its words, for tallies come in no fixed order."""
    return one if one == other else max(one, other, key=_fullness)


def _fullness(label: Label) -> tuple[int, list[tuple[str, str]]]:
    told = sorted((name, value) for name, value in label.items() if value is not None)
    return len(told), told


def _add(counters: Counters, change: Counters) -> Counters:
    total = {name: counters.get(name, 0) + change.get(name, 0) for name in {**counters, **change}}
    return {name: count for name, count in total.items() if count}
