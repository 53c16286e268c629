"""Faust's consumer with a fetch loop of our own: what Faust does after a rebalance can skip records.

Faust resumes all partitions before it seeks, and acknowledges the hole that this leaves (faust 0.15.3,
tables/recovery.py `_resume_streams`, transport/consumer.py `_drain_messages`).
Here membership and rebalancing stay Faust's; opening and fetching are ours, and only what is committed is
read.
"""

import asyncio
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, ClassVar, Final

import aiokafka
import faust
import orjson
import structlog
from aiokafka import TopicPartition
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.coordinator.protocol import ConsumerProtocolMemberMetadata
from aiokafka.errors import NoOffsetForPartitionError, OffsetOutOfRangeError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from yarl import URL

from streams.delivery.batch import Fetched, Partition
from streams.delivery.delivery import Delivery, is_cancelled

log = structlog.get_logger(__name__)

FETCH_SECONDS: Final = 0.2
_FOR_EVER_MS: Final = 2**31 - 1


class TellingAssignor(RoundRobinPartitionAssignor):  # type: ignore[misc] # aiokafka tells no types
    """Assigns in turns; with what a member subscribes to, the group is told where its API is."""

    def __init__(self, url: str | None) -> None:
        self._user_data = orjson.dumps({"url": url}) if url else b""

    def metadata(self, topics: Iterable[str]) -> ConsumerProtocolMemberMetadata:
        """What this member tells when it joins."""
        return ConsumerProtocolMemberMetadata(self.version, list(topics), self._user_data)


