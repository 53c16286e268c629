"""What a replay asks of a Kafka producer, and how sending fails."""

import asyncio
from typing import Protocol

from aiokafka.errors import KafkaError, OutOfOrderSequenceNumber


class Acknowledgement(Protocol):
    """Where a broker has put a record."""

    @property
    def partition(self) -> int:
        """The partition, from 0."""

    @property
    def offset(self) -> int:
        """The offset in it; -1 where the broker did not say."""


class Producer(Protocol):
    """The one method of aiokafka's producer that a replay calls.

    Start it with `acks="all"` and `enable_idempotence=True`, and with the Kafka topic's max.message.bytes
    as `max_request_size`: aiokafka then refuses a record that is too large before the broker does. A
    batch that the broker itself refuses leaves a hole in an idempotent producer's sequence, and no later
    one gets past it.
    """

    async def send(
        self, topic: str, value: bytes, key: bytes, *, headers: list[tuple[str, bytes]]
    ) -> asyncio.Future[Acknowledgement]:
        """Queue a record; the future is done when the broker has it."""


class SendFailedError(RuntimeError):
    """A broker did not take a record, so none after it may be sent."""

    def __init__(self, name: str, kafka_topic: str, fault: KafkaError, *, after_refusal: bool) -> None:
        remedy = "check that the broker is up"
        if after_refusal and isinstance(fault, OutOfOrderSequenceNumber):
            remedy = (
                "the broker refused an earlier record as too large, and an idempotent producer then stalls; "
                "give it the Kafka topic's max.message.bytes as max_request_size"
            )
        super().__init__(
            f"{name} was not taken by Kafka topic {kafka_topic!r} ({fault!r}); {remedy}, "
            "then replay again: what was sent already counts once"
        )


def refusal(name: str, size_bytes: int, kafka_topic: str) -> str:
    """Say that a record is too large, and what would let it pass."""
    return (
        f"{name} has {size_bytes:,} bytes, too large for Kafka topic {kafka_topic!r}; "
        "raise its max.message.bytes and the producer's max_request_size, or shorten the text"
    )
