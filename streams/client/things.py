"""What the service answers, as frozen types; days and moments stay text in ISO 8601, as they are told."""

from dataclasses import asdict, dataclass, field
from typing import Any, Generic, TypeVar

Counters = dict[str, int]
Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Partitions:
    """The partitions that an answer stands on, those it lacks, and why."""

    answered: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActorLabel:
    """Who an actor is."""

    name: str | None = None
    kind: str | None = None
    country: str | None = None
    sector: str | None = None
    code: str | None = None

    @property
    def shown(self) -> str:
        """The name to show."""
        return self.name or ""


@dataclass(frozen=True, slots=True)
class TopicLabel:
    """What a topic is called."""

    name: str | None = None

    @property
    def shown(self) -> str:
        """The name to show."""
        return self.name or ""


@dataclass(frozen=True, slots=True)
class ActorTopicLabel:
    """Who an actor is, and with which topic."""

    name: str | None = None
    kind: str | None = None
    country: str | None = None
    sector: str | None = None
    code: str | None = None
    topic: str | None = None
    topic_name: str | None = None

    @property
    def shown(self) -> str:
        """The name to show."""
        return f"{self.name or ''}: {self.topic_name or ''}"


@dataclass(frozen=True, slots=True)
class PairLabel:
    """Who did something (source) to whom (target)."""

    source: str | None = None
    source_name: str | None = None
    source_code: str | None = None
    source_country: str | None = None
    source_sector: str | None = None
    target: str | None = None
    target_name: str | None = None
    target_code: str | None = None
    target_country: str | None = None
    target_sector: str | None = None

    @property
    def shown(self) -> str:
        """The name to show."""
        return f"{self.source_name or '?'} → {self.target_name or '?'}"


@dataclass(frozen=True, slots=True)
class TypeLabel:
    """What an event type is called, and its quad class."""

    name: str | None = None
    quad: str | None = None

    @property
    def shown(self) -> str:
        """The name to show."""
        return self.name or ""


Label = ActorLabel | TopicLabel | ActorTopicLabel | PairLabel | TypeLabel
LabelT = TypeVar("LabelT", bound=Label, covariant=True)


@dataclass(frozen=True, slots=True)
class Thing(Generic[LabelT]):
    """A counted thing; `rank`, `before` and `growth` are there in lists, `days` where they were asked for."""

    key: str
    label: LabelT
    counters: Counters
    rank: int | None = None
    before: Counters | None = None
    growth: int | None = None
    days: dict[str, Counters] | None = None

    @property
    def name(self) -> str:
        """What to call it."""
        return self.label.shown or self.key

    def flat(self) -> dict[str, Cell]:
        """One row: rank, key, label, counters, those of the period before as `before_...`, growth."""
        row: dict[str, Cell] = {} if self.rank is None else {"rank": self.rank}
        row |= {"key": self.key, **asdict(self.label), **self.counters}
        if self.before is not None:
            row |= {f"before_{name}": count for name, count in self.before.items()}
            row |= {"growth": self.growth}
        return row


@dataclass(frozen=True, slots=True)
class Party:
    """One side of an event: the actor where known, and the words that name it."""

    text: str
    actor: str | None = None
    name: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Where in a sentence the trigger, the source or the target is: `sentence[start:end]`."""

    role: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Telling:
    """A sentence that tells an event once more."""

    sentence: str
    trigger: str


@dataclass(frozen=True, slots=True)
class Article:
    """The story that tells an event."""

    id: str
    day: str
    title: str | None = None
    url: str | None = None
    source: str | None = None
    published_at: str | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """What a story is about: an IPTC Media Topic."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Event:
    """Who did what to whom, with the sentence and the story that tell it."""

    key: str
    id: str
    type: str
    mode: str | None
    quad: str
    cameo: str | None
    source: Party | None
    target: Party | None
    sentence: str
    trigger: str
    date: str | None
    confidence: float
    article: Article
    marks: tuple[Mark, ...] = ()
    also: tuple[Telling, ...] = ()
    topics: tuple[Topic, ...] = ()
    meaning: str = ""

    def flat(self) -> dict[str, Cell]:
        """One row: the event, its sides as `source_...` and `target_...`, its article as `article_...`."""
        row: dict[str, Cell] = {
            name: getattr(self, name)
            for name in ("key", "type", "mode", "quad", "cameo", "date", "confidence", "sentence", "trigger")
        }
        for side, party in (("source", self.source), ("target", self.target)):
            row |= {f"{side}_{name}": value for name, value in asdict(party or Party("")).items()}
        row |= {f"article_{name}": value for name, value in asdict(self.article).items()}
        return row | {"topics": ", ".join(topic.code for topic in self.topics)}


Item = Thing[Any] | Event
ItemT = TypeVar("ItemT", bound=Item, covariant=True)


@dataclass(frozen=True, slots=True)
class Page(Generic[ItemT]):
    """One page of a list; `total` counts all pages, and is None for events; `next` leads to the next page."""

    items: tuple[ItemT, ...]
    partitions: Partitions
    total: int | None = None
    counter: str | None = None
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Single(Generic[ItemT]):
    """One thing with its counters by day, or one event."""

    item: ItemT
    partitions: Partitions


@dataclass(frozen=True, slots=True)
class TypesBySide:
    """How often an actor did (as source) and met with (as target) each type of event."""

    as_source: Counters = field(default_factory=dict)
    as_target: Counters = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of an actor: whom it deals with and how, its topics, its newest events."""

    actor: Thing[ActorLabel]
    partners: tuple[Thing[PairLabel], ...]
    types: TypesBySide
    topics: tuple[Thing[ActorTopicLabel], ...]
    also_called: tuple[str, ...]
    events: tuple[Event, ...]
    partitions: Partitions


@dataclass(frozen=True, slots=True)
class History:
    """What passed between two actors, day by day; `reverse` is the other way round."""

    pair: Thing[PairLabel]
    reverse: Thing[PairLabel] | None
    events: tuple[Event, ...]
    partitions: Partitions


@dataclass(frozen=True, slots=True)
class Day:
    """The matching events of a UTC day; the last may be 'undated'."""

    day: str
    counters: Counters


@dataclass(frozen=True, slots=True)
class ByDay:
    """Matching events by day, oldest first."""

    items: tuple[Day, ...]
    partitions: Partitions


@dataclass(frozen=True, slots=True)
class Match:
    """An actor that a search found, with the name that matched."""

    key: str
    label: ActorLabel
    counters: Counters
    matched: str


@dataclass(frozen=True, slots=True)
class Found:
    """Actors that a search found, best first."""

    items: tuple[Match, ...]
    partitions: Partitions
