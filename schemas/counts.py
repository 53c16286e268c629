"""Counts of one thing on one UTC day: the value of the tables that users ask."""

from schemas.base import Record
from schemas.tally import Counters


class DayCounts(Record):
    """Counters, and beside them how far each coded partition has been applied.

    `applied` maps a coded partition to the last coded offset that changed these counts; `seen` is the last
    tally offset that this value has seen: the higher one wins in recovery.
    """

    label: dict[str, str | None]
    counters: Counters
    applied: dict[int, int]
    seen: int
