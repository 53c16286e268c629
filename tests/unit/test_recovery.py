"""Recovery against a fake Kafka: what is read, how it is told, and when it is given up."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.structs import OffsetAndTimestamp
from hand_made import at
from streaming_fakes import FakeClock
from structlog.testing import capture_logs

from schemas.counts import DayCounts
from schemas.ledger import LedgerEntry
from schemas.tally import TableName
from schemas.wire import encode
from streams.delivery.batch import Partition
from streams.kafka_topics import Catalogue
from streams.recovery import (
    CLOCKS_DIFFER_SECONDS,
    PARTITIONS_AT_ONCE,
    STALLED_SECONDS,
    ChangelogReader,
    RecoveryStalled,
)
from streams.tables import Tables

CATALOGUE = Catalogue("news", 64, 1)
DAY = 24 * 3600.0


def counts(articles: int) -> DayCounts:
    return DayCounts(label={}, counters={"articles": articles})


def entry(offset: int) -> LedgerEntry:
    return LedgerEntry(article=at(offset), content_hash="h", contributions=())


def coded(number: int) -> Partition:
    return Partition(CATALOGUE.coded, number)


def tallies(number: int) -> Partition:
    return Partition(CATALOGUE.tallies, number)


@dataclass(frozen=True)
class Record:
    offset: int
    key: bytes
    value: bytes | None


@dataclass
class FakeChangelogs:
    """Kafka's side of recovery: logs by partition, of which two records come at a time."""

    logs: dict[TopicPartition, list[Record]] = field(default_factory=dict)
    ends: dict[TopicPartition, int] = field(default_factory=dict)
    firsts: dict[TopicPartition, int] = field(default_factory=dict)
    younger: dict[TopicPartition, Any] = field(default_factory=dict)
    asked_times: dict[TopicPartition, int] = field(default_factory=dict)
    stuck: bool = False
    on_poll: Callable[[], None] | None = None
    assignments: list[list[TopicPartition]] = field(default_factory=list)
    positions: dict[TopicPartition, int] = field(default_factory=dict)
    open: int = 0

    def put(self, changelog: str, partition: int, *values: tuple[bytes, bytes | None]) -> None:
        rows = self.logs.setdefault(TopicPartition(changelog, partition), [])
        rows += [Record(len(rows) + number, key, value) for number, (key, value) in enumerate(values)]

    def __call__(self, **options: object) -> "FakeChangelogs":
        assert options["isolation_level"] == "read_committed"
        assert options["enable_auto_commit"] is False
        assert options["auto_offset_reset"] == "none"
        return self

    async def start(self) -> None:
        self.open += 1

    async def stop(self) -> None:
        self.open -= 1

    def assign(self, partitions: list[TopicPartition]) -> None:
        self.assignments.append(partitions)
        self.positions = {}

    def pause(self, *partitions: TopicPartition) -> None:
        assert self.assignments.pop() == list(partitions), "what is paused is not fetched"

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self.positions[partition] = offset

    async def end_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        return {place: self.ends.get(place, len(self.logs.get(place, []))) for place in partitions}

    async def beginning_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        return {place: self.firsts.get(place, 0) for place in partitions}

    async def offsets_for_times(self, times: Mapping[TopicPartition, int]) -> dict[TopicPartition, Any]:
        self.asked_times |= times
        return {place: self.younger.get(place) for place in times}

    async def position(self, partition: TopicPartition) -> int:
        return self.positions[partition]

    async def getmany(self, *, timeout_ms: int, max_records: int) -> Mapping[TopicPartition, list[Record]]:
        if self.on_poll:
            self.on_poll()
        return {} if self.stuck else dict(self._next())

    def _next(self) -> Iterator[tuple[TopicPartition, list[Record]]]:
        for place, start in list(self.positions.items()):
            if records := self.logs.get(place, [])[start : start + 2]:
                self.positions[place] = start + len(records)
                yield place, records


@pytest.fixture
def changelogs(monkeypatch: pytest.MonkeyPatch) -> FakeChangelogs:
    fake = FakeChangelogs()
    monkeypatch.setattr("streams.recovery.AIOKafkaConsumer", fake)

    async def trusted(_options: Mapping[str, Any], kafka_topics: set[str]) -> dict[str, float]:
        return dict.fromkeys(kafka_topics, DAY / 2)

    monkeypatch.setattr("streams.recovery.trusted_seconds", trusted)
    return fake


@pytest.fixture
def tables() -> Tables:
    return Tables(CATALOGUE, now=lambda: 10 * DAY)


async def recover(tables: Tables, *assigned: Partition) -> Mapping[Partition, int]:
    return await ChangelogReader({}, tables).recover(frozenset(assigned))


