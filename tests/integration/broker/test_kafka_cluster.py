"""Three nodes of the real Apache Kafka, and the loss of one."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from streams.broker import EmbeddedCluster, KafkaRuntime
from streams.broker.metadata_probe import listed_brokers

pytestmark = pytest.mark.kafka

# three partitions on three nodes: whichever node dies led one of them
KAFKA_TOPIC = "replicated"
PARTITIONS = 3


@pytest.fixture
def cluster(tmp_path: Path, kafka_runtime: KafkaRuntime, cache_dir: Path) -> Iterator[EmbeddedCluster]:
    cluster = EmbeddedCluster(tmp_path, kafka_runtime, cache_dir=cache_dir)
    cluster.start()
    yield cluster
    cluster.kill()


async def create_topic(bootstrap: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics(
            [NewTopic(KAFKA_TOPIC, num_partitions=PARTITIONS, replication_factor=3)], timeout_ms=10_000
        )
    finally:
        await admin.close()


async def consume(bootstrap: str, count: int) -> set[bytes]:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    consumer.assign([TopicPartition(KAFKA_TOPIC, n) for n in range(PARTITIONS)])
    await consumer.start()
    try:
        return {(await asyncio.wait_for(consumer.getone(), 20)).value for _ in range(count)}
    finally:
        await consumer.stop()


async def test_cluster_survives_the_kill_of_any_one_node(cluster: EmbeddedCluster) -> None:
    """While one node after the other is killed and started again, every record is acknowledged and kept."""
    await create_topic(cluster.bootstrap)
    values = [f"{n}".encode() for n in range(30)]
    async with AIOKafkaProducer(
        bootstrap_servers=cluster.bootstrap, enable_idempotence=True, request_timeout_ms=30_000
    ) as producer:

        async def send(some: list[bytes]) -> None:
            futures = [
                await producer.send(KAFKA_TOPIC, value, partition=n % PARTITIONS)
                for n, value in enumerate(some)
            ]
            await asyncio.wait_for(asyncio.gather(*futures), 20)

        for round_number, node in enumerate(cluster.nodes):
            node.kill()
            await send(values[round_number * 10 : round_number * 10 + 10])
            await asyncio.to_thread(node.start)
            await asyncio.to_thread(node.wait_ready, frozenset({1, 2, 3}))
    assert await consume(cluster.bootstrap, len(values)) == set(values)


def test_each_node_lists_all(cluster: EmbeddedCluster) -> None:
    """A started cluster is whole from every node's point of view, and ends in time when stopped."""
    for node in cluster.nodes:
        assert listed_brokers(node.address.client_port) == {1, 2, 3}
    cluster.stop()
    assert not any(node.is_running for node in cluster.nodes)
