"""A Kafka topic read from its first record to the end that it has when reading starts."""

from collections.abc import AsyncGenerator, Mapping
from typing import Any, TypeAlias

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import UnknownTopicOrPartitionError

RawRecord: TypeAlias = "ConsumerRecord[bytes | None, bytes | None]"


async def read_log(client_options: Mapping[str, Any], kafka_topic: str) -> AsyncGenerator[RawRecord, None]:
    """Every committed record that there is now, in order within each partition.

    Raises UnknownTopicOrPartitionError.
    """
    consumer = AIOKafkaConsumer(
        kafka_topic,
        **client_options,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_partition_fetch_bytes=4 * 1024 * 1024,
    )
    await consumer.start()
    try:
        partitions = consumer.assignment()
        if not partitions:
            raise UnknownTopicOrPartitionError(kafka_topic)
        ends = await consumer.end_offsets(partitions)
        await consumer.seek_to_beginning(*partitions)
        while await _is_behind(consumer, ends):
            for partition, records in (await consumer.getmany(timeout_ms=500)).items():
                for record in records:
                    if record.offset < ends[partition]:
                        yield record
    finally:
        await consumer.stop()


async def _is_behind(consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]) -> bool:
    for partition, end in ends.items():
        if await consumer.position(partition) < end:
            return True
    return False