async def test_assigned_partitions_are_read_to_their_end(changelogs: FakeChangelogs, tables: Tables) -> None:
    """Every changelog of an assigned partition is read whole; those of other partitions are not."""
    actors = tables.counts[TableName.ACTORS]
    changelogs.put(actors.changelog, 0, *((b"k%d" % number, encode(counts(number))) for number in range(7)))
    changelogs.put(actors.changelog, 1, (b"other", encode(counts(1))))
    changelogs.put(tables.ledger.changelog, 0, (b"a", encode(entry(3))), (b"a", encode(entry(4))))
    await recover(tables, tallies(0), coded(0))
    assert dict(actors.items(frozenset({0, 1}))) == {b"k%d" % number: counts(number) for number in range(7)}
    assert tables.ledger.value(0, b"a") == entry(4)
    assert changelogs.open == 0


async def test_what_is_no_longer_ours_is_let_go_of(changelogs: FakeChangelogs, tables: Tables) -> None:
    """Partitions that went to another worker lose their values before any other is read."""
    actors = tables.counts[TableName.ACTORS]
    changelogs.put(actors.changelog, 0, (b"old", encode(counts(9))))
    changelogs.put(actors.changelog, 1, (b"new", encode(counts(1))))
    await recover(tables, tallies(0))
    await recover(tables, tallies(1))
    assert dict(actors.items(frozenset({0, 1}))) == {b"new": counts(1)}


async def test_what_stayed_ours_is_read_on(changelogs: FakeChangelogs, tables: Tables) -> None:
    """Where another worker wrote meanwhile, its records are read, and what was not committed is dropped."""
    actors = tables.counts[TableName.ACTORS]
    changelogs.put(actors.changelog, 0, (b"a", encode(counts(1))))
    await recover(tables, tallies(0))
    actors.put(0, b"uncommitted", counts(5))
    changelogs.put(actors.changelog, 0, (b"a", encode(counts(2))))
    await recover(tables, tallies(0))
    assert dict(actors.items(frozenset({0}))) == {b"a": counts(2)}
    assert tables.recovery.total_records == 1


async def test_partitions_without_tables_need_no_consumer(changelogs: FakeChangelogs, tables: Tables) -> None:
    """Where no assigned partition has a table, no client is started."""
    changelogs.open = -99
    await recover(tables, Partition(CATALOGUE.articles, 1))
    assert (changelogs.open, changelogs.assignments) == (-99, [])


async def test_few_partitions_are_fetched_together(changelogs: FakeChangelogs, tables: Tables) -> None:
    """What a client buffers does not grow with the number of partitions."""
    for number in range(40):
        changelogs.put(tables.ledger.changelog, number, (b"a", encode(entry(number))))
    await recover(tables, *(coded(number) for number in range(40)))
    assert len(tables.ledger) == 40
    assert max(map(len, changelogs.assignments)) == PARTITIONS_AT_ONCE


async def test_recovery_is_told_while_it_runs(changelogs: FakeChangelogs, tables: Tables) -> None:
    """How many records remain goes down to none, and running is told only meanwhile."""
    changelogs.put(tables.ledger.changelog, 0, *((b"a", encode(entry(number))) for number in range(5)))
    state = tables.recovery
    told: list[tuple[bool, int, int]] = []
    changelogs.on_poll = lambda: told.append((state.running, state.remaining_records, state.total_records))
    await recover(tables, coded(0))
    assert told == [(True, 5, 5), (True, 3, 5), (True, 1, 5)]
    assert (state.running, state.remaining_records) == (False, 0)


async def test_a_long_recovery_is_logged(
    changelogs: FakeChangelogs, tables: Tables, ticking: FakeClock
) -> None:
    """Every few seconds a line says how many records remain, and the last one that all are read."""
    changelogs.put(tables.ledger.changelog, 0, *((b"a", encode(entry(number))) for number in range(10)))

    def pass_time() -> None:
        ticking.now += 3

    changelogs.on_poll = pass_time
    with capture_logs() as logs:
        await ChangelogReader({}, tables, clock=ticking).recover(frozenset({coded(0)}))
    said = [(line["event"], line.get("remaining_records"), line.get("total_records")) for line in logs]
    assert said == [("recovering", 6, 10), ("recovering", 2, 10), ("recovered", None, None)]


async def test_a_changelog_that_gives_nothing_is_a_fault(
    changelogs: FakeChangelogs, tables: Tables, ticking: FakeClock
) -> None:
    """Recovery without progress for a minute ends with a fault instead of waiting for ever."""
    changelogs.put(tables.ledger.changelog, 0, (b"a", encode(entry(1))))
    changelogs.stuck = True

    def pass_time() -> None:
        ticking.now += STALLED_SECONDS / 3

    changelogs.on_poll = pass_time
    with pytest.raises(RecoveryStalled, match="1 changelog records"):
        await ChangelogReader({}, tables, clock=ticking).recover(frozenset({coded(0)}))
    assert (tables.recovery.running, changelogs.open) == (False, 0)


async def test_a_slow_recovery_is_none_that_stalls(
    changelogs: FakeChangelogs, tables: Tables, ticking: FakeClock
) -> None:
    """As long as records come, recovery may take as long as it takes."""
    changelogs.put(tables.ledger.changelog, 0, *((b"a", encode(entry(number))) for number in range(10)))

    def pass_time() -> None:
        ticking.now += STALLED_SECONDS * 0.9

    changelogs.on_poll = pass_time
    await ChangelogReader({}, tables, clock=ticking).recover(frozenset({coded(0)}))
    assert tables.ledger.value(0, b"a") == entry(9)


