"""What must hold once the faults are over; each check raises Wrong."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx
import orjson

from schemas.coded import CodedArticle
from schemas.dead_letter import Reason
from schemas.tally import Counters, TableName
from schemas.wire import decode
from streams.counting.days import day_key
from streams.counting.loop import count, newest_versions
from streams.dead_letters import KeptRecord, read_dead_letters
from streams.kafka_logs import RawRecord, read_log
from tests.chaos.arena import Arena
from tests.chaos.publishing import Plan
from tests.chaos.workers import ChaosWorker

GATHER_SECONDS: Final = 45.0
PAGE: Final = 100
BY_THE_CODER: Final = {Reason.CODER_CRASHED, Reason.CODER_TIMEOUT}

Place = tuple[int, int]
Tables = dict[TableName, dict[str, Counters]]


class Wrong(AssertionError):
    """The service has not done what it promises."""


class Unsettled(RuntimeError):
    """The workers' answers do not fit together yet."""


@dataclass(frozen=True)
class Logs:
    """All that lies on Kafka at the end of a run."""

    articles: Mapping[Place, RawRecord]
    coded: tuple[CodedArticle, ...]
    letters: tuple[KeptRecord, ...]
    ledger_records: int

    @property
    def coded_twice(self) -> int:
        """How many codings there are beside the first of each article offset."""
        places = Counter(_place(coded) for coded in self.coded)
        return places.total() - len(places)


def _place(coded: CodedArticle) -> Place:
    return coded.article.partition, coded.article.offset


async def read_logs(arena: Arena) -> Logs:
    """Read everything, past the proxies."""
    names = arena.catalogue
    articles = {
        (record.partition, record.offset): record async for record in read_log(arena.options, names.articles)
    }
    coded = [decode(CodedArticle, record.value) async for record in read_log(arena.options, names.coded)]
    letters = [letter async for letter in read_dead_letters(arena.options, names.dead_letters)]
    stories = {record.key for record in articles.values()}
    changelog = read_log(arena.options, names.ledger_changelog)
    kept = [record async for record in changelog if record.key in stories]
    return Logs(articles, tuple(coded), tuple(letters), len(kept))


# --- nothing lost ------------------------------------------------------------------------------------------


def check_published(plan: Plan, logs: Logs) -> None:
    """Every record of the plan lies in the articles topic."""
    wanted = Counter((record.key, record.value) for record in plan.records)
    there = Counter((record.key, record.value) for record in logs.articles.values())
    if missing := wanted - there:
        raise Wrong(f"{missing.total()} records were published and are not there: the suite's own fault")


def check_accounted(plan: Plan, logs: Logs, articles_topic: str) -> None:
    """Each offset of the articles topic is coded, or a dead letter for a reason that it deserves."""
    poison = {(record.key, record.value): record.poison for record in plan.records}
    coded = {_place(article) for article in logs.coded}
    letters: dict[Place, set[Reason]] = {}
    for letter in logs.letters:
        story = letter.story
        if story.kafka_topic != articles_topic:
            raise Wrong(f"a record of the service's own is set aside: {story.kafka_topic} {story.error}")
        letters.setdefault((story.partition, story.offset), set()).add(story.reason)
    for place, record in logs.articles.items():
        expected = poison.get((record.key, record.value))
        reasons = letters.get(place, set())
        _check_one(place, expected, is_coded=place in coded, reasons=reasons)
    if strangers := (coded | letters.keys()) - logs.articles.keys():
        raise Wrong(f"coded or set aside, but never published: {sorted(strangers)[:5]}")


def _check_one(place: Place, expected: Reason | None, *, is_coded: bool, reasons: set[Reason]) -> None:
    if expected is not None:
        if is_coded or reasons != {expected}:
            raise Wrong(f"article {place} is poison ({expected}): coded {is_coded}, set aside as {reasons}")
    elif not is_coded and not reasons:
        raise Wrong(f"article {place} is lost: neither coded nor set aside")
    elif not reasons <= BY_THE_CODER:
        raise Wrong(f"article {place} is good, and was set aside as {reasons}")


def check_once(logs: Logs) -> None:
    """No article offset is coded twice: coding and offset are committed together."""
    places = Counter(_place(coded) for coded in logs.coded)
    if twice := sorted(place for place, number in places.items() if number > 1):
        raise Wrong(f"{len(twice)} articles are coded more than once: {twice[:5]}")


