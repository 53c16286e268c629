"""A service on the real broker: a worker in a process of its own, in a namespace of its own."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaProducer
from prometheus_client.parser import text_string_to_metric_families
from rich.console import Console

from schemas.coded import CodedArticle
from schemas.tally import Counters, TableName
from schemas.wire import decode
from streams.broker import EmbeddedKafka
from streams.commands.local_service import WorkerProcess, free_port
from streams.commands.replay import Order, replay_articles
from streams.commands.topics import create_topics
from streams.counting.days import day_key
from streams.counting.loop import count
from streams.kafka_logs import read_log
from streams.kafka_topics import MAX_ARTICLE_BYTES, Catalogue, catalogue_of, client_options
from streams.progress import wait_until_counted
from streams.replay.report import ReplayReport
from streams.settings import Settings

SHARED = Path(__file__).parents[3] / "shared"


@dataclass
class Service:
    """What a test does with a service."""

    settings: Settings
    bootstrap: str
    log_path: Path
    workers: list[WorkerProcess] = field(default_factory=list)

    @property
    def options(self) -> dict[str, Any]:
        return client_options(self.settings, self.bootstrap)

    @property
    def catalogue(self) -> Catalogue:
        return catalogue_of(self.settings)

    async def start_worker(self) -> WorkerProcess:
        own = {"http_port": free_port(), "state_dir": self.settings.state_dir / f"worker-{len(self.workers)}"}
        settings = self.settings.model_copy(update=own)
        worker = WorkerProcess(settings, self.bootstrap, self.log_path)
        self.workers.append(worker)
        await worker.start()
        await worker.wait_ready()
        return worker

    async def stop_worker(self, worker: WorkerProcess) -> None:
        await worker.stop()
        self.workers.remove(worker)

    async def replay(self, *paths: str | Path) -> ReplayReport:
        order = Order(tuple(str(path) for path in paths))
        return await replay_articles(self.settings, self.bootstrap, order, Console(quiet=True))

    async def produce(self, records: list[tuple[bytes | None, bytes | None]]) -> None:
        producer = AIOKafkaProducer(**self.options, acks="all", max_request_size=MAX_ARTICLE_BYTES)
        await producer.start()
        try:
            for key, value in records:
                await producer.send_and_wait(self.catalogue.articles, key=key, value=value)
        finally:
            await producer.stop()

    async def wait(self) -> None:
        await wait_until_counted(self.options, self.catalogue)
        await wait_until_shown([worker.url for worker in self.workers])

    async def expected(self) -> dict[TableName, dict[str, Counters]]:
        """The plain loop over the coded articles as they lie on Kafka."""
        log = [
            decode(CodedArticle, record.value)
            async for record in read_log(self.options, self.catalogue.coded)
        ]
        return count(log)

    async def tables(self) -> dict[TableName, dict[str, Counters]]:
        """Every table as the API has it; no partition may be held by two workers or by none."""
        held = [number for worker in self.workers for number in await held_by(worker.url)]
        assert sorted(held) == list(range(self.settings.partitions))
        return {table: await table_of(self.workers[0].url, table) for table in TableName}

    async def metric(self, name: str, **labels: str) -> float:
        """The sum of a metric's samples with these labels."""
        async with httpx.AsyncClient(timeout=30) as client:
            text = (await client.get(f"{self.workers[0].url}/metrics")).text
        return sum(
            sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )


async def wait_until_shown(urls: list[str]) -> None:
    """Return when workers have heard of all that is committed: Kafka knows it a moment before they do."""
    async with asyncio.timeout(30):
        while not all([_shows_all(await state_of(url)) for url in urls]):  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.05)


def _shows_all(state: dict[str, Any]) -> bool:
    return not state or ("lag" in state and not any(state["lag"].values()))


async def held_by(url: str) -> list[int]:
    """The partitions of the tables that a worker holds itself, none while it is away."""
    held: list[int] = (await state_of(url)).get("partitions", [])
    return held


async def state_of(url: str) -> dict[str, Any]:
    """What a worker says of itself, nothing while it is away."""
    async with httpx.AsyncClient(timeout=5) as client:
        try:
            answer = await client.post(f"{url}/internal/v1/ask", json={"body": {"ask": "state"}})
        except httpx.HTTPError:
            return {}
    state: dict[str, Any] = answer.raise_for_status().json()["body"]
    return state


async def table_of(url: str, table: TableName) -> dict[str, Counters]:
    """A whole table by thing and day, as any worker has it of all."""
    rows: dict[str, Counters] = {}
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        page: dict[str, Any] = {"limit": 100, "days": True, "complete": True}
        while True:
            answer = (await client.get(f"/v1/{table.value}", params=page)).raise_for_status().json()
            for item in answer["items"]:
                assert not any(day_key(item["key"], day) in rows for day in item["days"]), "a thing twice"
                rows |= {day_key(item["key"], day): counters for day, counters in item["days"].items()}
            if answer["next"] is None:
                return rows
            page["cursor"] = answer["next"]


@pytest.fixture
async def new_service(
    kafka: EmbeddedKafka, tmp_path: Path
) -> AsyncIterator[Callable[[], Awaitable[Service]]]:
    """Makes services, each with Kafka topics of its own; ends their workers."""
    made: list[Service] = []

    async def make(**changes: Any) -> Service:
        settings = Settings(
            namespace=f"t{secrets.token_hex(4)}",
            state_dir=tmp_path / "state",
            session_timeout_seconds=6,
            log_level="warning",
            **changes,
        )
        await create_topics(settings, kafka.bootstrap)
        made.append(Service(settings, kafka.bootstrap, tmp_path / "worker.log"))
        return made[-1]

    yield make
    await asyncio.gather(*(worker.stop() for service in made for worker in service.workers))
