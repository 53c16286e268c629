"""A bounded number of records in flight, whose fates come back in the order of sending."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from streams.replay.items import Item, Note, Sourced
from streams.replay.producer import Acknowledgement, Producer, SendFailedError, refusal
from streams.replay.records import Record, record_of


@dataclass(frozen=True, slots=True)
class Sent:
    """What is remembered of an item in flight: not its text, of which there may be megabytes."""

    name: str
    readable: bool
    undated: bool
    note: Note | None
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a record: where the broker put it, or why it was refused for good."""

    sent: Sent
    at: Acknowledgement | None = None
    refusal: str | None = None


class Window:
    """Sends to one Kafka topic, and holds back while `size` records are unacknowledged."""

    def __init__(self, producer: Producer, kafka_topic: str, size: int) -> None:
        self._producer = producer
        self._kafka_topic = kafka_topic
        self._room = asyncio.Semaphore(size)
        self._in_flight: asyncio.Queue[tuple[Sent, asyncio.Future[Acknowledgement]] | None] = asyncio.Queue()
        self._refused_some = False

    async def send(self, item: Item) -> None:
        """Send an item as soon as there is room."""
        await self._room.acquire()
        record = record_of(item)
        sent = _remembered(item, len(record.value))
        self._in_flight.put_nowait((sent, await self._queued(record, sent)))

    def close(self) -> None:
        """Say that nothing more will be sent."""
        self._in_flight.put_nowait(None)

    async def fates(self) -> AsyncGenerator[Fate, None]:
        """Yield what becomes of each record, until closed; raise `SendFailedError` at the first failure."""
        while (head := await self._in_flight.get()) is not None:
            sent, future = head
            try:
                fate = Fate(sent, at=await future)
            except MessageSizeTooLargeError:
                fate = Fate(sent, refusal=refusal(sent.name, sent.size_bytes, self._kafka_topic))
                self._refused_some = True
            except KafkaError as fault:
                raise self._failure(sent, fault) from fault
            self._room.release()
            yield fate

    def abandon(self) -> None:
        """Let go of what is in flight; the broker may have it or not."""
        while not self._in_flight.empty():
            if (head := self._in_flight.get_nowait()) is None:
                continue
            _, future = head
            if not future.cancel() and not future.cancelled():
                future.exception()  # asyncio reports an exception that nobody has looked at

    async def _queued(self, record: Record, sent: Sent) -> asyncio.Future[Acknowledgement]:
        try:
            return await self._producer.send(
                self._kafka_topic, record.value, record.key, headers=list(record.headers)
            )
        except MessageSizeTooLargeError as fault:
            refused: asyncio.Future[Acknowledgement] = asyncio.get_running_loop().create_future()
            refused.set_exception(fault)
            return refused
        except KafkaError as fault:
            raise self._failure(sent, fault) from fault

    def _failure(self, sent: Sent, fault: KafkaError) -> SendFailedError:
        return SendFailedError(sent.name, self._kafka_topic, fault, after_refusal=self._refused_some)


def _remembered(item: Item, size_bytes: int) -> Sent:
    if not isinstance(item, Sourced):
        return Sent(f"{item.origin}: unreadable bytes", False, False, None, size_bytes)
    name = f"{item.origin}: article {item.article.id!r}"
    return Sent(name, True, item.article.published_at is None, item.note, size_bytes)
