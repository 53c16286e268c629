"""Workers of a service without Kafka and HTTP: plain lists for an index, and calls for requests."""

import asyncio
import random
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from schemas.tally import Counters, TableName
from streams.counting.questions import Basis, DayRange, Filters, Question
from streams.index.parts import DaysOfThing, EventRow, Part, Position, Row, SnapshotGone
from streams.kafka_topics import Catalogue
from streams.web.gather.asking import PeerFailed
from streams.web.gather.asks import Further, Request, State, read_request, write_request
from streams.web.gather.gather import Gather
from streams.web.gather.gathering import Gathering
from streams.web.gather.holdings import Held
from streams.web.gather.local import Local
from streams.web.gather.merging import add_counters, value_of
from streams.web.gather.peers import Peers
from streams.web.gather.replies import Reply, read_reply, write_reply

CATALOGUE = Catalogue("t", 6, 1)
Rows = Mapping[int, list[Row]]
"""Rows by partition; from stories a key may be in several."""


def row_of(key: str, count: int) -> Row:
    return Row(key, {"name": key.title()}, {"articles": count, "events": count})


def random_rows(random: random.Random, partitions: int, keys: int) -> dict[int, list[Row]]:
    """Keys of which each is in one partition, with many equal counts."""
    rows: dict[int, list[Row]] = {number: [] for number in range(partitions)}
    for key in range(keys):
        rows[random.randrange(partitions)].append(row_of(f"k{key:03}", random.randrange(1, 9)))
    return rows


def in_order(question: Question, rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-value_of(question, row), row.key))


def summed(rows: Iterable[Row]) -> list[Row]:
    """Each key once."""
    found: dict[str, Row] = {}
    for row in rows:
        known = found.get(row.key, row)
        counters = row.counters if known is row else add_counters(known.counters, row.counters)
        found[row.key] = replace(known, counters=counters)
    return list(found.values())


@dataclass
class ListIndex:
    """An index of plain rows; every answer is of the rows at that moment."""

    rows: dict[int, list[Row]]
    kept: dict[str, tuple[Question, Part]] = field(default_factory=dict)
    on_read: Callable[[], None] = lambda: None

    def best(self, question: Question, partitions: frozenset[int], *, limit: int, snapshot: str) -> Part:
        self.on_read()
        found = in_order(question, summed(row for number in partitions for row in self.rows[number]))
        whole = Part(tuple(found), len(found))
        self.kept[snapshot] = question, whole
        return whole if question.basis is Basis.STORIES else Part(whole.rows[:limit], whole.total)

    def further(self, snapshot: str, *, limit: int, after: Position | None) -> Part:
        if snapshot not in self.kept:
            raise SnapshotGone(snapshot)
        question, whole = self.kept[snapshot]
        place = (-after.value, after.key) if after else (float("-inf"), "")
        rows = [row for row in whole.rows if (-value_of(question, row), row.key) > place]
        return Part(tuple(rows[:limit]), whole.total)

    def thing(
        self, table: TableName, key: str, days: DayRange, partitions: frozenset[int]
    ) -> DaysOfThing | None:
        self.on_read()
        found = (row for number in partitions for row in self.rows[number] if row.key == key)
        return next((DaysOfThing(row.key, row.label, {"2012-08-02": row.counters}) for row in found), None)

    def by_day(self, filters: Filters, days: DayRange, partitions: frozenset[int]) -> dict[str, Counters]:
        return {
            f"2012-08-0{number + 1}": {"articles": len(self.rows[number])} for number in sorted(partitions)
        } | {"undated": {"articles": 1}}

    def events(
        self,
        filters: Filters,
        days: DayRange,
        partitions: frozenset[int],
        *,
        limit: int,
        after: tuple[str, str] | None,
    ) -> tuple[EventRow, ...]:
        raise NotImplementedError

    def event(self, key: str, partitions: frozenset[int]) -> tuple[EventRow, ...]:
        raise NotImplementedError

    def also_called(self, actor: str, partitions: frozenset[int]) -> tuple[str, ...]:
        raise NotImplementedError

    def search(self, words: str, partitions: frozenset[int], *, limit: int) -> tuple[tuple[Row, str], ...]:
        found = [row for number in partitions for row in self.rows[number] if words in row.key]
        return tuple(
            (row, row.key.title()) for row in sorted(found, key=lambda r: (-r.counters["articles"], r.key))
        )


@dataclass
class FakeHoldings:
    partitions: frozenset[int]
    generation: int = 1
    why_not: str = "is recovering"

    def held(self, basis: Basis) -> Held:
        return Held(self.generation, self.partitions, self.why_not)


@dataclass
class FakeWorker:
    """One worker: what it holds, and how it answers others."""

    url: str
    index: ListIndex
    holdings: FakeHoldings
    local: Local
    dead: bool = False
    asked: list[Request] = field(default_factory=list)

    async def answer(self, request: Request) -> Reply:
        self.asked.append(request)
        if self.dead:
            raise PeerFailed(f"worker {self.url}: cannot be reached (Connection refused)")
        ask = request.body
        if isinstance(ask, State):
            return Reply(frozenset(), {"url": self.url})
        if isinstance(ask, Further):
            return await self.local.further(ask)
        return await self.local.answer(ask, request.partitions)


@dataclass
class FakeService:
    """Workers that reach each other through bytes, as over HTTP."""

    workers: dict[str, FakeWorker] = field(default_factory=dict)
    assigned: dict[str, frozenset[int]] = field(default_factory=dict)
    """What the group tells, which may be another thing than what they hold."""
    described: int = 0
    described_at: float = 0.0

    def add(self, url: str, rows: dict[int, list[Row]], partitions: Iterable[int]) -> FakeWorker:
        held = frozenset(partitions)
        index, holdings = ListIndex(rows), FakeHoldings(held)
        worker = FakeWorker(url, index, holdings, Local(index, holdings, ThreadPoolExecutor(1)))
        self.workers[url], self.assigned[url] = worker, held
        return worker

    async def ask(self, url: str, request: Request) -> Reply:
        again = read_request(write_request(request))
        reply = await self.workers[url].answer(again)
        return read_reply(again.body.ask, write_reply(again.body.ask, reply))

    async def describe(self) -> dict[str, dict[str, frozenset[int]]]:
        self.described += 1
        await asyncio.sleep(0)
        return {url: {CATALOGUE.coded: held, CATALOGUE.tallies: held} for url, held in self.assigned.items()}

    def gather(self, url: str) -> Gather:
        """What this worker answers for all."""
        gathering = Gathering(
            self.workers[url].local, Peers(self.describe, clock=self._hours), self, CATALOGUE, url
        )
        return Gather(gathering, CATALOGUE.partitions)

    def _hours(self) -> float:
        """A clock on which whatever was asked before was long ago."""
        self.described_at += 3600
        return self.described_at
