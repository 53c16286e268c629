"""What an article has contributed so far, and what its story tells: the value of the ledger's table."""

from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from schemas.article import Moment
from schemas.base import Record
from schemas.coding import Event
from schemas.coordinates import Coordinates
from schemas.tally import Contribution


class Outcome(StrEnum):
    """What became of a coded article: a closed set, fit for a metric's label."""

    COUNTED = "counted"
    DUPLICATE = "duplicate"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    SUPERSEDED = "superseded"


class StoryTopic(Record):
    """A topic of a story, without its score: all topics of a story count alike."""

    code: str
    name: str


class Story(Record):
    """What questions about single events need of the version that counts.

    `published_at` is in whole seconds, so that its ISO form sorts as time does. `actors` are those that are
    somebody, each with its label; `events` are those that are news, each with an id of its own.
    """

    title: str | None = None
    url: str | None = None
    source: str | None = None
    published_at: Moment | None = None
    day: str
    topics: tuple[StoryTopic, ...] = ()
    actors: dict[str, dict[str, str | None]] = Field(default_factory=dict)
    events: tuple[Event, ...] = ()


class LedgerEntry(Record):
    """The version of an article that counts, what it contributed, and what it tells.

    `outcome` is what the last coded record of the article came to. `story` and `outcome` are None in entries
    from before they were kept; a withdrawn article has no story.
    """

    leaves_out_defaults: ClassVar[bool] = True

    article: Coordinates
    content_hash: str
    contributions: tuple[Contribution, ...]
    story: Story | None = None
    outcome: Outcome | None = None
