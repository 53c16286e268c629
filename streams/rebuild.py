"""New tables beside the old ones: another namespace, filled from what lies in this one's Kafka topics."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from enum import StrEnum
from functools import partial
from typing import Any, Final

from aiokafka.admin import AIOKafkaAdminClient

from streams.agents.copy import Translate, as_it_is, build_copy_agent, coded_elsewhere
from streams.delivery import end_process
from streams.delivery.watchdog import watch
from streams.kafka_topics import Catalogue, admin_client, catalogue_of, create_missing, wait_until_there
from streams.members import build_delivery, build_member
from streams.progress import Stage, wait_until_counted, wait_until_read
from streams.settings import Settings

OnProgress = Callable[[Stage, int, int], None]


class NothingToRebuild(LookupError):
    """There is no such namespace, or it is the one to be filled."""


class Source(StrEnum):
    """What new tables are made from."""

    CODED = "coded"
    ARTICLES = "articles"


_NAMES: Final = {Source.CODED: "coded articles copied", Source.ARTICLES: "articles copied"}


async def rebuild(
    settings: Settings,
    client_options: dict[str, Any],
    *,
    namespace: str,
    source: Source,
    on_progress: OnProgress,
    follow: asyncio.Event | None,
) -> None:
    """Fill the settings' namespace from another one; with `follow`, go on until that is set.

    Copies in transactions with the offset, so that it may be killed and started again at any time. Returns
    once the workers of the new namespace have counted everything; raises NothingToRebuild, Stalled.
    """
    new = catalogue_of(settings)
    async with admin_client(client_options) as admin:
        old = await _catalogue_there(admin, namespace, new)
        await create_missing(admin, new)
        await wait_until_there(admin, new)
    stage = Stage(_NAMES[source], f"{new.namespace}-rebuild-{source.value}", _kafka_topic(old, source))
    async with _copying(settings, client_options, stage, old, source):
        await wait_until_read(client_options, stage, old.partitions, on_progress=on_progress)
        await wait_until_counted(client_options, new, on_progress=on_progress)
        if follow:
            await follow.wait()


async def _catalogue_there(admin: AIOKafkaAdminClient, namespace: str, new: Catalogue) -> Catalogue:
    if namespace == new.namespace:
        raise NothingToRebuild(
            f"namespace {namespace!r} cannot be filled from itself: set TIDINGS_NAMESPACE to a new name"
        )
    looked_for = Catalogue(namespace, new.partitions, new.replication_factor)
    (found,) = await admin.describe_topics([looked_for.coded])
    if found["error_code"]:
        raise NothingToRebuild(f"namespace {namespace!r}: there is no Kafka topic {looked_for.coded}")
    return Catalogue(namespace, len(found["partitions"]), new.replication_factor)


def _kafka_topic(catalogue: Catalogue, source: Source) -> str:
    return catalogue.coded if source is Source.CODED else catalogue.articles


def _translation(old: Catalogue, source: Source) -> Translate:
    return coded_elsewhere(old.namespace) if source is Source.CODED else as_it_is


@asynccontextmanager
async def _copying(
    settings: Settings, client_options: dict[str, Any], stage: Stage, old: Catalogue, source: Source
) -> AsyncIterator[None]:
    delivery = build_delivery(stage.group, settings=settings, client_options=client_options)
    target = _kafka_topic(catalogue_of(settings), source)
    member = build_member(
        stage.group,
        settings=settings,
        client_options=client_options,
        delivery=delivery,
        agents={stage.kafka_topic: build_copy_agent(target, _translation(old, source), delivery=delivery)},
    )
    watching = partial(watch, delivery, recovered=lambda: 0, end=end_process)
    watcher = asyncio.create_task(watching(stall_seconds=settings.stall_timeout_seconds))
    await member.start()
    try:
        yield
    finally:
        watcher.cancel()
        await member.stop()
