"""The client for plain code."""

import time
from collections.abc import Callable, Generator
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

import httpx

from streams.client import requests
from streams.client.exchange import Get, Manner, Sent, Wait, course_of
from streams.client.faults import TidingsError
from streams.client.filters import (
    ActorQuestion,
    DayFilters,
    EventFilters,
    EventQuestion,
    PairQuestion,
    StreamQuestion,
    TopicQuestion,
)
from streams.client.following import SILENCE_SECONDS, Following
from streams.client.listing import Listing
from streams.client.messages import Message
from streams.client.requests import ListRequest, Request
from streams.client.state import Codebook, Status
from streams.client.things import (
    ActorLabel,
    ActorTopicLabel,
    ByDay,
    Event,
    Found,
    History,
    ItemT,
    PairLabel,
    Profile,
    Single,
    Thing,
    TopicLabel,
    TypeLabel,
)

T = TypeVar("T")

USUAL_URL = "http://127.0.0.1:8650"


class Tidings:
    """Asks a running service. Every method may raise TidingsError, and its kinds Unreachable and NotReady.

    `complete`: an answer that lacks partitions is asked for again, then NotReady; `strict`: it is
    PartialAnswer at once; neither: it is given, and its `partitions.missing` says so. `retries` are bounded,
    and wait as long as the service asks for. `transport` stands in for the network.
    """

    def __init__(
        self,
        url: str = USUAL_URL,
        *,
        complete: bool = False,
        strict: bool = False,
        retries: int = 2,
        timeout_seconds: float = 10.0,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._manner = Manner(retries, complete, strict)
        self._http = httpx.Client(base_url=url, timeout=timeout_seconds, transport=transport)
        self._sleep = sleep

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def actors(self, **asked: Unpack[ActorQuestion]) -> Listing[Thing[ActorLabel]]:
        """Actors; filters: days, events, topic, actor, country, sector, kind; limit, sort, compare, pages."""
        return self._list(requests.actors(asked))

    def topics(self, **asked: Unpack[TopicQuestion]) -> Listing[Thing[TopicLabel]]:
        """Topics: what stories are about."""
        return self._list(requests.topics(asked))

    def actor_topics(self, **asked: Unpack[ActorQuestion]) -> Listing[Thing[ActorTopicLabel]]:
        """Actors with topics: who, about what."""
        return self._list(requests.actor_topics(asked))

    def pairs(self, **asked: Unpack[PairQuestion]) -> Listing[Thing[PairLabel]]:
        """Pairs: who did what to whom."""
        return self._list(requests.pairs(asked))

    def event_types(self, **asked: Unpack[PairQuestion]) -> Listing[Thing[TypeLabel]]:
        """Event types: what was done."""
        return self._list(requests.event_types(asked))

    def events(self, **asked: Unpack[EventQuestion]) -> Listing[Event]:
        """Single events, newest first."""
        return self._list(requests.events(asked))

    def actor(self, key: str, **days: Unpack[DayFilters]) -> Single[Thing[ActorLabel]]:
        """An actor, by day; raises NotFound."""
        return self._ask(requests.actor(key, days))

    def topic(self, key: str, **days: Unpack[DayFilters]) -> Single[Thing[TopicLabel]]:
        """A topic, by day; raises NotFound."""
        return self._ask(requests.topic(key, days))

    def actor_topic(self, key: str, **days: Unpack[DayFilters]) -> Single[Thing[ActorTopicLabel]]:
        """An actor with a topic, by day; raises NotFound."""
        return self._ask(requests.actor_topic(key, days))

    def pair(self, key: str, **days: Unpack[DayFilters]) -> Single[Thing[PairLabel]]:
        """A pair ('source|target'), by day; raises NotFound."""
        return self._ask(requests.pair(key, days))

    def event_type(self, name: str, **days: Unpack[DayFilters]) -> Single[Thing[TypeLabel]]:
        """An event type, by day; raises NotFound."""
        return self._ask(requests.event_type(name, days))

    def profile(self, key: str, **days: Unpack[DayFilters]) -> Profile:
        """An actor with its partners, what it did and met with, its topics and newest events."""
        return self._ask(requests.profile(key, days))

    def history(self, key: str, **days: Unpack[DayFilters]) -> History:
        """A pair by day and both ways, with its newest events."""
        return self._ask(requests.history(key, days))

    def days(self, **filters: Unpack[EventFilters]) -> ByDay:
        """How many matching events each day has, by type."""
        return self._ask(requests.days(filters))

    def event(self, key: str) -> Single[Event]:
        """An event by its key ('article id/event id'); raises NotFound."""
        return self._ask(requests.event(key))

    def search(self, words: str, *, limit: int = 10) -> Found:
        """Actors that go, or went, by a name with these words."""
        return self._ask(requests.search(words, limit))

    def status(self) -> Status:
        """How the service is."""
        return self._ask(requests.status())

    def codebook(self) -> Codebook:
        """What the codes mean."""
        return self._ask(requests.codebook())

    def stream(
        self, *, on_lost: Callable[[TidingsError], None] | None = None, **asked: Unpack[StreamQuestion]
    ) -> Generator[Message, None, None]:
        """Events as they are counted, changes of what is watched, the state; connects again where it broke.

        `watch` takes 'actor:<id>', 'pair:<key>', 'type:<TYPE>' and 'top:<list>'; `last_event_id` resumes;
        `on_lost` is told of each lost connection.
        """
        params, last_event_id = requests.of_stream(asked)
        return self._follow(Following(params, self._manner, last_event_id=last_event_id, on_lost=on_lost))

    def _follow(self, following: Following) -> Generator[Message, None, None]:
        while True:
            fault: TidingsError | httpx.TransportError | None = None
            try:
                with self._connected(following) as response:
                    if response.is_error:
                        response.read()
                    following.opened(response)
                    for chunk in response.iter_bytes():
                        yield from following.feed(chunk)
            except (TidingsError, httpx.TransportError) as error:
                fault = error
            self._sleep(following.pause_after(fault))

    def _connected(self, following: Following) -> Any:
        timeout = httpx.Timeout(self._http.timeout.connect, read=SILENCE_SECONDS)
        return self._http.stream(
            "GET", "/v1/stream", params=following.params, headers=following.headers, timeout=timeout
        )

    def _list(self, request: ListRequest[ItemT]) -> Listing[ItemT]:
        return Listing(self._ask, request)

    def _ask(self, request: Request[T]) -> T:
        course, sent = course_of(request, self._manner), None
        while True:
            try:
                step = course.send(sent)
            except StopIteration as end:
                answer: T = end.value
                return answer
            sent = self._do(step)

    def _do(self, step: Get | Wait) -> Sent:
        if isinstance(step, Wait):
            self._sleep(step.seconds)
            return None
        try:
            return self._http.get(step.path, params=step.params)
        except httpx.TransportError as error:
            return error
