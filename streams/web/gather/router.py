"""Which partition a key is in: where the producer has put it."""

from typing import Final

from aiokafka.partitioner import DefaultPartitioner

_PARTITIONER: Final = DefaultPartitioner()


def partition_of(key: str, partitions: int) -> int:
    """The partition of what is sent under this key, of a Kafka topic with so many."""
    numbers = list(range(partitions))
    return int(_PARTITIONER(key.encode(), numbers, numbers))
