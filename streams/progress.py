"""How far what has been replayed has come: followed through the committed offsets, stage by stage."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from streams.kafka_topics import Catalogue, admin_client

STALLED_SECONDS: Final = 120.0
_POLL_SECONDS: Final = 0.2


class Stalled(TimeoutError):
    """Records wait, and nobody has processed one for too long."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A consumer group on its way through one Kafka topic."""

    name: str
    group: str
    kafka_topic: str


def stages(catalogue: Catalogue) -> tuple[Stage, Stage, Stage]:
    """The stages of an article, in their order."""
    return (
        Stage("coded", catalogue.code_group, catalogue.articles),
        Stage("in the ledger", catalogue.count_group, catalogue.coded),
        Stage("tallies in the tables", catalogue.count_group, catalogue.tallies),
    )


async def wait_until_counted(
    client_options: Mapping[str, Any],
    catalogue: Catalogue,
    *,
    on_progress: Callable[[Stage, int, int], None] = lambda *_: None,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Return when everything that lies in the articles topic now is in the tables; raises Stalled.

    Each stage's end is read when the stage before has passed its own: by then it holds all that the
    articles gave rise to. `on_progress` hears the stage, records done and records in all.
    """
    for stage in stages(catalogue):
        await wait_until_read(
            client_options, stage, catalogue.partitions, on_progress=on_progress, clock=clock
        )


async def wait_until_read(
    client_options: Mapping[str, Any],
    stage: Stage,
    partitions: int,
    *,
    on_progress: Callable[[Stage, int, int], None] = lambda *_: None,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Return when a group has passed everything that lies in its Kafka topic now; raises Stalled."""
    consumer = AIOKafkaConsumer(**client_options, enable_auto_commit=False)
    await consumer.start()
    try:
        async with admin_client(client_options) as admin:
            ends = await _ends(consumer, stage.kafka_topic, partitions)
            await _follow(admin, stage, ends, on_progress, clock)
    finally:
        await consumer.stop()


async def _ends(consumer: AIOKafkaConsumer, kafka_topic: str, partitions: int) -> dict[TopicPartition, int]:
    ends = await consumer.end_offsets([TopicPartition(kafka_topic, number) for number in range(partitions)])
    return {partition: end for partition, end in ends.items() if end}


async def _done(admin: AIOKafkaAdminClient, stage: Stage, ends: Mapping[TopicPartition, int]) -> int:
    """Records below the committed offsets; none while the group has no coordinator yet."""
    try:
        committed = await admin.list_consumer_group_offsets(stage.group, partitions=list(ends))
    except KafkaError as error:
        if not error.retriable:
            raise
        return 0
    return sum(min(end, max(0, committed[tp].offset)) for tp, end in ends.items() if tp in committed)


async def _follow(
    admin: AIOKafkaAdminClient,
    stage: Stage,
    ends: Mapping[TopicPartition, int],
    on_progress: Callable[[Stage, int, int], None],
    clock: Callable[[], float],
) -> None:
    total, before, moved_at = sum(ends.values()), -1, clock()
    while True:
        done = await _done(admin, stage, ends)
        on_progress(stage, done, total)
        if done >= total:
            return
        if done != before:
            before, moved_at = done, clock()
        if clock() - moved_at > STALLED_SECONDS:
            raise Stalled(
                f"Kafka topic {stage.kafka_topic}: {total - done} records wait, and group {stage.group} has "
                f"not moved for {STALLED_SECONDS:.0f} s; see the worker's log and /readyz"
            )
        await asyncio.sleep(_POLL_SECONDS)
