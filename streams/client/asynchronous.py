"""The client for asyncio: the same questions, awaited."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

import httpx

from streams.client import requests
from streams.client.blocking import USUAL_URL
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
from streams.client.listing import AsyncListing
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


class AsyncTidings:
    """Asks a running service, as `Tidings` does; every method may raise TidingsError and its kinds.

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
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._manner = Manner(retries, complete, strict)
        self._http = httpx.AsyncClient(base_url=url, timeout=timeout_seconds, transport=transport)
        self._sleep = sleep

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    def actors(self, **asked: Unpack[ActorQuestion]) -> AsyncListing[Thing[ActorLabel]]:
        """Actors; filters: days, events, topic, actor, country, sector, kind; limit, sort, compare, pages."""
        return self._list(requests.actors(asked))

    def topics(self, **asked: Unpack[TopicQuestion]) -> AsyncListing[Thing[TopicLabel]]:
        """Topics: what stories are about."""
        return self._list(requests.topics(asked))

    def actor_topics(self, **asked: Unpack[ActorQuestion]) -> AsyncListing[Thing[ActorTopicLabel]]:
        """Actors with topics: who, about what."""
        return self._list(requests.actor_topics(asked))

    def pairs(self, **asked: Unpack[PairQuestion]) -> AsyncListing[Thing[PairLabel]]:
        """Pairs: who did what to whom."""
        return self._list(requests.pairs(asked))

    def event_types(self, **asked: Unpack[PairQuestion]) -> AsyncListing[Thing[TypeLabel]]:
        """Event types: what was done."""
        return self._list(requests.event_types(asked))

    def events(self, **asked: Unpack[EventQuestion]) -> AsyncListing[Event]:
        """Single events, newest first."""
        return self._list(requests.events(asked))

    async def actor(self, key: str, **days: Unpack[DayFilters]) -> Single[Thing[ActorLabel]]:
        """An actor, by day; raises NotFound."""
        return await self._ask(requests.actor(key, days))

    async def topic(self, key: str, **days: Unpack[DayFilters]) -> Single[Thing[TopicLabel]]:
        """A topic, by day; raises NotFound."""
        return await self._ask(requests.topic(key, days))

    async def actor_topic(self, key: str, **days: Unpack[DayFilters]) -> Single[Thing[ActorTopicLabel]]:
        """An actor with a topic, by day; raises NotFound."""
        return await self._ask(requests.actor_topic(key, days))

    async def pair(self, key: str, **days: Unpack[DayFilters]) -> Single[Thing[PairLabel]]:
        """A pair ('source|target'), by day; raises NotFound."""
        return await self._ask(requests.pair(key, days))

    async def event_type(self, name: str, **days: Unpack[DayFilters]) -> Single[Thing[TypeLabel]]:
        """An event type, by day; raises NotFound."""
        return await self._ask(requests.event_type(name, days))

    async def profile(self, key: str, **days: Unpack[DayFilters]) -> Profile:
        """An actor with its partners, what it did and met with, its topics and newest events."""
        return await self._ask(requests.profile(key, days))

    async def history(self, key: str, **days: Unpack[DayFilters]) -> History:
        """A pair by day and both ways, with its newest events."""
        return await self._ask(requests.history(key, days))

    async def days(self, **filters: Unpack[EventFilters]) -> ByDay:
        """How many matching events each day has, by type."""
        return await self._ask(requests.days(filters))

    async def event(self, key: str) -> Single[Event]:
        """An event by its key ('article id/event id'); raises NotFound."""
        return await self._ask(requests.event(key))

    async def search(self, words: str, *, limit: int = 10) -> Found:
        """Actors that go, or went, by a name with these words."""
        return await self._ask(requests.search(words, limit))

    async def status(self) -> Status:
        """How the service is."""
        return await self._ask(requests.status())

    async def codebook(self) -> Codebook:
        """What the codes mean."""
        return await self._ask(requests.codebook())

    def stream(
        self, *, on_lost: Callable[[TidingsError], None] | None = None, **asked: Unpack[StreamQuestion]
    ) -> AsyncGenerator[Message, None]:
        """Events as they are counted, changes of what is watched, the state; connects again where it broke.

        `watch` takes 'actor:<id>', 'pair:<key>', 'type:<TYPE>' and 'top:<list>'; `last_event_id` resumes;
        `on_lost` is told of each lost connection.
        """
        params, last_event_id = requests.of_stream(asked)
        return self._follow(Following(params, self._manner, last_event_id=last_event_id, on_lost=on_lost))

    async def _follow(self, following: Following) -> AsyncGenerator[Message, None]:
        while True:
            fault: TidingsError | httpx.TransportError | None = None
            try:
                async with self._connected(following) as response:
                    if response.is_error:
                        await response.aread()
                    following.opened(response)
                    async for chunk in response.aiter_bytes():
                        for message in following.feed(chunk):
                            yield message
            except (TidingsError, httpx.TransportError) as error:
                fault = error
            await self._sleep(following.pause_after(fault))

    def _connected(self, following: Following) -> Any:
        timeout = httpx.Timeout(self._http.timeout.connect, read=SILENCE_SECONDS)
        return self._http.stream(
            "GET", "/v1/stream", params=following.params, headers=following.headers, timeout=timeout
        )

    def _list(self, request: ListRequest[ItemT]) -> AsyncListing[ItemT]:
        return AsyncListing(self._ask, request)

    async def _ask(self, request: Request[T]) -> T:
        course, sent = course_of(request, self._manner), None
        while True:
            try:
                step = course.send(sent)
            except StopIteration as end:
                answer: T = end.value
                return answer
            sent = await self._do(step)

    async def _do(self, step: Get | Wait) -> Sent:
        if isinstance(step, Wait):
            await self._sleep(step.seconds)
            return None
        try:
            return await self._http.get(step.path, params=step.params)
        except httpx.TransportError as error:
            return error
