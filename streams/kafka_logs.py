"""A Kafka topic read from its first record to the end that it has when reading starts."""

from collections.abc import AsyncGenerator, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import UnknownTopicOrPartitionError


async def read_log(
    client_options: Mapping[str, Any], kafka_topic: str
) -> AsyncGenerator[ConsumerRecord[bytes | None, bytes | None], None]:
    """Every record that there is now, by partition and offset; raises UnknownTopicOrPartitionError."""
    consumer = AIOKafkaConsumer(
        **client_options,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=4 * 1024 * 1024,
    )
    await consumer.start()
    try:
        await consumer.topics()
        numbers = consumer.partitions_for_topic(kafka_topic)
        if not numbers:
            raise UnknownTopicOrPartitionError(kafka_topic)
        for number in sorted(numbers):
            async for record in _read_partition(consumer, TopicPartition(kafka_topic, number)):
                yield record
    finally:
        await consumer.stop()


async def _read_partition(
    consumer: AIOKafkaConsumer, partition: TopicPartition
) -> AsyncGenerator[ConsumerRecord[bytes | None, bytes | None], None]:
    consumer.assign([partition])
    end = (await consumer.end_offsets([partition]))[partition]
    await consumer.seek_to_beginning(partition)
    while await consumer.position(partition) < end:
        for records in (await consumer.getmany(timeout_ms=500)).values():
            for record in records:
                if record.offset < end:
                    yield record
