"""The wiring of a worker: the only module that knows all others."""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import Any, Final

import structlog
from aiokafka.errors import KafkaError

from streams.agents.code import IN_FLIGHT_PER_PROCESS, ArticleCoder, build_code_agent
from streams.agents.guard import Guard
from streams.agents.ledger import Ledger, build_ledger_agent
from streams.agents.log_ends import LogEnds
from streams.agents.tally import TallyTables, build_tally_agent
from streams.coder_pool import ATTEMPTS, CoderPool
from streams.dead_letters import DeadLetters
from streams.delivery import Delivery, end_process
from streams.delivery.ending import end_broken_process
from streams.delivery.watchdog import watch
from streams.index.index import Index
from streams.kafka_logs import EndsReader
from streams.kafka_topics import KafkaUnreachable, admin_client, catalogue_of, check, client_options
from streams.members import FETCH_RECORDS, Member, State, build_delivery, build_member
from streams.metrics import Metrics
from streams.metrics_wiring import wire_metrics, wire_table_metrics
from streams.recovery import ChangelogReader
from streams.settings import Settings
from streams.state import Stores, stores_of
from streams.tables import Tables
from streams.web.advertised import advertised_url
from streams.web.gather.holdings import DeliveryHoldings, NothingHeld
from streams.web.server import Listener, WebServer
from streams.web_wiring import Surroundings, Web, build_web
from streams.worker_state import WorkerState

log = structlog.get_logger(__name__)

_ARTICLES_AT_ONCE: Final = 20
_KAFKA_ATTEMPTS: Final = 15
_KAFKA_SECONDS: Final = 1.0

