"""The ledger's changelog on a real Kafka, and workers that serve nothing but its stream over real HTTP."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import PolicyViolationError
from fastapi import FastAPI
from fastapi.responses import Response
from starlette.requests import Request

from schemas.coding import Event, Participant
from schemas.coordinates import Coordinates
from schemas.ledger import LedgerEntry, Outcome, Story
from schemas.plover import QUAD_OF, EventType
from schemas.wire import encode
from streams.commands.topics import create_topics
from streams.kafka_topics import Catalogue, admin_client, catalogue_of, client_options
from streams.metrics import Metrics
from streams.settings import Settings
from streams.web.api.problems import Refused, response_of
from streams.web.push import build_push
from streams.web.server import Listener, WebServer

PARTITIONS = 3


def event(number: int) -> Event:
    return Event(
        id=f"e{number}",
        type=EventType.ASSAULT,
        mode=None,
        quad=QUAD_OF[EventType.ASSAULT],
        cameo=None,
        source=Participant(actor="country:SYR", code=None, text="Syria"),
        target=None,
        sentence="Syria fired on the town.",
        trigger="fired",
        start=6,
        end=11,
        date=None,
        confidence=0.9,
    )


def entry(events: int) -> bytes:
    at = Coordinates(partition=0, offset=0)
    told = Story(day="2012-08-02", events=tuple(map(event, range(1, events + 1))))
    return encode(
        LedgerEntry(article=at, content_hash="", contributions=(), story=told, outcome=Outcome.COUNTED)
    )


@dataclass
class Namespace:
    """One namespace's changelog, written to as the ledger does."""

    options: dict[str, Any]
    catalogue: Catalogue
    producer: AIOKafkaProducer

    async def write(self, partition: int, articles: Sequence[str], *, events: int = 1) -> None:
        """A committed transaction: entries, then the position that ends each."""
        async with self.producer.transaction():
            await self._send(partition, articles, events)

    async def abort(self, partition: int, articles: Sequence[str]) -> None:
        """A transaction that comes to nothing."""
        with suppress(_GivenUp):
            async with self.producer.transaction():
                await self._send(partition, articles, 1)
                raise _GivenUp

    async def _send(self, partition: int, articles: Sequence[str], events: int) -> None:
        changelog = self.catalogue.ledger_changelog
        for article in articles:
            await self.producer.send_and_wait(
                changelog, key=article.encode(), value=entry(events), partition=partition
            )
        await self.producer.send_and_wait(
            changelog, key=b"\xffposition", value=b'{"offset":1}', partition=partition
        )

    async def delete_before(self, partition: int, offset: int) -> None:
        """Let the log start at this offset, as where somebody has its segments deleted."""
        changelog = self.catalogue.ledger_changelog
        deleting = ConfigResource(
            ConfigResourceType.TOPIC, changelog, configs={"cleanup.policy": "compact,delete"}
        )
        async with admin_client(self.options) as admin, asyncio.timeout(20):
            await admin.alter_configs([deleting])
            while True:  # the leader hears of its new policy a moment after it is told
                with suppress(PolicyViolationError):
                    place = TopicPartition(changelog, partition)
                    await admin.delete_records({place: RecordsToDelete(offset)})
                    return
                await asyncio.sleep(0.1)


class _GivenUp(Exception):
    """Ends a transaction."""


@asynccontextmanager
async def new_namespace(bootstrap: str) -> AsyncIterator[Namespace]:
    settings = Settings(namespace=f"s{secrets.token_hex(4)}", partitions=PARTITIONS)
    await create_topics(settings, bootstrap)
    options = client_options(settings, bootstrap)
    producer = AIOKafkaProducer(**options, transactional_id=f"{settings.namespace}-ledger")
    await producer.start()
    try:
        yield Namespace(options, catalogue_of(settings), producer)
    finally:
        await producer.stop()


@asynccontextmanager
async def worker(namespace: Namespace, answers: Any) -> AsyncIterator[str]:
    """The URL of a worker's server, which runs in a thread of its own."""

    async def status() -> object:
        return {"ready": True}

    push = build_push(
        answers=answers,
        client_options=namespace.options,
        changelog=namespace.catalogue.ledger_changelog,
        partitions=PARTITIONS,
        status=status,
        metrics=Metrics(),
    )
    api = FastAPI()
    api.include_router(push.router)
    api.add_exception_handler(Refused, _refused)
    listener = Listener("127.0.0.1", 0)
    server = WebServer(api, listener, before_stop=push.close)
    serving = asyncio.create_task(server.serve())
    try:
        yield listener.url
    finally:
        server.stop()
        await serving


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return response_of(error, request.url.path)
