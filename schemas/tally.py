"""What one coded article changes in one counted thing."""

from enum import StrEnum

from schemas.base import Record
from schemas.coordinates import Coordinates

Counters = dict[str, int]


class TableName(StrEnum):
    """The tables of counted things."""

    ACTORS = "actors"
    TOPICS = "topics"
    ACTOR_TOPICS = "actor-topics"
    PAIRS = "pairs"


class Contribution(Record):
    """Counts by UTC day for one counted thing; `label` is what a reader is shown of it."""

    table: TableName
    key: str
    label: dict[str, str | None]
    days: dict[str, Counters]


class Tally(Contribution):
    """A contribution with the coordinates of the coded record that it comes from."""

    coded: Coordinates
