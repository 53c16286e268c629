"""Faust's consumer with a fetch loop of our own: what Faust does after a rebalance can skip records.

Faust resumes partitions before it seeks to the committed offset, and acknowledges what it then takes for
a gap (faust 0.15.3: tables/recovery.py `_resume_streams`, transport/consumer.py `_drain_messages`).
Here membership, assignment and rebalancing stay Faust's; opening, fetching and committing are ours.
"""

import asyncio
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, ClassVar, Final

import aiokafka
import faust
import structlog
from aiokafka.errors import KafkaError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from yarl import URL

from streams.delivery.delivery import Delivery, Partition

log = structlog.get_logger(__name__)

FETCH_SECONDS: Final = 0.2


class MemberThread(driver.AIOKafkaConsumerThread):
    """Faust's consumer thread; its heartbeats renew the lease."""

    consumer: "OrderedConsumer"

    async def on_start(self) -> None:
        """Watch the heartbeats of the coordinator that has just been made."""
        await super().on_start()
        lease = self.consumer.delivery.lease
        coordinator = self._ensure_consumer()._coordinator  # noqa: SLF001 - no public way to a heartbeat
        coordinator._do_heartbeat = lease.observing(coordinator._do_heartbeat)  # noqa: SLF001

    async def seek_one_to_committed(self, partition: aiokafka.TopicPartition) -> int | None:
        """Seek one partition to its committed offset and return it.

        Without one aiokafka starts at the earliest record by itself, since every assignment begins with
        no position; asking for it would wait behind a long poll.
        """
        consumer = self._ensure_consumer()
        committed = await self.call_thread(consumer.seek_to_committed, partition)
        offset: int | None = committed[partition]
        return offset

    async def commit_at_once(self, offsets: Mapping[TP, int]) -> None:
        """Commit; raises KafkaError. Faust's own `commit` ends the app at the first broker that is away."""
        await self.call_thread(
            self._ensure_consumer().commit,
            {aiokafka.TopicPartition(*tp): offset for tp, offset in offsets.items()},
        )


class OrderedConsumer(driver.Consumer):
    """Faust's consumer whose partitions are opened, fetched and committed by a Delivery."""

    transport: "OrderedTransport"
    _thread: MemberThread

    def _new_consumer_thread(self) -> MemberThread:
        return MemberThread(self, loop=self.loop, beacon=self.beacon)

    @property
    def delivery(self) -> Delivery:
        """The delivery of this consumer's app."""
        return self.transport.delivery

    @cached_property
    def _fetching(self) -> asyncio.Lock:
        # A fetch that was under way when a partition was sought could take its first records along, and
        # be dropped as of an old generation: nothing is sought while a fetch runs.
        return asyncio.Lock()

    # --- what Faust calls ------------------------------------------------------------------------------

    def resume_partitions(self, tps: Iterable[TP]) -> None:
        """Faust would resume everything before it seeks; here is fetched what the delivery has opened."""

    async def perform_seek(self) -> None:
        """The point after a rebalance where Faust would seek: hand over to the delivery."""
        assigned = frozenset(Partition(tp.topic, tp.partition) for tp in self.assignment())
        self.delivery.lease.renew()
        self.delivery.begin(self.app.consumer_generation_id, assigned)

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Faust's own livelock detector looks at acknowledgements that are never made here."""

    async def _drain_messages(self, fetcher: Any) -> None:
        while not (self.should_stop or fetcher.should_stop):
            async with self._fetching:
                generation = self.delivery.generation
                opened = {TP(*partition) for partition in self.delivery.opened}
                fetched = await self._thread.getmany(opened, FETCH_SECONDS) if opened else {}
            if not fetched:
                await asyncio.sleep(FETCH_SECONDS / 10)
            for tp, records in fetched.items():
                await self.delivery.take(generation, Partition(tp.topic, tp.partition), records)

    # --- what the delivery calls (streams.delivery.delivery.Positions) ----------------------------------

    async def seek_to_committed(self, partition: Partition | None = None) -> Any:
        """Go to the committed offset of one partition."""
        if partition is None:
            raise TypeError("only single partitions are sought: see perform_seek")
        tp = aiokafka.TopicPartition(partition.kafka_topic, partition.number)
        async with self._fetching:
            return await self._thread.seek_one_to_committed(tp)

    async def commit_offsets(self, offsets: Mapping[Partition, int]) -> bool:
        """Commit; False where that failed, for the moment or because the group has moved on."""
        held = self.assignment()
        wanted = {TP(*partition): offset for partition, offset in offsets.items() if TP(*partition) in held}
        if not wanted:
            return False
        try:
            await self._thread.commit_at_once(wanted)
        except KafkaError as error:
            log.warning("commit failed", error=repr(error), partitions=len(wanted))
            return False
        return True

    def log_end(self, partition: Partition) -> int | None:
        """The offset after the last record, as the last fetch answered."""
        end: int | None = self.highwater(TP(*partition))
        return end


class OrderedTransport(driver.Transport):
    """Faust's transport with the consumer above."""

    Consumer: ClassVar[type[OrderedConsumer]] = OrderedConsumer

    def __init__(self, url: list[URL], app: faust.App, delivery: Delivery) -> None:
        super().__init__(url, app)
        self.delivery = delivery

    def create_consumer(self, callback: Any, **kwargs: Any) -> Any:
        """Faust's factory: the delivery is given its consumer."""
        consumer: Any = super().create_consumer(callback, **kwargs)
        self.delivery.attach(consumer)
        return consumer
