"""Who holds which partitions, as the consumer group itself tells it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
import structlog
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment, ConsumerProtocolMemberMetadata
from aiokafka.errors import KafkaError, for_code

from streams.kafka_topics import KafkaUnreachable, admin_client

log = structlog.get_logger(__name__)

FRESH_SECONDS: Final = 2.0
"""What was known so long ago is asked for again."""

_LEAST_SECONDS: Final = 0.2
"""A group is asked at most as often as this, whoever wants to know."""

_PATIENCE_SECONDS: Final = 1.5


@dataclass(frozen=True, slots=True)
class Members:
    """The members of the count group: by URL the partitions of each Kafka topic."""

    partitions: Mapping[str, Mapping[str, frozenset[int]]] = field(default_factory=dict)
    fault: str = ""
    """Why this may not be how the group stands now."""

    def owners(self, kafka_topic: str) -> dict[int, str]:
        """By partition the URL of the worker that it is assigned to."""
        return {
            number: url
            for url, held in self.partitions.items()
            for number in held.get(kafka_topic, frozenset())
        }


Describe = Callable[[], Awaitable[Mapping[str, Mapping[str, frozenset[int]]] | None]]
"""Asks Kafka for the group; None while it is being balanced anew."""


class Peers:
    """What is known of the group: asked for anew while somebody wants to know, and after a fault at once."""

    def __init__(self, describe: Describe, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._describe, self._clock = describe, clock
        self._members = Members(fault="the count group has not been asked yet")
        self._asked = float("-inf")
        self._asking: asyncio.Task[None] | None = None

    async def members(self) -> Members:
        """What is known; the first time, what Kafka answers. Later it is asked while nobody waits."""
        if self._clock() - self._asked > FRESH_SECONDS:
            asking = self._ask()
            if not self._members.partitions:
                await _wait(asking)
        return self._members

    async def ask_again(self) -> Members:
        """What Kafka answers now, or has answered a moment ago."""
        if self._clock() - self._asked > _LEAST_SECONDS or self._asking:
            await _wait(self._ask())
        return self._members

    def _ask(self) -> "asyncio.Task[None]":
        if self._asking is None:
            self._asking = asyncio.create_task(self._read())
            self._asking.add_done_callback(self._answered)
        return self._asking

    def _answered(self, _: "asyncio.Task[None]") -> None:
        self._asking, self._asked = None, self._clock()

    async def _read(self) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                found = await self._describe()
        except (KafkaError, KafkaUnreachable, OSError) as error:  # TimeoutError is an OSError
            fault = f"Kafka does not tell who holds what: {type(error).__name__} {error}".rstrip()
            if not self._members.fault:
                log.warning("the count group could not be described", error=repr(error))
            self._members = Members(self._members.partitions, fault)
            return
        if found is None:
            self._members = Members(self._members.partitions, "partitions are being moved between workers")
        else:
            self._members = Members(found)


async def _wait(asking: "asyncio.Task[None]") -> None:
    # several wait for one task: none that is cancelled may take the answer from the others
    await asyncio.shield(asking)


class GroupDescription:
    """Describes a consumer group, with an admin client of its own."""

    def __init__(self, options: Mapping[str, Any], group: str) -> None:
        self._options, self._group = options, group
        self._connected = AsyncExitStack()
        self._admin: AIOKafkaAdminClient = None  # no types: made by the first question

    async def __call__(self) -> dict[str, dict[str, frozenset[int]]] | None:
        """By URL what is assigned; None while the group is being balanced anew."""
        try:
            if self._admin is None:
                self._admin = await self._connected.enter_async_context(admin_client(self._options))
            (answer,) = await self._admin.describe_consumer_groups([self._group])
            return read_group(answer.groups[0])
        except BaseException:
            await self.close()  # one that has failed may stay so
            raise

    async def close(self) -> None:
        """Let go of the connections."""
        self._admin = None
        await self._connected.aclose()


def read_group(told: tuple[Any, ...]) -> dict[str, dict[str, frozenset[int]]] | None:
    """A group as a DescribeGroups response has it: error code, group, state, protocol, members."""
    code, _group, state, _kind, _protocol, members, *_ = told
    if code:
        raise for_code(code)()
    if state not in ("Stable", "Empty", "Dead"):
        return None
    found = (_read_member(*member[-2:]) for member in members)
    return {url: held for url, held in found if url is not None}


def _read_member(metadata: bytes, assignment: bytes) -> tuple[str | None, dict[str, frozenset[int]]]:
    """The URL, None of a member that tells none as those of older versions do, and what is assigned to it."""
    subscription = ConsumerProtocolMemberMetadata.decode(metadata)
    assigned = ConsumerProtocolMemberAssignment.decode(assignment).assignment if assignment else ()
    return _told_url(subscription.user_data), {
        kafka_topic: frozenset(numbers) for kafka_topic, numbers in assigned
    }


def _told_url(user_data: bytes) -> str | None:
    try:
        return str(orjson.loads(user_data)["url"])
    except (ValueError, KeyError, TypeError):
        return None