Loop = Callable[[], Awaitable[None]]


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
        self._tables = (
            Tables(self._catalogue)
            if role is Role.CODE
            else Tables(self._catalogue, _stores(settings), index=Index())
        )
        self._dead_letters = DeadLetters(self._catalogue.dead_letters, self._metrics, _now)
        self._ends = EndsReader(self._options, self._catalogue.partitions)
        self._loops: list[Loop] = []
        self._deliveries: dict[Role, Delivery] = {}
        if role is not Role.CODE:
            self._deliveries[Role.COUNT] = self._counting_delivery()
        if role is not Role.COUNT:
            self._deliveries[Role.CODE] = self._coding_delivery()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; raises what ended the work before."""
        await self._check_kafka()
        if Role.CODE not in self._deliveries:
            self._metrics.tell_build(coder="none")
        async with AsyncExitStack() as stack:
            listener = Listener(self._settings.http_host, self._settings.http_port)
            url = advertised_url(self._settings.advertised_url, listener, self._options["bootstrap_servers"])
            web = self._web(url)
            server = WebServer(web.api, listener, beside=web.beside, before_stop=web.before_stop)
            serving = asyncio.create_task(server.serve())  # health is told while coders start
            stack.callback(serving.cancel)
            self._loops.append(lambda: serving)
            if Role.COUNT in self._deliveries:
                stack.push_async_callback(self._tables.close)
                stack.push_async_callback(self._ends.close)
            members = []
            if counting := self._deliveries.get(Role.COUNT):
                members.append(self._count_member(counting, url))
            if coding := self._deliveries.get(Role.CODE):
                pool = await stack.enter_async_context(_pool(self._settings))
                members.append(await self._code_member(coding, pool))
            _spare_the_collector()
            log.info("worker starts", url=listener.url, roles=[role.value for role in self._deliveries])
            await _run(members, self._loops, stop)

    async def _check_kafka(self) -> None:
        """Hold Kafka to the catalogue; one that is just being started again is waited for."""
        for attempts_left in reversed(range(_KAFKA_ATTEMPTS)):
            try:
                async with admin_client(self._options) as admin:
                    await check(admin, self._catalogue)
            except (KafkaUnreachable, KafkaError) as error:
                if not attempts_left:
                    raise
                log.warning("Kafka does not answer yet", error=str(error))
                await asyncio.sleep(_KAFKA_SECONDS)
            else:
                return

    # --- parts -----------------------------------------------------------------------------------------

    def _count_member(self, delivery: Delivery, url: str) -> Member:
        ledger = Ledger(
            self._tables.ledger,
            self._catalogue.tallies,
            self._catalogue.partitions,
            self._dead_letters,
            self._metrics,
            _now,
        )
        tally = TallyTables(
            self._tables.counts, self._catalogue.partitions, self._dead_letters, self._metrics, _now
        )
        wire_table_metrics(self._metrics, self._tables, top_actors=self._settings.export_top_actors)
        return self._member(
            self._catalogue.count_group,
            delivery,
            {
                self._catalogue.coded: build_ledger_agent(
                    ledger, delivery=delivery, article_ends=self._ends_of(self._catalogue.articles)
                ),
                self._catalogue.tallies: build_tally_agent(
                    tally, delivery=delivery, coded_ends=self._ends_of(self._catalogue.coded)
                ),
            },
            url=url,
        )

    async def _code_member(self, delivery: Delivery, pool: CoderPool) -> Member:
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
            now=_now,
        )
        agent = build_code_agent(
            coder,
            delivery=delivery,
            max_in_flight=IN_FLIGHT_PER_PROCESS * self._settings.processes,
        )
        return self._member(
            self._catalogue.code_group,
            delivery,
            {self._catalogue.articles: agent},
            fetch_records=_ARTICLES_AT_ONCE,
        )

    def _ends_of(self, kafka_topic: str) -> LogEnds:
        return LogEnds(partial(self._ends.ends, kafka_topic))

    def _counting_delivery(self) -> Delivery:
        state = State(
            recover=ChangelogReader(self._options, self._tables).recover,
            position_record=lambda source, at: self._tables.position_record(*source, at),
            on_committed=lambda _source, _next_offset, written, ends: self._tables.committed(written, ends),
            tells_offsets=True,
        )
        delivery = self._delivery(self._catalogue.count_group, state)
        stall_seconds = self._settings.stall_timeout_seconds
        self._watch(delivery, stall_seconds, recovered=lambda: self._tables.recovery.remaining_records)
        return delivery

    def _coding_delivery(self) -> Delivery:
        delivery = self._delivery(self._catalogue.code_group, State())
        longest = self._settings.coding_timeout_seconds * ATTEMPTS
        self._watch(delivery, longest + self._settings.stall_timeout_seconds, recovered=lambda: 0)
        return delivery

    def _delivery(self, group: str, state: State) -> Delivery:
        return build_delivery(group, settings=self._settings, client_options=self._options, state=state)

    def _watch(self, delivery: Delivery, stall_seconds: float, *, recovered: Callable[[], int]) -> None:
        self._loops.append(
            partial(watch, delivery, recovered=recovered, stall_seconds=stall_seconds, end=end_process)
        )

    def _member(
        self,
        group: str,
        delivery: Delivery,
        agents: dict[str, Any],
        *,
        fetch_records: int = FETCH_RECORDS,
        url: str | None = None,
    ) -> Member:
        return build_member(
            group,
            settings=self._settings,
            client_options=self._options,
            delivery=delivery,
            agents=agents,
            fetch_records=fetch_records,
            url=url,
        )

    def _web(self, url: str) -> Web:
        counting = self._deliveries.get(Role.COUNT)
        deliveries = {role.value: delivery for role, delivery in self._deliveries.items()}
        wire_metrics(
            self._metrics,
            deliveries=deliveries,
            catalogue=self._catalogue,
            processes=self._settings.processes,
        )
        return build_web(
            Surroundings(
                url=url,
                client_options=self._options,
                catalogue=self._catalogue,
                metrics=self._metrics,
                state=WorkerState(deliveries, self._catalogue, self._metrics, self._tables),
                holdings=DeliveryHoldings(counting, self._catalogue) if counting else NothingHeld(),
                index=self._tables.index,
            )
        )


def _spare_the_collector() -> None:
    """Let full rounds of the garbage collector, which hold every thread up, pass over what stays anyway."""
    gc.collect()
    gc.freeze()


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
async def _pool(settings: Settings) -> AsyncIterator[CoderPool]:
    pool = CoderPool(
        pipeline=settings.spacy_pipeline,
        processes=settings.processes,
        timeout_seconds=settings.coding_timeout_seconds,
        least_confidence=settings.least_confidence,
    )
    try:
        yield pool
    finally:
        await pool.stop()


def _stores(settings: Settings) -> Stores:
    # what an API query finds broken must end the worker too: the next one reads the changelog back
    return stores_of(settings, on_broken=lambda error: end_process("a store failed", error=str(error)))


def _now() -> datetime:
    return datetime.now(UTC)
