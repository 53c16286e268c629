"""Faust apps as members of consumer groups: built, never global, each with its delivery and its agents."""

import asyncio
from collections.abc import AsyncIterable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import faust
from aiokafka import AIOKafkaProducer
from faust.tables import TableManager
from mode import CrashingSupervisor
from mode.utils.queues import FlowControlEvent, ThrowableQueue
from yarl import URL

from streams.agents.agent import Agent
from streams.delivery import Batch, Delivery, Lease, Outgoing, Partition, Writer, end_process
from streams.delivery.consumer import OrderedTransport
from streams.delivery.delivery import Recover
from streams.delivery.writer import Committed
from streams.kafka_topics import MAX_RECORD_BYTES
from streams.settings import Settings

FETCH_RECORDS: Final = 500
_INBOX_BATCHES: Final = 16
_DRAIN_SHARE_OF_SESSION: Final = 0.5
_DRAIN_SECONDS: Final = 3.0
_HEARTBEAT_SECONDS: Final = 1.0
"""A heartbeat's answer is how a member hears of a rebalance."""
_ABANDON_SECONDS: Final = 0.5


class MemberCrashed(RuntimeError):
    """A Faust app ended although nobody asked it to."""


@dataclass(frozen=True)
class Member:
    """One consumer group's member in this process."""

    app: faust.App
    delivery: Delivery

    async def start(self) -> None:
        """Join the group; agents read as soon as their partitions are open."""
        await self.app.start()

    async def run(self) -> None:
        """Return when the app has stopped; raises MemberCrashed where that was not asked for."""
        await self.app.wait_until_stopped()
        if self.app.crashed:
            raise MemberCrashed(f"{self.app.conf.id}: {self.app.crash_reason!r}")

    async def stop(self) -> None:
        """Finish and commit what is on its way, then leave the group."""
        await self.delivery.close()
        await self.app.stop()


async def _recover_nothing(assigned: frozenset[Partition]) -> Mapping[Partition, int]:
    return {}


@dataclass(frozen=True, kw_only=True)
class State:
    """What a member keeps: how it is recovered, what tells its position, and who hears of commits."""

    recover: Recover = _recover_nothing
    position_record: Callable[[Partition, int], Outgoing | None] = lambda *_: None
    on_committed: Committed = lambda *_: None
    tells_offsets: bool = False


STATELESS: Final = State()


def build_delivery(
    group: str, *, settings: Settings, client_options: dict[str, Any], state: State = STATELESS
) -> Delivery:
    """The delivery of a group's member, with a transactional producer for each partition that it holds."""

    def new_writer(source: Partition, committed: Committed) -> Writer:
        return Writer(
            source,
            group=group,
            producer=transactional_producer(client_options, f"{group}.{source.kafka_topic}.{source.number}"),
            position_record=state.position_record,
            on_committed=committed,
            end=end_process,
        )

    session = settings.session_timeout_seconds
    return Delivery(
        lease=Lease(session),
        recover=state.recover,
        new_writer=new_writer,
        end=end_process,
        drain_seconds=min(_DRAIN_SECONDS, session * _DRAIN_SHARE_OF_SESSION),
        on_committed=state.on_committed,
        tells_offsets=state.tells_offsets,
    )


class TransactionalProducer(AIOKafkaProducer):  # type: ignore[misc] # aiokafka tells no types
    """aiokafka's producer, which can be left without waiting for what it has not sent."""

    async def abandon(self) -> None:
        """End its task and its connections: `stop` waits for Kafka, for as long as that is away."""
        self._closed = True
        if (sender := self._sender.sender_task) is not None:
            sender.cancel()  # it then still waits for its requests, and for a coordinator without end
            await asyncio.wait([sender], timeout=_ABANDON_SECONDS)
            sender.cancel()
            await asyncio.wait([sender])
        await self.client.close()


def transactional_producer(options: dict[str, Any], transactional_id: str) -> TransactionalProducer:
    """A producer that writes in transactions under this id; starting it fences whoever had the id."""
    return TransactionalProducer(
        **options,
        transactional_id=transactional_id,
        acks="all",
        enable_idempotence=True,
        linger_ms=5,
        retry_backoff_ms=20,  # the broker asks to try again while it ends the transaction before
        max_batch_size=128 * 1024,
        max_request_size=MAX_RECORD_BYTES,
    )


