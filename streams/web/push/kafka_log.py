"""The ledger's changelog on Kafka, read by consumers that belong to no group."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, OffsetOutOfRangeError

from streams import empty_control_batches  # noqa: F401 - before anything is read
from streams.web.push.log import LedgerRecord, LogUnreachable, Read
from streams.web.push.offsets import Offsets

FETCH_BYTES: Final = 512 * 1024
"""Of one partition at once; a larger record comes alone."""

RECORDS_AT_ONCE: Final = 25
"""Then readers have their turn: what is read faster than it can be sent would drop them."""

ENDS_SECONDS: Final = 5.0
"""A reader waits so long for its stream to begin."""

_WAIT_MS: Final = 200


class KafkaLog:
    """All partitions of one changelog, committed records only."""

    def __init__(self, client_options: Mapping[str, Any], changelog: str, partitions: int) -> None:
        self._client_options = client_options
        self._places = [TopicPartition(changelog, number) for number in range(partitions)]

    async def ends(self) -> Offsets:
        """The offset after the last committed record, by partition; raises LogUnreachable."""
        try:
            async with asyncio.timeout(ENDS_SECONDS), self._consumer([0] * len(self._places)) as consumer:
                consumer.pause(*self._places)
                found = await consumer.end_offsets(self._places)
                return tuple(found[place] for place in self._places)
        except TimeoutError as error:
            raise LogUnreachable(f"Kafka has not answered within {ENDS_SECONDS:g} s") from error

    async def follow(self, start: Offsets) -> AsyncGenerator[list[Read], None]:
        """What there is from these offsets on, then what comes; raises LogUnreachable."""
        async with self._consumer(start) as consumer:
            while True:
                try:
                    yield await self._next(consumer)
                except OffsetOutOfRangeError as error:
                    yield await self._go_on_from_what_there_is(consumer, error.args[0])

    async def _next(self, consumer: AIOKafkaConsumer) -> list[Read]:
        fetched = await consumer.getmany(timeout_ms=_WAIT_MS, max_records=RECORDS_AT_ONCE)
        # The position tells more than the records: it has passed the marks of transactions, too.
        return [
            Read(place.partition, tuple(map(_record, fetched.get(place, ()))), await consumer.position(place))
            for place in self._places
        ]

    async def _go_on_from_what_there_is(
        self, consumer: AIOKafkaConsumer, wanted: Mapping[TopicPartition, int]
    ) -> list[Read]:
        firsts = await consumer.beginning_offsets(list(wanted))
        ends = await consumer.end_offsets(list(wanted))
        reads = []
        for place, offset in wanted.items():
            there = min(max(offset, firsts[place]), ends[place])
            consumer.seek(place, there)
            reads.append(Read(place.partition, (), there, lost=there != offset))
        return reads

    @asynccontextmanager
    async def _consumer(self, start: "Offsets | list[int]") -> AsyncIterator[AIOKafkaConsumer]:
        consumer = AIOKafkaConsumer(
            **self._client_options,
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="none",  # what is gone is told, not jumped over
            max_partition_fetch_bytes=FETCH_BYTES,
        )
        try:
            await consumer.start()
            consumer.assign(self._places)
            for place, offset in zip(self._places, start, strict=True):
                consumer.seek(place, offset)
            yield consumer
        except (KafkaError, OSError) as error:
            raise LogUnreachable(f"Kafka does not give the ledger's changelog: {error!r}") from error
        finally:
            await consumer.stop()


def _record(record: Any) -> LedgerRecord:
    return LedgerRecord(record.partition, record.offset, record.key or b"", record.value)
