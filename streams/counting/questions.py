"""Questions to what is counted: which list, which days, which filters, in which order; and what they mean."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from schemas.coded import UNDATED
from schemas.plover import EventType, Quad
from schemas.tally import COUNTERS, TableName

MOST_ROWS: Final = 1000
"""Most rows of one page."""


class ListName(StrEnum):
    """The lists that can be asked for; all but the event types are tables of their own."""

    ACTORS = "actors"
    TOPICS = "topics"
    ACTOR_TOPICS = "actor-topics"
    PAIRS = "pairs"
    EVENT_TYPES = "event-types"


USUAL_COUNTER: Final[dict[ListName, str]] = {
    ListName.ACTORS: "articles",
    ListName.TOPICS: "articles",
    ListName.ACTOR_TOPICS: "articles",
    ListName.PAIRS: "events",
    ListName.EVENT_TYPES: "events",
}
"""What `sort=count` means."""

EVENT_COUNTERS: Final[dict[ListName, tuple[str, ...]]] = {
    ListName.ACTORS: ("articles", "events", "source", "target"),
    ListName.TOPICS: ("articles", "events"),
    ListName.ACTOR_TOPICS: ("articles", "events"),
    ListName.PAIRS: COUNTERS[TableName.PAIRS],
    ListName.EVENT_TYPES: ("articles", "events"),
}
"""What a list counts where its answer comes from single events.

`articles` are stories with a matching event of the thing; `events` the matching events: with the actor on a
side, from source to target of a pair, of the type, or of stories with the topic; `source` and `target` those
with the actor on that side.
"""


class Basis(StrEnum):
    """What an answer is read from, and so which partitions it needs."""

    TALLIES = "tallies"
    """Counts by thing and day; a thing is in one partition of the tallies, so parts are disjoint."""

    STORIES = "stories"
    """Stories with their events, in the partitions of the coded articles; parts must be summed."""


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


@dataclass(frozen=True, slots=True)
class Filters:
    """What stories, events and things must be like; what is None or empty filters nothing.

    Of an event: one of `types`, `quads` and `modes`, at least this certain, `source` and `target` the actors
    of its sides, `actor` that of either; only news counts. Of a story: `topic` one of its topics. Of an
    actor: `country`, `sector` and `kind` of its label.

    Where a thing is listed that a filter tells of, it is the thing that must pass:

    - `topic` is the listed topic, where topics are listed (also with actors).
    - `actor` is the listed actor where actors are listed with topics. Where actors alone are listed they are
      those across from it in an event, without itself; where pairs are listed, one of the two.
    - `country` and `sector` are those of the listed actor; else of either side of an event or a pair, the
      same side for both. `kind` is of lists of actors alone, with or without topics.

    In tallies a thing's label is that of the newest day on which it is counted, of several the fullest; in
    stories each story's own.
    """

    types: frozenset[EventType] = frozenset()
    quads: frozenset[Quad] = frozenset()
    modes: frozenset[str] = frozenset()
    least_confidence: float | None = None
    topic: str | None = None
    actor: str | None = None
    source: str | None = None
    target: str | None = None
    country: str | None = None
    sector: str | None = None
    kind: str | None = None

    @property
    def of_events(self) -> bool:
        """Whether single events are filtered, by what no table knows."""
        return bool(self.types or self.quads or self.modes) or self.least_confidence is not None

    @property
    def of_parties(self) -> bool:
        """Whether countries or sectors are filtered."""
        return self.country is not None or self.sector is not None


NO_FILTERS: Final = Filters()
ALL_DAYS: Final = DayRange()


@dataclass(frozen=True, slots=True)
class Question:
    """A list over a range of days, of what passes the filters, best first by a counter; equals by key.

    Listed is what has any counter that is not zero in these days. `sort` is a counter of the answer;
    `before` asks for the counters of another period as well, and with `by_growth` the order is by how much
    more of the counter there is than in that period (nothing, where there is no such period).
    """

    of: ListName
    days: DayRange = ALL_DAYS
    filters: Filters = field(default=NO_FILTERS)
    sort: str = ""
    by_growth: bool = False
    before: DayRange | None = None

    @property
    def counter(self) -> str:
        """The counter to order by."""
        return self.sort or USUAL_COUNTER[self.of]

    @property
    def basis(self) -> Basis:
        """What the answer is read from."""
        return basis_of(self.of, self.filters)

    @property
    def table(self) -> TableName:
        """Where the tallies basis reads: an actor's topics and a topic's actors are a table of their own."""
        of_topic = self.of is ListName.ACTORS and self.filters.topic is not None
        of_actor = self.of is ListName.TOPICS and self.filters.actor is not None
        return TableName.ACTOR_TOPICS if of_topic or of_actor else TableName(self.of.value)

    @property
    def counters(self) -> tuple[str, ...]:
        """What the answer counts."""
        if self.basis is Basis.STORIES:
            return EVENT_COUNTERS[self.of]
        return COUNTERS[self.table]


def basis_of(of: ListName, filters: Filters) -> Basis:
    """Tallies where the tables know all that is asked for, else stories."""
    stories = of is ListName.EVENT_TYPES or filters.of_events or bool(filters.source or filters.target)
    if of is ListName.ACTORS:
        stories |= filters.actor is not None
    if of is ListName.TOPICS:
        stories |= filters.of_parties
    if of is ListName.PAIRS:
        stories |= filters.topic is not None
    return Basis.STORIES if stories else Basis.TALLIES
