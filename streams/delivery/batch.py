"""What an agent reads and what it writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class ConsumedRecord(Protocol):
    """The part of aiokafka's ConsumerRecord that agents use."""

    @property
    def offset(self) -> int:
        """Offset in its partition."""

    @property
    def key(self) -> bytes | None:
        """Raw key."""

    @property
    def value(self) -> bytes | None:
        """Raw value."""

    @property
    def timestamp(self) -> int:
        """Milliseconds since the epoch, as Kafka has it: the time of arrival."""

    @property
    def headers(self) -> Sequence[tuple[str, bytes]]:
        """Headers in their order."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive records of one partition, fetched in one generation of the consumer group."""

    kafka_topic: str
    partition: int
    generation: int
    records: Sequence[ConsumedRecord]

    @property
    def next_offset(self) -> int:
        """The offset to commit once the whole batch is done."""
        return self.records[-1].offset + 1


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A record to send; without a partition the producer's partitioner takes it from the key."""

    kafka_topic: str
    key: bytes | None
    value: bytes | None
    partition: int | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
