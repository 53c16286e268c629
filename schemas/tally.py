"""What one coded article changes in one counted thing."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from schemas.base import Record
from schemas.coordinates import Coordinates
from schemas.plover import EventType

Counters = dict[str, int]


class TableName(StrEnum):
    """The tables of counted things."""

    ACTORS = "actors"
    TOPICS = "topics"
    ACTOR_TOPICS = "actor-topics"
    PAIRS = "pairs"


COUNTERS: Final[Mapping[TableName, tuple[str, ...]]] = {
    TableName.ACTORS: ("articles", "mentions", "source", "target"),
    TableName.TOPICS: ("articles",),
    TableName.ACTOR_TOPICS: ("articles",),
    TableName.PAIRS: ("articles", "events", *(kind.value for kind in EventType)),
}
"""What each table counts."""


class Contribution(Record):
    """Counts by UTC day for one counted thing; `label` is what a reader is shown of it."""

    table: TableName
    key: str
    label: dict[str, str | None]
    days: dict[str, Counters]


class Tally(Contribution):
    """A contribution with the coordinates of the coded record that it comes from."""

    coded: Coordinates