async def test_a_compacted_end_is_an_end(changelogs: FakeChangelogs, tables: Tables) -> None:
    """Where compaction or a marker took the last offsets, recovery ends by position, and stands there."""
    place = TopicPartition(tables.ledger.changelog, 0)
    changelogs.put(place.topic, 0, (b"a", encode(entry(1))))
    changelogs.ends[place] = 3

    def jump() -> None:
        if changelogs.positions[place] == 1:
            changelogs.positions[place] = 3

    changelogs.on_poll = jump
    async with asyncio.timeout(5):
        await recover(tables, coded(0))
    assert tables.ledger.value(0, b"a") == entry(1)
    assert tables.ledger.of_partition(0).store.position == 3


async def test_an_interrupted_recovery_goes_on_where_it_was(
    changelogs: FakeChangelogs, tables: Tables
) -> None:
    """A rebalance in the middle costs nothing: the next recovery reads the rest."""
    changelogs.put(tables.ledger.changelog, 0, *((b"%d" % number, encode(entry(1))) for number in range(6)))
    polls = 0

    def interrupt() -> None:
        nonlocal polls
        polls += 1
        if polls == 2:
            raise asyncio.CancelledError

    changelogs.on_poll = interrupt
    with pytest.raises(asyncio.CancelledError):
        await recover(tables, coded(0))
    values = tables.ledger.of_partition(0)
    assert (values.store.position, len(values), values.recovering) == (2, 2, True)
    await recover(tables, coded(0))
    assert (len(values), tables.recovery.total_records, values.recovering) == (6, 4, False)


# --- what is stored and must not be used -------------------------------------------------------------------


def stored(tables: Tables, *, position: int, as_of: float) -> None:
    tables.ledger.of_partition(0).restore({b"old": encode(entry(1))}, position=position, as_of=as_of)


@pytest.mark.parametrize(
    ("position", "as_of", "first", "used"),
    [
        (2, 9.6 * DAY, 0, True),
        (2, 9.6 * DAY, 2, True),
        (4, 9.6 * DAY, 0, True),
        (5, 9.6 * DAY, 0, False),
        (2, 9.4 * DAY, 0, False),
        (2, 9.6 * DAY, 3, False),
    ],
)
async def test_a_store_is_read_on_from_only_where_nothing_can_be_missing(
    position: int, as_of: float, first: int, used: bool, changelogs: FakeChangelogs, tables: Tables
) -> None:
    """Younger than tombstones, within the log: the tail is read. Otherwise everything that is there."""
    place = TopicPartition(tables.ledger.changelog, 0)
    changelogs.put(place.topic, 0, *((b"%d" % number, encode(entry(number))) for number in range(4)))
    changelogs.firsts[place] = first
    stored(tables, position=position, as_of=as_of)
    await recover(tables, coded(0))
    start = position if used else first
    assert dict(tables.ledger.items(frozenset({0}))) == {
        **({b"old": entry(1)} if used else {}),
        **{b"%d" % number: entry(number) for number in range(start, 4)},
    }
    assert tables.recovery.discarded_stores == (0 if used else 1)
    assert tables.ledger.of_partition(0).store.as_of == 10 * DAY


async def test_a_changelog_younger_than_its_store_is_another_one(
    changelogs: FakeChangelogs, tables: Tables
) -> None:
    """Records before the store's position that were written after it was read: the log was made anew."""
    place = TopicPartition(tables.ledger.changelog, 0)
    changelogs.put(place.topic, 0, *((b"%d" % number, encode(entry(number))) for number in range(4)))
    stored(tables, position=2, as_of=9.9 * DAY)
    changelogs.younger[place] = OffsetAndTimestamp(2, 0)
    await recover(tables, coded(0))
    assert (tables.recovery.discarded_stores, len(tables.ledger)) == (0, 3)
    assert changelogs.asked_times == {place: int((9.9 * DAY + CLOCKS_DIFFER_SECONDS) * 1000)}
    changelogs.younger[place] = OffsetAndTimestamp(0, 0)
    await recover(tables, coded(0))
    assert (tables.recovery.discarded_stores, len(tables.ledger)) == (1, 4)


async def test_half_read_is_no_newer_than_when_reading_began(
    changelogs: FakeChangelogs, tables: Tables
) -> None:
    """Until the end is reached a store keeps its age: tombstones further on may vanish meanwhile."""
    changelogs.put(tables.ledger.changelog, 0, *((b"%d" % number, encode(entry(1))) for number in range(6)))
    stored(tables, position=1, as_of=9.7 * DAY)
    ages: list[float | None] = []
    store = tables.ledger.of_partition(0).store
    changelogs.on_poll = lambda: ages.append(store.as_of)
    await recover(tables, coded(0))
    assert set(ages) == {9.7 * DAY}
    assert store.as_of == 10 * DAY
