"""What one worker answers to a question: rows of its partitions, still to be put together with others'."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from schemas.coding import Event
from schemas.tally import Counters

Label = dict[str, str | None]

NO_MOMENT: Final = -(2**62)
"""Before every moment: what has no date comes last where the newest comes first."""


@dataclass(frozen=True, slots=True)
class Row:
    """A counted thing: what a reader is shown of it, its counters, and those of the period before."""

    key: str
    label: Label
    counters: Counters
    before: Counters | None = None
    label_days: tuple[int, int] = (0, 0)
    """From stories: how new the label is, in days; of a pair the source's part of it, and the target's."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a list: after the thing of this value and key."""

    value: int
    key: str


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of some partitions, best first, and how many there are in all.

    From tallies these are the rows of one page, and no other part has rows of the same keys. From stories
    they are all rows, of any page: those of the same key in other parts belong to them. Rows without counters
    are of the period before alone: not in the total, and in the list only if another part has counters.
    """

    rows: tuple[Row, ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class DaysOfThing:
    """A thing with its counters by day; `label` is that of the newest day."""

    key: str
    label: Label
    days: dict[str, Counters] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event with the story that tells it; `key` is 'article id/event id', unique in the service."""

    key: str
    article_id: str
    title: str | None
    url: str | None
    source: str | None
    published_at: str | None
    day: str
    topics: tuple[tuple[str, str], ...]
    """Code and name of each."""
    event: Event
    names: dict[str, str] = field(default_factory=dict)
    """The names of actors by their id, as far as the story knows them."""


def event_order(row: EventRow) -> tuple[int, str]:
    """What events are ordered by: the newest first by the second, those of no date last, equals by key."""
    return -moment_of(row.published_at), row.key


def moment_of(published_at: str | None) -> int:
    """Seconds since 1970; NO_MOMENT for None and for no text, which cursors write for none."""
    return int(datetime.fromisoformat(published_at).timestamp()) if published_at else NO_MOMENT


class SnapshotGone(LookupError):
    """The frozen list that a page belongs to is no longer there."""
