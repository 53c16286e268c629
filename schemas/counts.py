"""Counts of one thing on one UTC day: the value of the tables that users ask."""

from schemas.base import Record
from schemas.tally import Counters


class DayCounts(Record):
    """What a reader is shown of the thing, and its counters."""

    label: dict[str, str | None]
    counters: Counters