def build_member(
    group: str,
    *,
    settings: Settings,
    client_options: dict[str, Any],
    delivery: Delivery,
    agents: dict[str, Agent],
    fetch_records: int = FETCH_RECORDS,
    url: str | None = None,
) -> Member:
    """A Faust app that consumes the Kafka topics of these agents.

    Partitions take turns, of at most `fetch_records` each: few where a record is slow, lest one waits long.
    `url` is told to the other members of the group.
    """
    app = _new_app(group, settings, client_options)
    app.transport = OrderedTransport(
        _urls(client_options), app, delivery, client_options, fetch_records=fetch_records, told_url=url
    )
    for kafka_topic, agent in agents.items():
        _add_agent(app, kafka_topic, agent, delivery)
    _follow_rebalances(app, delivery)
    return Member(app, delivery)


def _follow_rebalances(app: faust.App, delivery: Delivery) -> None:
    async def on_revoked(*_told: Any, **_: Any) -> None:
        await delivery.revoke()

    async def on_assigned(*told: Any, **_: Any) -> None:
        _app, assigned = told
        if not assigned:  # with partitions the consumer begins, at the point where it may seek
            delivery.begin(app.consumer_generation_id, frozenset())

    app.on_partitions_revoked.connect(on_revoked)
    app.on_partitions_assigned.connect(on_assigned)


class _Inbox(faust.Channel[Batch]):
    """A Faust channel over one queue: Faust clones a channel for each reader, and the clones share it."""

    def _clone_args(self) -> Mapping[str, Any]:
        return {**super()._clone_args(), "queue": self._queue}


def _add_agent(app: faust.App, kafka_topic: str, agent: Agent, delivery: Delivery) -> None:
    # a flow control of its own: Faust's clears queues, and what the delivery took would be missing
    queue: ThrowableQueue[Batch] = ThrowableQueue(
        maxsize=_INBOX_BATCHES, flow_control=FlowControlEvent(initially_suspended=False)
    )
    delivery.inboxes[kafka_topic] = queue
    app.topics.add(app.topic(kafka_topic, key_type=bytes, value_type=bytes))
    inbox = _Inbox(app, queue=queue)
    app.agent(inbox, name=kafka_topic, supervisor_strategy=CrashingSupervisor)(_faust_agent(agent))


def _faust_agent(agent: Agent) -> Callable[[AsyncIterable[Batch]], Any]:
    async def run(stream: AsyncIterable[Batch]) -> None:
        await agent(stream)

    return run


class _NoFaustTables(TableManager):
    """Faust waits a second for tables to be declared before it joins a group; there are none."""

    async def on_start(self) -> None:
        await self._update_channels()
        await self.recovery.start()


def _new_app(group: str, settings: Settings, client_options: dict[str, Any]) -> faust.App:
    session = settings.session_timeout_seconds
    datadir = settings.state_dir / "faust"  # Faust wants one, and keeps nothing in it here
    datadir.mkdir(parents=True, exist_ok=True)
    return faust.App(
        group,
        broker=_urls(client_options),
        broker_credentials=_credentials(client_options),
        datadir=str(datadir),
        autodiscover=False,
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        processing_guarantee="at_least_once",
        broker_session_timeout=session,
        broker_heartbeat_interval=min(_HEARTBEAT_SECONDS, session / 5),
        TableManager=_NoFaustTables,
        broker_rebalance_timeout=session * 2,
        broker_request_timeout=max(session + 5, 15),
        consumer_group_instance_id=f"{group}-{settings.instance_id}" if settings.instance_id else None,
        producer_acks=-1,
        stream_wait_empty=False,
    )


def _urls(client_options: dict[str, Any]) -> list[URL]:
    return [URL(f"kafka://{server.strip()}") for server in client_options["bootstrap_servers"].split(",")]


def _credentials(client_options: dict[str, Any]) -> Any:
    protocol = client_options["security_protocol"]
    context = client_options.get("ssl_context")
    if protocol.startswith("SASL"):
        return faust.SASLCredentials(
            username=client_options["sasl_plain_username"],
            password=client_options["sasl_plain_password"],
            mechanism=client_options["sasl_mechanism"],
            ssl_context=context,
        )
    return faust.SSLCredentials(context=context) if context else None
