"""What the API answers: the types behind its OpenAPI document, and behind clients."""

from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from schemas.plover import EventType, Quad

Counters = dict[str, int]
Document = dict[str, Any]
_ACTOR: Document = {
    "name": "Bashar al-Assad",
    "kind": "person",
    "country": "SYR",
    "sector": "GOV",
    "code": "SYRGOV",
}
_STATUS: Document = {
    "ready": True,
    "namespace": "tidings",
    "partitions": {"answered": [0, 1, 2, 3], "missing": [], "why": []},
    "days": {"first": "2012-07-31", "last": "2012-08-06"},
    "totals": {"stories": 46, "events": 769, "actors": 606},
    "rates": {"articles_per_second": 1.5},
    "lag": {"articles": 3, "coded": 0, "tallies": 0},
    "seconds_behind": 2.0,
    "dead_letters": 0,
    "workers": [
        {
            "url": "http://127.0.0.1:6066",
            "role": "all",
            "phase": "open",
            "partitions": [0, 1, 2, 3],
            "uptime_seconds": 90.0,
        }
    ],
    "recovery": {"remaining_records": 0, "total_records": 0},
}


class View(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(frozen=True)


class Partitions(View):
    """Which partitions an answer stands on."""

    answered: tuple[int, ...] = Field(
        description="Partitions whose counts are in the answer", examples=[[0, 1]]
    )
    missing: tuple[int, ...] = Field(description="Partitions whose counts are not in it", examples=[[2]])
    why: tuple[str, ...] = Field(
        description="Why they are missing", examples=[["worker http://10.0.0.7:6066: no answer within 2 s"]]
    )


class Problem(View):
    """An error as RFC 9457 has it; `type` is the URI of a page that says what to do."""

    type: str = Field(examples=["/problems/unknown-parameter"])
    title: str = Field(examples=["Unknown parameter"])
    status: int = Field(ge=400, le=599, examples=[422])
    detail: str = Field(examples=["'limt' is no parameter of this path. Did you mean 'limit' (known: limit)"])
    instance: str = Field(description="The path that was asked", examples=["/v1/actors"])
    known: tuple[str, ...] = Field(
        default=(), description="What could have stood there", examples=[["limit"]]
    )


# --- labels ------------------------------------------------------------------------------------------------


class ActorLabel(View):
    """What a reader is shown of an actor."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ACTOR]})
    name: str | None
    kind: str | None
    country: str | None
    sector: str | None
    code: str | None


class TopicLabel(View):
    """What a reader is shown of a topic."""

    name: str | None = Field(examples=["armed conflict"])


class ActorTopicLabel(ActorLabel):
    """What a reader is shown of an actor with a topic."""

    topic: str | None = Field(examples=["medtop:20000056"])
    topic_name: str | None = Field(examples=["armed conflict"])


class PairLabel(View):
    """What a reader is shown of a source and a target."""

    source: str | None = Field(examples=["country:SYR"])
    source_name: str | None
    source_code: str | None
    source_country: str | None
    source_sector: str | None
    target: str | None = Field(examples=["country:TUR"])
    target_name: str | None
    target_code: str | None
    target_country: str | None
    target_sector: str | None


class TypeLabel(View):
    """What a reader is shown of an event type."""

    name: str | None = Field(examples=["Assault"])
    quad: str | None = Field(examples=["material-conflict"])


LabelT = TypeVar("LabelT", bound=View)


# --- things ------------------------------------------------------------------------------------------------


class Thing(View, Generic[LabelT]):
    """A counted thing: its counters over the days asked for (zeros left out), and by day."""

    key: str
    label: LabelT
    counters: Counters = Field(examples=[{"articles": 12, "mentions": 40}])
    days: dict[str, Counters] | None = Field(default=None, examples=[{"2012-08-02": {"articles": 3}}])


class RankedThing(Thing[LabelT], Generic[LabelT]):
    """A row of a list; `before` and `growth` where the period before is compared."""

    rank: int = Field(ge=1)
    before: Counters | None = Field(default=None, description="The counters of the period before")
    growth: int | None = Field(default=None, description="How much more than in the period before")


class ListAnswer(View, Generic[LabelT]):
    """One page of a list, best first."""

    items: tuple[RankedThing[LabelT], ...]
    total: int = Field(ge=0, description="How many things the whole list has")
    counter: str = Field(description="The counter that it is ordered by", examples=["articles"])
    next: str | None = Field(default=None, description="The cursor of the next page; null on the last")
    partitions: Partitions


class SingleAnswer(View, Generic[LabelT]):
    """One thing with its days."""

    item: Thing[LabelT]
    partitions: Partitions


class Match(Thing[ActorLabel]):
    """An actor whose name was searched for."""

    matched: str = Field(description="The name that matched", examples=["Vladimir Putin"])


class SearchAnswer(View):
    """Actors by name, most articles first."""

    items: tuple[Match, ...]
    partitions: Partitions


class Day(View):
    """Counters of one day."""

    day: str = Field(description="UTC day, or 'undated'", examples=["2012-08-02"])
    counters: Counters = Field(examples=[{"articles": 3, "events": 7, "ASSAULT": 2}])


class DaysAnswer(View):
    """Matching events by day, oldest first; 'undated' last, and only where no days are asked for."""

    items: tuple[Day, ...]
    partitions: Partitions


# --- events ------------------------------------------------------------------------------------------------


class Side(View):
    """The source or the target of an event."""

    actor: str | None = Field(description="Id of the actor, null for nobody in particular")
    name: str | None
    code: str | None
    text: str = Field(description="The words of the story")


class Mark(View):
    """A span of the sentence, in characters."""

    role: str = Field(examples=["trigger", "source", "target"])
    start: int
    end: int


class Retelling(View):
    """Another sentence that tells the event."""

    sentence: str
    trigger: str
    marks: tuple[Mark, ...]


class Article(View):
    """The story that tells an event."""

    id: str
    title: str | None
    url: str | None
    source: str | None
    published_at: str | None
    day: str


class TopicOfStory(View):
    """A topic that the story is about."""

    code: str
    name: str


class EventView(View):
    """Who did what to whom, as one story tells it."""

    key: str = Field(description="'article id/event id'")
    id: str
    type: EventType
    mode: str | None
    quad: Quad
    cameo: str | None
    source: Side | None
    target: Side | None
    sentence: str
    marks: tuple[Mark, ...] = Field(
        description="Trigger, source and target in the sentence; they do not overlap"
    )
    trigger: str
    date: str | None
    confidence: float
    also: tuple[Retelling, ...]
    article: Article
    topics: tuple[TopicOfStory, ...]
    meaning: str = Field(description="A line that explains the type, and the mode")


class EventsAnswer(View):
    """Matching events, newest first."""

    items: tuple[EventView, ...]
    next: str | None = Field(default=None, description="The cursor of the next page; null on the last")
    partitions: Partitions


class EventAnswer(View):
    """One event."""

    item: EventView
    partitions: Partitions


# --- whole pages -------------------------------------------------------------------------------------------


class TypesOfActor(View):
    """Events by type, as source and as target."""

    as_source: Counters
    as_target: Counters


class Profile(View):
    """An actor as a page shows it."""

    actor: Thing[ActorLabel]
    partners: tuple[RankedThing[PairLabel], ...]
    types: TypesOfActor
    topics: tuple[RankedThing[ActorTopicLabel], ...]
    also_called: tuple[str, ...]
    events: tuple[EventView, ...]
    partitions: Partitions


class History(View):
    """A pair as a page shows it."""

    pair: Thing[PairLabel]
    reverse: Thing[PairLabel] | None
    events: tuple[EventView, ...]
    partitions: Partitions


# --- codes -------------------------------------------------------------------------------------------------


class ModeMeaning(View):
    """A mode of an event type."""

    mode: str
    meaning: str


class TypeMeaning(View):
    """An event type."""

    type: EventType
    name: str
    quad: Quad
    meaning: str
    modes: tuple[ModeMeaning, ...]


class QuadMeaning(View):
    """A quad class."""

    quad: Quad
    meaning: str


class SectorMeaning(View):
    """A sector."""

    sector: str
    meaning: str


class Codebook(View):
    """What the codes mean."""

    types: tuple[TypeMeaning, ...]
    quads: tuple[QuadMeaning, ...]
    sectors: tuple[SectorMeaning, ...]


# --- the service itself ------------------------------------------------------------------------------------


class Alive(View):
    """The process answers."""

    status: str = "ok"


class Readiness(View):
    """Whether this worker does its part, and if not, why."""

    ready: bool
    reasons: tuple[str, ...] = Field(examples=[["count: recovering"]])


class DaySpan(View):
    """The first and the last day that something is counted on."""

    first: str | None = None
    last: str | None = None


class Totals(View):
    """How much is counted in all."""

    stories: int = 0
    events: int = 0
    actors: int = 0


class Rates(View):
    """How fast work is done, over the last minute."""

    articles_per_second: float = 0.0


class Lag(View):
    """Records that wait, by what they are."""

    articles: int | None = None
    coded: int | None = None
    tallies: int | None = None


class RecoveryStatus(View):
    """How much of the changelogs is still to be read."""

    remaining_records: int = 0
    total_records: int = 0


class WorkerStatus(View):
    """What a worker says of itself."""

    model_config = ConfigDict(extra="allow")
    url: str
    role: str
    phase: str
    partitions: tuple[int, ...] = ()
    uptime_seconds: float | None = None


class Status(View):
    """The state of the whole pipeline, as the worker that is asked sees it."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [_STATUS]})
    ready: bool
    namespace: str
    partitions: Partitions
    days: DaySpan = DaySpan()
    totals: Totals = Totals()
    rates: Rates = Rates()
    lag: Lag = Lag()
    seconds_behind: float | None = None
    dead_letters: int = 0
    workers: tuple[WorkerStatus, ...] = ()
    recovery: RecoveryStatus = RecoveryStatus()


class ActorList(ListAnswer[ActorLabel]):
    """Actors, best first."""


class TopicList(ListAnswer[TopicLabel]):
    """Topics, best first."""


class ActorTopicList(ListAnswer[ActorTopicLabel]):
    """Actors with topics, best first."""


class PairList(ListAnswer[PairLabel]):
    """Pairs of source and target, best first."""


class TypeList(ListAnswer[TypeLabel]):
    """Event types, best first."""


class OneActor(SingleAnswer[ActorLabel]):
    """One actor with its days."""


class OneTopic(SingleAnswer[TopicLabel]):
    """One topic with its days."""


class OneActorTopic(SingleAnswer[ActorTopicLabel]):
    """One actor with one topic, with its days."""


class OnePair(SingleAnswer[PairLabel]):
    """One pair with its days."""


class OneType(SingleAnswer[TypeLabel]):
    """One event type with its days."""
