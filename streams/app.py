"""The wiring of a worker: the only module that knows all others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaProducer
from fastapi import FastAPI

from streams.agents.code import IN_FLIGHT_PER_PROCESS, ArticleCoder, build_code_agent
from streams.agents.guard import Guard
from streams.agents.ledger import Ledger, build_ledger_agent
from streams.agents.tally import TallyTables, build_tally_agent
from streams.coder_pool import CoderPool
from streams.dead_letters import DeadLetters
from streams.delivery import Delivery, Lease, Outbox, end_process
from streams.delivery.delivery import Partition, Recover
from streams.delivery.ending import end_broken_process
from streams.delivery.outbox import Loop
from streams.kafka_topics import MAX_RECORD_BYTES, admin_client, catalogue_of, check, client_options
from streams.members import COMMIT_SECONDS, Member, build_member
from streams.metrics import Metrics
from streams.settings import Settings
from streams.tables import ChangelogReader, Tables
from streams.web.api import Counted, build_api
from streams.web.server import WebServer

log = structlog.get_logger(__name__)

_DRAIN_SHARE_OF_SESSION: Final = 0.5


class Role(StrEnum):
    """What a worker does."""

    CODE = "code"
    COUNT = "count"
    ALL = "all"


class Worker:
    """One process of the service: joins the groups of its role and serves what it holds over HTTP."""

    def __init__(self, settings: Settings, bootstrap_servers: str, role: Role) -> None:
        self._settings = settings
        self._options = client_options(settings, bootstrap_servers)
        self._catalogue = catalogue_of(settings)
        self._metrics = Metrics()
        self._tables = Tables(self._catalogue)
        self._dead_letters = DeadLetters(
            self._catalogue.dead_letters, self._metrics, lambda: datetime.now(UTC)
        )
        self._loops: list[Loop] = []
        self._deliveries: dict[Role, Delivery] = {}
        if role is not Role.CODE:
            reader = ChangelogReader(self._options, self._tables)
            self._deliveries[Role.COUNT] = self._delivery(reader.recover)
        if role is not Role.COUNT:
            self._deliveries[Role.CODE] = self._delivery(_recover_nothing)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; raises what ended the work before."""
        async with admin_client(self._options) as admin:
            await check(admin, self._catalogue)
        if Role.CODE not in self._deliveries:
            self._metrics.tell_build(coder="none")
        async with AsyncExitStack() as stack:
            web = WebServer(self._api(), host=self._settings.http_host, port=self._settings.http_port)
            stack.callback(web.stop)
            self._loops.append(web.serve)
            producer = await stack.enter_async_context(_producer(self._options))
            members = []
            if counting := self._deliveries.get(Role.COUNT):
                members.append(self._count_member(counting, producer))
            if coding := self._deliveries.get(Role.CODE):
                pool = await stack.enter_async_context(_pool(self._settings))
                members.append(await self._code_member(coding, producer, pool))
            log.info("worker starts", url=web.url, roles=[role.value for role in self._deliveries])
            await _run(members, self._loops, stop)

    # --- parts -----------------------------------------------------------------------------------------

    def _count_member(self, delivery: Delivery, producer: AIOKafkaProducer) -> Member:
        ledger = Ledger(
            self._tables.ledger,
            self._catalogue.tallies,
            self._dead_letters,
            self._metrics,
            delivery.committed_offset,
        )
        tally = TallyTables(self._tables.counts, self._dead_letters, self._metrics)
        recovery = self._tables.recovery
        self._metrics.collect_recovery(
            running=lambda: recovery.running, remaining=lambda: recovery.remaining_records
        )
        self._metrics.collect_tables(self._tables.sizes)
        return self._member(
            self._catalogue.count_group,
            delivery,
            {
                self._catalogue.coded: build_ledger_agent(
                    ledger, delivery=delivery, outbox=self._outbox(delivery, producer)
                ),
                self._catalogue.tallies: build_tally_agent(
                    tally, delivery=delivery, outbox=self._outbox(delivery, producer)
                ),
            },
        )

    async def _code_member(self, delivery: Delivery, producer: AIOKafkaProducer, pool: CoderPool) -> Member:
        info = await pool.start()
        self._metrics.tell_build(coder=info.version)
        self._metrics.pool_in_flight.set_function(lambda: pool.in_flight)
        coder = ArticleCoder(
            guard=Guard(self._settings.max_text_chars, info.language),
            pool=pool,
            coded=self._catalogue.coded,
            dead_letters=self._dead_letters,
            metrics=self._metrics,
            coder_version=info.version,
            now=lambda: datetime.now(UTC),
        )
        agent = build_code_agent(
            coder,
            delivery=delivery,
            outbox=self._outbox(delivery, producer),
            max_in_flight=IN_FLIGHT_PER_PROCESS * self._settings.processes,
        )
        return self._member(self._catalogue.code_group, delivery, {self._catalogue.articles: agent})

    def _delivery(self, recover: Recover) -> Delivery:
        session = self._settings.session_timeout_seconds
        delivery = Delivery(
            lease=Lease(session, end=end_process),
            recover=recover,
            end=end_process,
            drain_seconds=session * _DRAIN_SHARE_OF_SESSION,
        )
        self._loops.append(partial(delivery.commit_every, COMMIT_SECONDS))
        return delivery

    def _outbox(self, delivery: Delivery, producer: AIOKafkaProducer) -> Outbox:
        outbox = Outbox(producer, on_done=delivery.mark_done, end=end_process)
        delivery.outboxes.append(outbox)
        self._loops.extend(outbox.loops())
        return outbox

    def _member(self, group: str, delivery: Delivery, agents: dict[str, Any]) -> Member:
        return build_member(
            group, settings=self._settings, client_options=self._options, delivery=delivery, agents=agents
        )

    def _api(self) -> FastAPI:
        counting = self._deliveries.get(Role.COUNT)
        counted = None
        if counting:
            counted = Counted(self._tables, counting, self._catalogue.tallies, self._catalogue.partitions)
        self._metrics.collect_lag(self._lag)
        return build_api(
            registry=self._metrics.registry,
            deliveries={role.value: delivery for role, delivery in self._deliveries.items()},
            counted=counted,
        )

    def _lag(self) -> list[tuple[str, int, int]]:
        return [
            (partition.kafka_topic, partition.number, records)
            for delivery in self._deliveries.values()
            for partition, records in delivery.lag().items()
        ]


async def _run(members: list[Member], loops: list[Loop], stop: asyncio.Event) -> None:
    """Run everything until `stop`, then stop in good order; the first part that fails ends all."""
    running = [asyncio.ensure_future(loop()) for loop in [stop.wait, *loops]]
    try:
        for member in members:
            await member.start()
            running.append(asyncio.ensure_future(member.run()))
        done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            if error := task.exception():
                end_broken_process(error)
        for member in members:
            await member.stop()
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


@asynccontextmanager
async def _producer(options: dict[str, Any]) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(
        **options,
        acks="all",
        enable_idempotence=True,
        linger_ms=5,
        max_batch_size=128 * 1024,
        max_request_size=MAX_RECORD_BYTES,
    )
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


@asynccontextmanager
async def _pool(settings: Settings) -> AsyncIterator[CoderPool]:
    pool = CoderPool(
        pipeline=settings.spacy_pipeline,
        processes=settings.processes,
        timeout_seconds=settings.coding_timeout_seconds,
    )
    try:
        yield pool
    finally:
        await pool.stop()


async def _recover_nothing(assigned: frozenset[Partition], kept: frozenset[Partition]) -> None:
    """Coders hold no state."""
