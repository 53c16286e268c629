"""What an agent reads and what it writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol


class Partition(NamedTuple):
    """A partition of a Kafka topic."""

    kafka_topic: str
    number: int


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
class Fetched:
    """What one fetch gave of a partition: its position before and after, and the records between.

    Records have gaps where Kafka keeps the marks of transactions; a fetch that meets nothing else moves the
    position all the same.
    """

    before: int
    records: Sequence[ConsumedRecord]
    after: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one partition that follow each other, and the offset to go on from once they are done."""

    kafka_topic: str
    partition: int
    generation: int
    records: Sequence[ConsumedRecord]
    next_offset: int

    @property
    def source(self) -> Partition:
        """The partition that the records come from."""
        return Partition(self.kafka_topic, self.partition)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A record to send; without a partition the producer's partitioner takes it from the key."""

    kafka_topic: str
    key: bytes | None
    value: bytes | None
    partition: int | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
