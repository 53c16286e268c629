"""How records are taken from aiokafka's consumer: a few of each partition, in turns."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError, NoOffsetForPartitionError, OffsetOutOfRangeError

from streams.delivery.consumer import _in_turns

FIRST, SECOND = TopicPartition("coded", 0), TopicPartition("coded", 1)


@dataclass
class FakeConsumer:
    """What lies fetched, by partition, and faults that are told once, as aiokafka tells them."""

    buffered: dict[TopicPartition, list[int]] = field(default_factory=dict)
    faults: dict[TopicPartition, KafkaError] = field(default_factory=dict)
    waited: list[int] = field(default_factory=list)

    async def getmany(
        self, *partitions: TopicPartition, timeout_ms: int, max_records: int
    ) -> dict[TopicPartition, list[int]]:
        if timeout_ms:
            self.waited.append(timeout_ms)
        for partition in partitions:
            if partition in self.faults:
                raise self.faults.pop(partition)
            if taken := self.buffered.get(partition, [])[:max_records]:
                self.buffered[partition] = self.buffered[partition][max_records:]
                return {partition: taken}
        return {}


async def fetch(consumer: FakeConsumer, most: int = 4) -> dict[TopicPartition, Any]:
    return await _in_turns(consumer, {FIRST, SECOND}, most)


async def test_each_partition_has_its_share() -> None:
    """A long backlog of one partition leaves the others their turn."""
    consumer = FakeConsumer({FIRST: list(range(100)), SECOND: [7]})
    assert await fetch(consumer) == {FIRST: [0, 1], SECOND: [7]}
    assert consumer.waited == []


async def test_only_where_there_is_nothing_it_waits() -> None:
    """What is there is taken at once."""
    consumer = FakeConsumer()
    assert await fetch(consumer) == {}
    assert len(consumer.waited) == 1


async def test_a_fault_of_one_partition_drops_nothing_of_another() -> None:
    """What was taken before is given; a partition whose records are gone is told of with nothing taken."""
    consumer = FakeConsumer({FIRST: [1]}, {SECOND: OffsetOutOfRangeError({SECOND: 5})})
    assert await fetch(consumer) == {FIRST: [1]}
    consumer.faults[SECOND] = OffsetOutOfRangeError({SECOND: 5})
    with pytest.raises(OffsetOutOfRangeError):
        await fetch(consumer)


async def test_an_offset_that_was_missing_before_the_seek_is_no_fault() -> None:
    """aiokafka tells late of what it noticed before the partition was sought."""
    consumer = FakeConsumer({SECOND: [3]}, {FIRST: NoOffsetForPartitionError(FIRST)})
    assert await fetch(consumer) == {SECOND: [3]}
