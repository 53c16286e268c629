"""Every question as a request with the type of its answer: written once, sent by either client."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Generic, TypeVar
from urllib.parse import quote

from streams.client.filters import (
    ActorQuestion,
    DayFilters,
    EventFilters,
    EventQuestion,
    PairQuestion,
    Params,
    StreamQuestion,
    TopicQuestion,
    params_of,
)
from streams.client.reading import read
from streams.client.state import Codebook, Status
from streams.client.things import (
    ActorLabel,
    ActorTopicLabel,
    ByDay,
    Event,
    Found,
    History,
    ItemT,
    Page,
    PairLabel,
    Profile,
    Single,
    Thing,
    TopicLabel,
    TypeLabel,
)

T = TypeVar("T")

PAGE_ROWS: Final = 100
"""Rows of a page where nobody says otherwise: a list is walked in few requests."""

KINDS: Final[Mapping[str, type[Thing[Any]]]] = {
    "actors": Thing[ActorLabel],
    "topics": Thing[TopicLabel],
    "actor-topics": Thing[ActorTopicLabel],
    "pairs": Thing[PairLabel],
    "event-types": Thing[TypeLabel],
}
"""What is listed under a name."""


@dataclass(frozen=True, slots=True)
class Request(Generic[T]):
    """What to get, and as what to read it."""

    path: str
    kind: type[T]
    params: Params = ()
    of_partitions: bool = True
    """Whether the answer stands on partitions, so that it may be asked to be complete."""

    def read(self, told: Any) -> T:
        """The answer; raises Unreadable."""
        return read(self.kind, told)


@dataclass(frozen=True, slots=True)
class ListRequest(Request[Page[ItemT]]):
    """The first page of a list, and how many pages are walked at most."""

    pages: int | None = None


def a_list(name: str, kind: type[Page[ItemT]], takes: type, asked: Mapping[str, Any]) -> ListRequest[ItemT]:
    """The first page of a list; raises TypeError for what the list does not take."""
    params = params_of(name.replace("-", "_"), takes, {"limit": PAGE_ROWS, **asked})
    kept = tuple(pair for pair in params if pair[0] != "pages")
    return ListRequest(f"/v1/{name}", kind, kept, pages=asked.get("pages"))


def after(request: ListRequest[ItemT], cursor: str) -> ListRequest[ItemT]:
    """The page that a cursor leads to."""
    return replace(request, params=(*request.params, ("cursor", cursor)))


def one(name: str, key: str, kind: type[T], asked: Mapping[str, Any], *, part: str = "") -> Request[T]:
    """One thing, or a part of what is known of it, over a range of days."""
    call = part or name.rstrip("s").replace("-", "_")
    path = f"/v1/{name}/{quote(key, safe=':')}" + (f"/{part}" if part else "")
    return Request(path, kind, params_of(call, DayFilters, asked))


def actors(asked: ActorQuestion) -> ListRequest[Thing[ActorLabel]]:
    """The actors."""
    return a_list("actors", Page[Thing[ActorLabel]], ActorQuestion, asked)


def topics(asked: TopicQuestion) -> ListRequest[Thing[TopicLabel]]:
    """The topics."""
    return a_list("topics", Page[Thing[TopicLabel]], TopicQuestion, asked)


def actor_topics(asked: ActorQuestion) -> ListRequest[Thing[ActorTopicLabel]]:
    """The actors with topics."""
    return a_list("actor-topics", Page[Thing[ActorTopicLabel]], ActorQuestion, asked)


def pairs(asked: PairQuestion) -> ListRequest[Thing[PairLabel]]:
    """The pairs."""
    return a_list("pairs", Page[Thing[PairLabel]], PairQuestion, asked)


def event_types(asked: PairQuestion) -> ListRequest[Thing[TypeLabel]]:
    """The event types."""
    return a_list("event-types", Page[Thing[TypeLabel]], PairQuestion, asked)


def events(asked: EventQuestion) -> ListRequest[Event]:
    """The events."""
    return a_list("events", Page[Event], EventQuestion, asked)


def actor(key: str, asked: DayFilters) -> Request[Single[Thing[ActorLabel]]]:
    """An actor."""
    return one("actors", key, Single[Thing[ActorLabel]], asked)


def topic(key: str, asked: DayFilters) -> Request[Single[Thing[TopicLabel]]]:
    """A topic."""
    return one("topics", key, Single[Thing[TopicLabel]], asked)


def actor_topic(key: str, asked: DayFilters) -> Request[Single[Thing[ActorTopicLabel]]]:
    """An actor with a topic."""
    return one("actor-topics", key, Single[Thing[ActorTopicLabel]], asked)


def pair(key: str, asked: DayFilters) -> Request[Single[Thing[PairLabel]]]:
    """A pair."""
    return one("pairs", key, Single[Thing[PairLabel]], asked)


def event_type(name: str, asked: DayFilters) -> Request[Single[Thing[TypeLabel]]]:
    """An event type."""
    return one("event-types", name, Single[Thing[TypeLabel]], asked)


def profile(key: str, asked: DayFilters) -> Request[Profile]:
    """All of an actor."""
    return one("actors", key, Profile, asked, part="profile")


def history(key: str, asked: DayFilters) -> Request[History]:
    """All of a pair."""
    return one("pairs", key, History, asked, part="history")


def days(asked: EventFilters) -> Request[ByDay]:
    """The days."""
    return Request("/v1/days", ByDay, params_of("days", EventFilters, asked))


def event(key: str) -> Request[Single[Event]]:
    """One event."""
    return one("events", key, Single[Event], {})


def search(words: str, limit: int) -> Request[Found]:
    """Actors by name."""
    return Request("/v1/search", Found, (("q", words), ("limit", str(limit))))


def status() -> Request[Status]:
    """How the service is."""
    return Request("/v1/status", Status, of_partitions=False)


def codebook() -> Request[Codebook]:
    """What codes mean."""
    return Request("/v1/codebook", Codebook, of_partitions=False)


def of_stream(asked: StreamQuestion) -> tuple[Params, str | None]:
    """A stream's parameters, and the message after which it resumes."""
    params = params_of("stream", StreamQuestion, asked)
    return tuple(pair for pair in params if pair[0] != "last_event_id"), asked.get("last_event_id")
