"""Namespaces on the session's Kafka, each with changelogs of its own."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from changelogs import Changelogs

from streams.broker import EmbeddedKafka
from streams.commands.topics import create_topics
from streams.kafka_topics import catalogue_of, client_options
from streams.settings import Settings


@pytest.fixture
async def new_changelogs(kafka: EmbeddedKafka) -> AsyncIterator[Callable[[], Awaitable[Changelogs]]]:
    """Makes namespaces with every Kafka topic of the catalogue, one partition each."""
    made: list[Changelogs] = []

    async def make() -> Changelogs:
        settings = Settings(namespace=f"r{secrets.token_hex(4)}", partitions=1)
        await create_topics(settings, kafka.bootstrap)
        made.append(Changelogs(client_options(settings, kafka.bootstrap), catalogue_of(settings)))
        return made[-1]

    yield make
    for changelogs in made:
        await changelogs.close()


@pytest.fixture
async def changelogs(new_changelogs: Callable[[], Awaitable[Changelogs]]) -> Changelogs:
    return await new_changelogs()