def check_newest(logs: Logs) -> None:
    """The plain loop has seen the newest version of each story that was published and could be coded."""
    held = {coded.article_id: coded for coded in newest_versions(logs.coded)}
    coded_places = {_place(article) for article in logs.coded}
    newest: dict[str, tuple[Place, RawRecord]] = {}
    for place, record in sorted(logs.articles.items(), key=lambda row: row[0]):
        if place in coded_places:
            newest[(record.key or b"").decode()] = place, record
    if newest.keys() != held.keys():
        raise Wrong(f"stories counted and stories published differ: {newest.keys() ^ held.keys()}")
    for story, (place, record) in newest.items():
        source = orjson.loads(record.value)["source"] if record.value is not None else None
        if (held[story].source, _place(held[story])) != (source, place):
            raise Wrong(
                f"{story}: counted is {held[story].source} of {_place(held[story])}, not {source} of {place}"
            )


# --- nothing doubled ---------------------------------------------------------------------------------------


def check_tables(tables: Tables, logs: Logs, *, when: str) -> None:
    """What the workers answer is what the plain loop counts, to the last count."""
    wanted = count(logs.coded)
    faults = [
        f"{table.value} {key}: {tables[table].get(key)} instead of {wanted[table].get(key)}"
        for table in TableName
        for key in sorted(tables[table].keys() | wanted[table].keys())
        if _counted(tables[table].get(key)) != _counted(wanted[table].get(key))
    ]
    if faults:
        raise Wrong(f"tables differ {when}: {len(faults)} values: {'; '.join(faults[:3])}")


def _counted(counters: Counters | None) -> Counters:
    """Counters without zeros: a thing that was withdrawn may be there or not."""
    return {name: number for name, number in (counters or {}).items() if number}


async def gather(arena: Arena) -> Tables:
    """Every table as each worker tells it of all, once each partition is held by exactly one."""
    counting = [worker for worker in arena.workers if worker.counts]
    last = "never asked"
    try:
        async with asyncio.timeout(GATHER_SECONDS):
            while True:
                try:
                    await _check_held(arena, counting)
                    return {table: await _table(counting, table) for table in TableName}
                except (Unsettled, httpx.HTTPError) as error:
                    last = repr(error)
                    await asyncio.sleep(0.3)
    except TimeoutError:
        raise Wrong(f"the workers' answers do not fit together: {last}") from None


async def _check_held(arena: Arena, workers: list[ChaosWorker]) -> None:
    """Raise Unsettled unless each partition of the tables is held by one worker."""
    held: list[int] = []
    async with httpx.AsyncClient(timeout=5) as client:
        for worker in workers:
            state = await client.post(f"{worker.url}/internal/v1/ask", json={"body": {"ask": "state"}})
            told = state.raise_for_status().json()["body"]
            held += told["partitions"]
            # what is committed is known to Kafka a moment before the worker hears of it
            waiting = {name: lag for name, lag in told.get("lag", {}).items() if lag and name != "articles"}
            if waiting:
                raise Unsettled(f"{worker.name} still has {waiting} to count")
    if sorted(held) != list(range(arena.settings.partitions)):
        raise Unsettled(f"partitions held are {sorted(held)}")


async def _table(workers: list[ChaosWorker], table: TableName) -> dict[str, Counters]:
    """A table as every worker tells it, one like the other."""
    found = [(worker, await _table_of(worker, table)) for worker in workers]
    first, rows = found[0]
    for worker, others in found[1:]:
        if others != rows:
            raise Unsettled(f"{table.value}: {worker.name} answers otherwise than {first.name}")
    return rows


async def _table_of(worker: ChaosWorker, table: TableName) -> dict[str, Counters]:
    rows: dict[str, Counters] = {}
    async with httpx.AsyncClient(base_url=worker.url, timeout=5) as client:
        asked: dict[str, Any] = {"limit": PAGE, "days": True, "complete": True}
        while True:
            page = (await client.get(f"/v1/{table.value}", params=asked)).raise_for_status().json()
            for item in page["items"]:
                if any(day_key(item["key"], day) in rows for day in item["days"]):
                    raise Unsettled(f"{worker.name} lists {item['key']} twice")
                rows |= {day_key(item["key"], day): counters for day, counters in item["days"].items()}
            if page["next"] is None:
                return rows
            asked["cursor"] = page["next"]
