"""What one input partition's batches give rise to: written in transactions, each with the next offset."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata

from streams.delivery.batch import Batch, Outgoing, Partition
from streams.delivery.ending import End

GATHER_SECONDS: Final = 0.1
"""Transactions of one partition begin at least so far apart: each costs the broker about ten requests."""

MAX_WAITING_BATCHES: Final = 64
MAX_TRANSACTION_RECORDS: Final = 5_000


class Producer(Protocol):
    """The part of aiokafka's transactional producer that a writer uses."""

    async def start(self) -> None:
        """Take the transactional id: fences whoever had it, and aborts its open transaction."""

    async def abandon(self) -> None:
        """Close all connections; what is on its way is left to whoever fences this producer."""

    async def begin_transaction(self) -> None:
        """Begin."""

    async def send(
        self,
        topic: str,
        value: bytes | None = ...,
        key: bytes | None = ...,
        partition: int | None = ...,
        headers: list[tuple[str, bytes]] | None = ...,
    ) -> asyncio.Future[Any]:
        """Buffer a record; the future is done when the broker has it."""

    async def send_offsets_to_transaction(
        self, offsets: Mapping[TopicPartition, OffsetAndMetadata], group_id: str
    ) -> None:
        """Commit offsets with the transaction."""

    async def commit_transaction(self) -> None:
        """Commit."""


class Committed(Protocol):
    """Told what a transaction has made visible."""

    def __call__(
        self,
        source: Partition,
        next_offset: int,
        written: Sequence[Outgoing],
        ends: Mapping[tuple[str, int], int],
    ) -> None:
        """`ends`: for each partition that was written to by number, the offset after its last record."""


class Writer:
    """Gathers what the batches of one input partition give rise to, and writes it in transactions."""

    transaction_seconds: float = 0.0
    """How long the last one took."""

    def __init__(
        self,
        source: Partition,
        *,
        group: str,
        producer: Producer,
        position_record: Callable[[Partition, int], Outgoing | None],
        on_committed: Committed,
        end: End,
    ) -> None:
        self._source = source
        self._group = group
        self._producer = producer
        self._position_record = position_record
        self._on_committed = on_committed
        self._end = end
        self._waiting: asyncio.Queue[tuple[Batch, Sequence[Outgoing]]] = asyncio.Queue(MAX_WAITING_BATCHES)
        self._pending = 0
        self._empty = asyncio.Event()
        self._empty.set()
        self._loop: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Fence whoever wrote for this partition before; raises KafkaError."""
        await self._producer.start()
        self._loop = asyncio.create_task(self._run())

    async def put(self, batch: Batch, outgoing: Sequence[Outgoing]) -> None:
        """Take what this batch gives rise to; waits while too many batches are on their way."""
        self._pending += 1
        self._empty.clear()
        try:
            await self._waiting.put((batch, outgoing))
        except asyncio.CancelledError:
            self._forget(1)
            raise

    async def wait_empty(self, timeout_seconds: float) -> bool:
        """Wait until all that was put is committed; False where that takes longer."""
        try:
            await asyncio.wait_for(self._empty.wait(), timeout_seconds)
        except TimeoutError:
            return False
        return True

    async def close(self) -> None:
        """Stop writing; what is not committed is gone, and is read again by the next owner."""
        if self._loop:
            self._loop.cancel()
        while not self._waiting.empty():  # who still waits to put goes on: an agent outlives its partitions
            self._waiting.get_nowait()
        await self._producer.abandon()

    async def _run(self) -> None:
        while True:
            gathered = [await self._waiting.get()]
            spacing = asyncio.create_task(asyncio.sleep(GATHER_SECONDS))
            try:
                await self._write(self._gather_more(gathered))
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever failed, what is committed now is in doubt
                self._end("transaction failed", partition=self._source, error=repr(error))
            self._forget(len(gathered))
            await spacing

    def _gather_more(
        self, gathered: list[tuple[Batch, Sequence[Outgoing]]]
    ) -> list[tuple[Batch, Sequence[Outgoing]]]:
        records = len(gathered[0][1])
        while records < MAX_TRANSACTION_RECORDS and not self._waiting.empty():
            gathered.append(self._waiting.get_nowait())
            records += len(gathered[-1][1])
        return gathered

    async def _write(self, gathered: Sequence[tuple[Batch, Sequence[Outgoing]]]) -> None:
        next_offset = gathered[-1][0].next_offset
        written = [record for _, outgoing in gathered for record in outgoing]
        if position := self._position_record(self._source, next_offset):
            written.append(position)
        began = time.perf_counter()
        await self._producer.begin_transaction()
        sent = [await self._send(record) for record in written]
        await self._producer.send_offsets_to_transaction(
            {TopicPartition(*self._source): OffsetAndMetadata(next_offset, "")}, self._group
        )
        # aiokafka would commit around a record that was refused: look at each before
        ends: dict[tuple[str, int], int] = {}
        for record, future in zip(written, sent, strict=True):
            metadata = await _naming(record, future)
            if metadata.offset < 0:  # aiokafka's answer to a duplicate: where it stands is not known
                raise NotWritten(f"Kafka topic {record.kafka_topic} tells no offset of a record")
            if record.partition is not None:
                ends[record.kafka_topic, record.partition] = metadata.offset + 1
        await self._producer.commit_transaction()
        self.transaction_seconds = time.perf_counter() - began
        self._on_committed(self._source, next_offset, written, ends)

    def _send(self, record: Outgoing) -> Awaitable[asyncio.Future[Any]]:
        sending = self._producer.send(
            record.kafka_topic,
            value=record.value,
            key=record.key,
            partition=record.partition,
            headers=list(record.headers),
        )
        return _naming(record, sending)

    def _forget(self, batches: int) -> None:
        self._pending -= batches
        if not self._pending:
            self._empty.set()


class NotWritten(RuntimeError):
    """Kafka did not take a record."""


async def _naming(record: Outgoing, written: Awaitable[Any]) -> Any:
    """Wait; a refusal names the Kafka topic, which aiokafka's own error does not."""
    try:
        return await written
    except KafkaError as error:
        raise NotWritten(f"Kafka topic {record.kafka_topic} did not take a record: {error!r}") from error
