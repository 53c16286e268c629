"""What agents write: sent in order, and done in order."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Protocol

from aiokafka.errors import KafkaError

from streams.delivery.batch import Batch, Outgoing
from streams.delivery.ending import End

Loop = Callable[[], Coroutine[Any, Any, None]]


class Sender(Protocol):
    """The part of aiokafka's producer that an outbox uses."""

    async def send(
        self,
        topic: str,
        value: bytes | None = ...,
        key: bytes | None = ...,
        partition: int | None = ...,
        headers: list[tuple[str, bytes]] | None = ...,
    ) -> asyncio.Future[Any]:
        """Buffer a record; the future is done when the broker has acknowledged it."""


class Outbox:
    """Sends what batches give rise to in the order of `put`, and reports each batch done in that order.

    A batch is done when everything put before and with it is acknowledged: one that writes nothing also
    stands behind the writes before it. A send that fails ends the process, before any later record passes.
    """

    def __init__(
        self, sender: Sender, *, on_done: Callable[[Batch], None], end: End, max_batches: int = 64
    ) -> None:
        self._sender = sender
        self._on_done = on_done
        self._end = end
        self._room = asyncio.Semaphore(max_batches)
        self._unsent: asyncio.Queue[tuple[Batch, Sequence[Outgoing]]] = asyncio.Queue()
        self._unacknowledged: asyncio.Queue[tuple[Batch, list[asyncio.Future[Any]]]] = asyncio.Queue()
        self._pending = 0
        self._empty = asyncio.Event()
        self._empty.set()

    async def put(self, batch: Batch, outgoing: Sequence[Outgoing]) -> None:
        """Take what this batch gives rise to; waits while too many batches are on their way."""
        self._pending += 1
        self._empty.clear()
        try:
            await self._room.acquire()
        except asyncio.CancelledError:
            self._forget_one()
            raise
        self._unsent.put_nowait((batch, outgoing))

    async def wait_empty(self, timeout_seconds: float) -> bool:
        """Wait until all batches are done; False where that takes longer."""
        try:
            await asyncio.wait_for(self._empty.wait(), timeout_seconds)
        except TimeoutError:
            return False
        return True

    def loops(self) -> tuple[Loop, Loop]:
        """The two loops that must run for as long as the outbox is used."""
        return self._send, self._acknowledge

    async def _send(self) -> None:
        while True:
            batch, outgoing = await self._unsent.get()
            self._unacknowledged.put_nowait((batch, [await self._send_one(record) for record in outgoing]))

    async def _send_one(self, record: Outgoing) -> asyncio.Future[Any]:
        try:
            future = await self._sender.send(
                record.kafka_topic,
                value=record.value,
                key=record.key,
                partition=record.partition,
                headers=list(record.headers),
            )
        except KafkaError as error:  # a full buffer that stays full: later records would pass this one
            self._end("send refused", kafka_topic=record.kafka_topic, error=repr(error))
        future.add_done_callback(lambda done: self._end_if_failed(done, record.kafka_topic))
        return future

    def _end_if_failed(self, future: asyncio.Future[Any], kafka_topic: str) -> None:
        error = "cancelled" if future.cancelled() else future.exception()
        if error:
            self._end("send failed", kafka_topic=kafka_topic, error=repr(error))

    async def _acknowledge(self) -> None:
        while True:
            batch, futures = await self._unacknowledged.get()
            for future in futures:
                await asyncio.shield(future)  # a cancelled worker must not look like a failed send
            self._on_done(batch)
            self._room.release()
            self._forget_one()

    def _forget_one(self) -> None:
        self._pending -= 1
        if not self._pending:
            self._empty.set()