class MemberThread(driver.AIOKafkaConsumerThread):
    """Faust's consumer thread with a consumer of ours; its heartbeats renew the lease."""

    consumer: "OrderedConsumer"

    def _create_worker_consumer(self, transport: "OrderedTransport") -> aiokafka.AIOKafkaConsumer:  # type: ignore[override] # Faust passes the transport that made it
        conf = self.app.conf
        # aiokafka's sticky assignor once gave a group's partitions to nobody, after two had claimed them
        self._assignor = TellingAssignor(transport.told_url)
        return aiokafka.AIOKafkaConsumer(
            **transport.client_options,
            client_id=conf.broker_client_id,
            group_id=conf.id,
            group_instance_id=conf.consumer_group_instance_id,
            partition_assignment_strategy=[self._assignor],
            enable_auto_commit=False,
            auto_offset_reset="none",
            isolation_level="read_committed",
            max_poll_records=transport.fetch_records,
            max_poll_interval_ms=_FOR_EVER_MS,  # slow coding is no reason to leave: the watchdog judges
            fetch_max_wait_ms=200,
            request_timeout_ms=int(conf.broker_request_timeout * 1000),
            session_timeout_ms=int(conf.broker_session_timeout * 1000),
            heartbeat_interval_ms=int(conf.broker_heartbeat_interval * 1000),
            rebalance_timeout_ms=int(conf.broker_rebalance_timeout * 1000),
        )

    async def on_start(self) -> None:
        """Watch the heartbeats of the coordinator that has just been made."""
        await super().on_start()
        lease = self.consumer.delivery.lease
        coordinator = self._ensure_consumer()._coordinator  # noqa: SLF001 - no public way to a heartbeat
        coordinator._do_heartbeat = lease.observing(coordinator._do_heartbeat)  # noqa: SLF001

    async def fetch(self, partitions: frozenset[Partition]) -> dict[Partition, Fetched]:
        """What there is of these partitions; raises OffsetOutOfRangeError."""
        fetched: dict[Partition, Fetched] = await self.call_thread(self._fetch, partitions)
        return fetched

    async def _fetch(self, partitions: frozenset[Partition]) -> dict[Partition, Fetched]:
        consumer = self._ensure_consumer()
        wanted = {TopicPartition(*partition) for partition in partitions} & consumer.assignment()
        if not (wanted and self.consumer.flow_active):
            return {}
        before = _positions(consumer, wanted)
        records = await _in_turns(consumer, wanted, self.consumer.transport.fetch_records)
        return {
            Partition(tp.topic, tp.partition): Fetched(before[tp], records.get(tp, ()), position)
            for tp, position in _positions(consumer, wanted).items()
            if tp in before and position != before[tp]
        }

    def last_stable_offset(self, partition: TopicPartition) -> int | None:
        """The offset that committed records reach; not the log's end while a transaction is open."""
        end: int | None = self._ensure_consumer().last_stable_offset(partition)
        return end

    async def committed(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """The committed offsets, of those partitions that have one."""
        consumer = self._ensure_consumer()
        found = {
            partition: await self.call_thread(consumer.committed, TopicPartition(*partition))
            for partition in partitions
        }
        return {partition: offset for partition, offset in found.items() if offset is not None}

    async def first_offsets(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """The offsets of the first records that are still there."""
        wanted = [TopicPartition(*partition) for partition in partitions]
        if not wanted:
            return {}
        found = await self.call_thread(self._ensure_consumer().beginning_offsets, wanted)
        return {Partition(tp.topic, tp.partition): offset for tp, offset in found.items()}

    async def seek_all(self, offsets: Mapping[Partition, int]) -> None:
        """Go on reading there."""
        await self.call_thread(self._seek_all, offsets)

    async def _seek_all(self, offsets: Mapping[Partition, int]) -> None:
        consumer = self._ensure_consumer()
        for partition, offset in offsets.items():
            consumer.seek(TopicPartition(*partition), offset)


async def _in_turns(
    consumer: aiokafka.AIOKafkaConsumer, wanted: Iterable[TopicPartition], most: int
) -> dict[TopicPartition, Any]:
    """A few records of each partition: aiokafka would empty one before it turns to the next."""
    partitions = sorted(wanted)
    share = max(1, most // len(partitions))
    found: dict[TopicPartition, Any] = {}
    for asked, seconds in [*(([partition], 0.0) for partition in partitions), (partitions, FETCH_SECONDS)]:
        if found and seconds:
            break  # no need to wait
        try:
            found |= await consumer.getmany(*asked, timeout_ms=int(seconds * 1000), max_records=share)
        except NoOffsetForPartitionError:
            continue  # noticed by aiokafka before the partition was sought
        except OffsetOutOfRangeError:
            if not found:  # else it is met again, once what was found is taken
                raise
    return found


def _positions(
    consumer: aiokafka.AIOKafkaConsumer, partitions: Iterable[TopicPartition]
) -> dict[TopicPartition, int]:
    """Where partitions stand that still are ours; aiokafka's own `position` would wait for a seek."""
    subscription = consumer._subscription.subscription  # noqa: SLF001 - see above
    assignment = subscription.assignment if subscription else None
    if assignment is None:
        return {}
    states = {tp: assignment.state_value(tp) for tp in partitions if tp in assignment.tps}
    return {tp: state.position for tp, state in states.items() if state and state.has_valid_position}


class OrderedConsumer(driver.Consumer):
    """Faust's consumer whose partitions are opened and fetched by a Delivery."""

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
            generation, fetched = await self._fetch()
            if not fetched:
                await asyncio.sleep(FETCH_SECONDS / 10)
            for partition, found in fetched.items():
                await self.delivery.take(generation, partition, found)

    async def _fetch(self) -> tuple[int, dict[Partition, Fetched]]:
        async with self._fetching:
            generation, opened = self.delivery.generation, self.delivery.opened
            try:
                return generation, await self._thread.fetch(opened) if opened else {}
            except OffsetOutOfRangeError as error:
                await self._go_on_after_loss(error)
                return generation, {}
            except asyncio.CancelledError:
                if is_cancelled():
                    raise
                return generation, {}  # a request was cancelled with its connection

    async def _go_on_after_loss(self, error: OffsetOutOfRangeError) -> None:
        wanted = {Partition(tp.topic, tp.partition): offset for tp, offset in error.args[0].items()}
        first = await self._thread.first_offsets(wanted)
        for partition, offset in wanted.items():
            if first[partition] < offset:
                self.delivery.end(
                    "a Kafka topic is shorter than what was read of it",
                    partition=partition,
                    offset=offset,
                    remedy="was it made anew? take a new TIDINGS_NAMESPACE, or see 'tidings rebuild'",
                )
            if partition in self.delivery.opened:
                self.delivery.skip_lost(partition, first=first[partition])
                await self._thread.seek_all({partition: first[partition]})

    # --- what the delivery calls (streams.delivery.delivery.Positions) ----------------------------------

    async def committed(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """The committed offsets, of those partitions that have one; raises KafkaError."""
        return await self._thread.committed(partitions)

    async def go_to(self, offsets: Mapping[Partition, int | None]) -> dict[Partition, int]:
        """Go there, to the first record for None, and return where that is; raises KafkaError."""
        async with self._fetching:
            first = await self._thread.first_offsets(p for p, offset in offsets.items() if offset is None)
            found = {p: first[p] if offset is None else offset for p, offset in offsets.items()}
            await self._thread.seek_all(found)
        return found

    def log_end(self, partition: Partition) -> int | None:
        """The offset after the last record that may be read, as the last fetch answered."""
        return self._thread.last_stable_offset(TopicPartition(*partition))


class OrderedTransport(driver.Transport):
    """Faust's transport with the consumer above."""

    Consumer: ClassVar[type[OrderedConsumer]] = OrderedConsumer

    def __init__(
        self,
        url: list[URL],
        app: faust.App,
        delivery: Delivery,
        client_options: Mapping[str, Any],
        *,
        fetch_records: int,
        told_url: str | None = None,
    ) -> None:
        super().__init__(url, app)
        self.delivery = delivery
        self.fetch_records = fetch_records
        self.told_url = told_url
        self.client_options = client_options

    def create_consumer(self, callback: Any, **kwargs: Any) -> Any:
        """Faust's factory: the delivery is given its consumer."""
        consumer: Any = super().create_consumer(callback, **kwargs)
        self.delivery.attach(consumer)
        return consumer
