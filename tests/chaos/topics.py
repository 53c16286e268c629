"""The Kafka topics of a run, whose changelogs are compacted all the time."""

import asyncio
from typing import TYPE_CHECKING, Any, Final

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from streams.kafka_topics import Catalogue, KafkaTopic, KafkaTopicsWrong, admin_client, check, client_options
from streams.settings import Settings

if TYPE_CHECKING:
    from tests.chaos.brokers import Brokers

COMPACTED: Final = {
    "cleanup.policy": "compact",
    # no batch may be larger than a segment, so that it is their age which closes them
    "segment.bytes": "1048576",
    "segment.ms": "400",
    "segment.index.bytes": "65536",
    "min.compaction.lag.ms": "0",
    "max.compaction.lag.ms": "1500",
    "min.cleanable.dirty.ratio": "0.01",
    "delete.retention.ms": "5000",
}
"""What the suite changes in a changelog: small segments that may be cleaned as soon as they are closed."""

CREATE_SECONDS: Final = 45.0


def options_of(brokers: "Brokers") -> dict[str, Any]:
    """What the suite's own clients are given: a way past the proxies."""
    return client_options(Settings(), brokers.direct_bootstrap)


def config_of(topic: KafkaTopic) -> dict[str, str]:
    """A Kafka topic's settings in the suite."""
    is_changelog = "compact" in topic.config["cleanup.policy"]
    return {**topic.config, **(COMPACTED if is_changelog else {})}


async def create_topics(options: dict[str, Any], catalogue: Catalogue) -> None:
    """Create all Kafka topics of a namespace; waits for nodes that lag behind since the run before."""
    async with asyncio.timeout(CREATE_SECONDS), admin_client(options) as admin:
        while not await _are_there(admin, catalogue):
            await _try_to_create(admin, catalogue)
            await asyncio.sleep(0.1)


async def _are_there(admin: AIOKafkaAdminClient, catalogue: Catalogue) -> bool:
    try:
        await check(admin, catalogue)
    except KafkaTopicsWrong:
        return False
    return True


async def _try_to_create(admin: AIOKafkaAdminClient, catalogue: Catalogue) -> None:
    existing = set(await admin.list_topics())
    missing = [topic for topic in catalogue.kafka_topics() if topic.name not in existing]
    if missing:
        await admin.create_topics(
            [
                NewTopic(
                    topic.name, topic.partitions, catalogue.replication_factor, topic_configs=config_of(topic)
                )
                for topic in missing
            ]
        )


async def delete_topics(options: dict[str, Any], catalogue: Catalogue) -> None:
    """Delete them, so that a node need not carry the topics of hundreds of runs."""
    try:
        async with asyncio.timeout(CREATE_SECONDS), admin_client(options) as admin:
            await admin.delete_topics(sorted(catalogue.names))
    except (KafkaError, TimeoutError):
        pass  # of no consequence for what the run has shown
