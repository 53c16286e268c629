"""A Kafka topic read from its first record to the end that it has when reading starts."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from typing import Any, Final, TypeAlias

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError, KafkaTimeoutError, UnknownTopicOrPartitionError

from streams import empty_control_batches  # noqa: F401 - before anything is read

_RETRY_SECONDS: Final = 0.5

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


class EndsReader:
    """Asks for the ends of Kafka topics, again and again over one connection."""

    def __init__(self, client_options: Mapping[str, Any], partitions: int) -> None:
        self._client_options = client_options
        self._partitions = partitions
        self._consumer: AIOKafkaConsumer | None = None
        self._starting = asyncio.Lock()

    async def ends(self, kafka_topic: str) -> dict[int, int]:
        """The offset after the last record, by partition; waits for a Kafka that is away."""
        wanted = [TopicPartition(kafka_topic, number) for number in range(self._partitions)]
        while True:
            try:
                found = await (await self._started()).end_offsets(wanted)
            except KafkaError as error:
                if not (error.retriable or isinstance(error, KafkaTimeoutError)):
                    raise
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                return {partition.partition: end for partition, end in found.items()}

    async def _started(self) -> AIOKafkaConsumer:
        async with self._starting:  # two agents may ask at once
            if self._consumer is None:
                consumer = AIOKafkaConsumer(**self._client_options)
                try:
                    await consumer.start()
                except BaseException:
                    await consumer.stop()
                    raise
                self._consumer = consumer
            return self._consumer

    async def close(self) -> None:
        """Close the connection."""
        if self._consumer:
            await self._consumer.stop()
