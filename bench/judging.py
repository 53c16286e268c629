"""Whether a service has counted what lies on its Kafka: what the long benches end with."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import httpx
from aiokafka.errors import KafkaError

from bench.workers import RoleProcess
from schemas.coded import CodedArticle
from schemas.dead_letter import Reason
from schemas.tally import Counters, TableName
from schemas.wire import decode
from streams.commands.local_service import is_ready
from streams.counting.days import day_key
from streams.dead_letters import read_dead_letters
from streams.kafka_logs import read_log
from streams.kafka_topics import Catalogue, KafkaUnreachable
from streams.progress import Stage, wait_until_counted
from tests.chaos.checks import Logs, Tables, Wrong

PAGE: Final = 100
ANSWER_SECONDS: Final = 60.0
READY_SECONDS: Final = 120.0
RETRY_SECONDS: Final = 1.0


async def follow(
    options: Mapping[str, Any], catalogue: Catalogue, on_progress: Callable[[Stage, int, int], None]
) -> None:
    """Return when everything is counted; waits for a Kafka that is away, raises Stalled."""
    while True:
        try:
            await wait_until_counted(options, catalogue, on_progress=on_progress)
        except (KafkaError, KafkaUnreachable):
            await asyncio.sleep(RETRY_SECONDS)
        else:
            return


async def all_ready(workers: Sequence[RoleProcess]) -> None:
    """Return when each says that it is ready, however often it is started; raises TimeoutError."""
    async with httpx.AsyncClient(timeout=2) as client, asyncio.timeout(READY_SECONDS):
        while not all([await is_ready(client, worker.url) for worker in workers]):  # noqa: ASYNC110 - another process has no event
            await asyncio.sleep(0.2)


async def read_logs(options: Mapping[str, Any], catalogue: Catalogue) -> Logs:
    """Everything that the checks ask for."""
    articles = {
        (record.partition, record.offset): record async for record in read_log(options, catalogue.articles)
    }
    coded = [decode(CodedArticle, record.value) async for record in read_log(options, catalogue.coded)]
    letters = [letter async for letter in read_dead_letters(options, catalogue.dead_letters)]
    return Logs(articles, tuple(coded), tuple(letters), ledger_records=0)


def accounted(logs: Logs, articles_topic: str) -> Counter[Reason]:
    """Why articles were set aside; raises Wrong unless each is coded or set aside, and not both."""
    coded = {(article.article.partition, article.article.offset) for article in logs.coded}
    reasons: Counter[Reason] = Counter()
    aside = set()
    for story in (letter.story for letter in logs.letters):
        if story.kafka_topic != articles_topic:
            raise Wrong(f"a record of the service's own is set aside: {story.kafka_topic} {story.error}")
        reasons[story.reason] += 1
        aside.add((story.partition, story.offset))
    for fault, places in {
        "neither coded nor set aside": logs.articles.keys() - coded - aside,
        "both coded and set aside": coded & aside,
        "coded or set aside, but never published": (coded | aside) - logs.articles.keys(),
    }.items():
        if places:
            raise Wrong(f"{len(places)} articles are {fault}: {sorted(places)[:5]}")
    return reasons


async def gather(workers: Sequence[RoleProcess], partitions: int) -> Tables:
    """Every table as each worker tells it; raises Wrong unless each partition is held by one."""
    return {table: await _table(workers, table, partitions) for table in TableName}


async def _table(workers: Sequence[RoleProcess], table: TableName, partitions: int) -> dict[str, Counters]:
    held: list[int] = []
    tables = []
    for worker in workers:
        of_worker, rows = await _table_of(worker, table)
        held += of_worker
        tables.append(rows)
    if sorted(held) != list(range(partitions)):
        raise Wrong(f"{table.value}: partitions held are {sorted(held)}")
    if any(rows != tables[0] for rows in tables):
        raise Wrong(f"{table.value}: workers answer differently")
    return tables[0]


async def _table_of(worker: RoleProcess, table: TableName) -> tuple[list[int], dict[str, Counters]]:
    """The partitions that a worker holds, and the table as it tells it of all."""
    rows: dict[str, Counters] = {}
    async with httpx.AsyncClient(base_url=worker.url, timeout=ANSWER_SECONDS) as client:
        state = await client.post("/internal/v1/ask", json={"body": {"ask": "state"}})
        held: list[int] = state.raise_for_status().json()["body"]["partitions"]
        asked: dict[str, Any] = {"limit": PAGE, "days": True, "complete": True}
        while True:
            page = (await client.get(f"/v1/{table.value}", params=asked)).raise_for_status().json()
            for item in page["items"]:
                rows |= {day_key(item["key"], day): counters for day, counters in item["days"].items()}
            if page["next"] is None:
                return held, rows
            asked["cursor"] = page["next"]


class Clock:
    """Seconds since a bench began, for its lines."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long it has run."""
        return time.monotonic() - self._began

    def tell(self, what: str) -> None:
        """Print a line with its time, at once."""
        print(f"{self.seconds:7.1f} s  {what}", flush=True)
