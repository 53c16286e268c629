"""The tables in state, and how they are recovered from their changelogs."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiokafka import TopicPartition
from hand_made import at
from streaming_fakes import FakeClock, Record

from schemas.counts import DayCounts
from schemas.ledger import LedgerEntry
from schemas.tally import TableName
from schemas.wire import Malformed, decode, encode
from streams.delivery.delivery import Partition
from streams.kafka_topics import Catalogue
from streams.tables import STALLED_SECONDS, ChangelogReader, RecoveryStalled, Table, Tables

CATALOGUE = Catalogue("news", 2, 1)


def counts(seen: int, articles: int = 1) -> DayCounts:
    return DayCounts(label={}, counters={"articles": articles}, applied={0: seen}, seen=seen)


def entry(seen: int) -> LedgerEntry:
    return LedgerEntry(article=at(0), content_hash="h", contributions=(), seen=seen)


@pytest.fixture
def table() -> Table[DayCounts]:
    return Table("actors-changelog", DayCounts)


# --- a table -----------------------------------------------------------------------------------------------


def test_values_are_held_by_partition(table: Table[DayCounts]) -> None:
    """The same key on another partition is another value, and an unknown key has none."""
    table.put(0, b"k", counts(1))
    table.put(1, b"k", counts(2))
    assert [table.value(number, b"k") for number in (0, 1, 2)] == [counts(1), counts(2), None]
    assert table.value(0, b"other") is None
    assert len(table) == 2


def test_the_changelog_record_is_the_present_value(table: Table[DayCounts]) -> None:
    """What is sent for a key is its value now, on the partition of the value itself."""
    table.put(3, b"k", counts(1))
    table.put(3, b"k", counts(2))
    record = table.changelog_record(3, b"k")
    assert (record.kafka_topic, record.key, record.partition) == ("actors-changelog", b"k", 3)
    assert decode(DayCounts, record.value or b"") == counts(2)


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
def test_recovery_never_goes_back(order: Iterable[int], table: Table[DayCounts]) -> None:
    """The value that has seen most stays, wherever a paused worker's late write stands in the changelog."""
    for seen in order:
        table.restore(0, b"k", encode(counts(seen, articles=seen * 10)))
    assert table.value(0, b"k") == counts(3, articles=30)


def test_of_equally_new_values_the_last_stays(table: Table[DayCounts]) -> None:
    """A ledger value may be written again with less to remember, after the same record."""
    table.restore(0, b"k", encode(counts(1, articles=1)))
    table.restore(0, b"k", encode(counts(1, articles=2)))
    assert table.value(0, b"k") == counts(1, articles=2)


def test_a_null_value_deletes(table: Table[DayCounts]) -> None:
    """A tombstone in the changelog removes the key; one for an unknown key changes nothing."""
    table.restore(0, b"k", encode(counts(1)))
    table.restore(0, b"k", None)
    table.restore(0, b"other", None)
    assert len(table) == 0


def test_a_changelog_that_cannot_be_read_is_a_fault(table: Table[DayCounts]) -> None:
    """A value of another shape is not skipped: what it said would be missing."""
    with pytest.raises(Malformed):
        table.restore(0, b"k", b"{}")


def test_only_kept_partitions_stay(table: Table[DayCounts]) -> None:
    """What another worker may hold is forgotten; what is kept stays as it is."""
    for number in range(3):
        table.put(number, b"k", counts(number))
    table.keep_only(frozenset({1, 7}))
    assert [table.value(number, b"k") for number in range(3)] == [None, counts(1), None]
    assert len(table) == 1


def test_items_are_those_of_the_partitions_asked_for(table: Table[DayCounts]) -> None:
    """A query sees only the partitions that it names."""
    for number in range(3):
        table.put(number, b"k%d" % number, counts(number))
    assert dict(table.items(frozenset({0, 2, 9}))) == {b"k0": counts(0), b"k2": counts(2)}
    assert dict(table.items(frozenset())) == {}


def test_tables_go_with_the_kafka_topics_that_feed_them() -> None:
    """The ledger goes with coded articles, the tables of counted things with tallies, nothing with others."""
    tables = Tables(CATALOGUE)
    assert tables.sources == ("news.coded.v1", "news.tallies.v1")
    assert tables.fed_by("news.coded.v1") == (tables.ledger,)
    assert tables.fed_by("news.tallies.v1") == tuple(tables.counts.values())
    assert tables.fed_by("news.articles.v1") == ()
    tables.ledger.put(0, b"a", entry(1))
    assert tables.sizes() == (("ledger", 1), ("actors", 0), ("topics", 0), ("actor-topics", 0), ("pairs", 0))


# --- recovery ----------------------------------------------------------------------------------------------


@dataclass
class FakeChangelogs:
    """Kafka's side of recovery: logs by partition; `stuck` ones give nothing."""

    logs: dict[TopicPartition, list[Record]] = field(default_factory=dict)
    ends: dict[TopicPartition, int] = field(default_factory=dict)
    stuck: bool = False
    on_poll: Any = None
    assigned: list[TopicPartition] = field(default_factory=list)
    positions: dict[TopicPartition, int] = field(default_factory=dict)
    open: int = 0

    def put(self, changelog: str, partition: int, *values: tuple[bytes, bytes | None]) -> None:
        rows = self.logs.setdefault(TopicPartition(changelog, partition), [])
        rows += [Record(len(rows) + number, key, value) for number, (key, value) in enumerate(values)]

    def __call__(self, **options: object) -> "FakeChangelogs":
        assert options["enable_auto_commit"] is False
        assert options["auto_offset_reset"] == "earliest"
        return self

    async def start(self) -> None:
        self.open += 1

    async def stop(self) -> None:
        self.open -= 1

    def assign(self, partitions: list[TopicPartition]) -> None:
        self.assigned = partitions
        self.positions = dict.fromkeys(partitions, -1)

    async def end_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        return {tp: self.ends.get(tp, len(self.logs.get(tp, []))) for tp in partitions}

    async def seek_to_beginning(self, *partitions: TopicPartition) -> None:
        self.positions |= dict.fromkeys(partitions, 0)

    async def position(self, partition: TopicPartition) -> int:
        return self.positions[partition]

    async def getmany(self, *, timeout_ms: int, max_records: int) -> Mapping[TopicPartition, list[Record]]:
        if self.on_poll:
            self.on_poll()
        if self.stuck:
            return {}
        return dict(self._next())

    def _next(self) -> Iterator[tuple[TopicPartition, list[Record]]]:
        for tp in self.assigned:
            start = self.positions[tp]
            if records := self.logs.get(tp, [])[start : start + 2]:
                self.positions[tp] = start + len(records)
                yield tp, records


@pytest.fixture
def changelogs(monkeypatch: pytest.MonkeyPatch) -> FakeChangelogs:
    fake = FakeChangelogs()
    monkeypatch.setattr("streams.tables.AIOKafkaConsumer", fake)
    return fake


def coded(number: int) -> Partition:
    return Partition(CATALOGUE.coded, number)


def tallies(number: int) -> Partition:
    return Partition(CATALOGUE.tallies, number)


async def test_assigned_partitions_are_read_to_their_end(changelogs: FakeChangelogs) -> None:
    """Every changelog of an assigned partition is read whole; those of other partitions are not."""
    tables = Tables(CATALOGUE)
    actors = tables.counts[TableName.ACTORS]
    changelogs.put(actors.changelog, 0, *((b"k%d" % number, encode(counts(number))) for number in range(7)))
    changelogs.put(actors.changelog, 1, (b"other", encode(counts(1))))
    changelogs.put(tables.ledger.changelog, 0, (b"a", encode(entry(4))))
    await ChangelogReader({}, tables).recover(frozenset({tallies(0), coded(0)}), frozenset())
    assert dict(actors.items(frozenset({0, 1}))) == {b"k%d" % number: counts(number) for number in range(7)}
    assert tables.ledger.value(0, b"a") == entry(4)
    assert {(tp.topic, tp.partition) for tp in changelogs.assigned} == {
        (CATALOGUE.ledger_changelog, 0),
        *((CATALOGUE.table_changelog(name), 0) for name in TableName),
    }
    assert changelogs.open == 0


async def test_what_is_kept_is_not_read_again(changelogs: FakeChangelogs) -> None:
    """Partitions that stayed ours keep their values and are not read; all others are forgotten first."""
    tables = Tables(CATALOGUE)
    actors = tables.counts[TableName.ACTORS]
    for number in (0, 1):
        actors.put(number, b"k", counts(9))
        tables.ledger.put(number, b"a", entry(9))
    changelogs.put(actors.changelog, 1, (b"new", encode(counts(1))))
    await ChangelogReader({}, tables).recover(
        frozenset({tallies(0), tallies(1)}), kept=frozenset({tallies(0)})
    )
    assert dict(actors.items(frozenset({0}))) == {b"k": counts(9)}
    assert dict(actors.items(frozenset({1}))) == {b"new": counts(1)}
    assert len(tables.ledger) == 0
    assert {tp.partition for tp in changelogs.assigned} == {1}


async def test_nothing_new_needs_no_consumer(changelogs: FakeChangelogs) -> None:
    """Where every assigned partition was kept, or has no table, no client is started."""
    tables = Tables(CATALOGUE)
    held = frozenset({coded(0), Partition(CATALOGUE.articles, 1)})
    await ChangelogReader({}, tables).recover(held, kept=frozenset({coded(0)}))
    assert changelogs.assigned == []


async def test_recovery_is_told_while_it_runs(changelogs: FakeChangelogs) -> None:
    """How many records remain goes down to none, and running is told only meanwhile."""
    tables = Tables(CATALOGUE)
    changelogs.put(tables.ledger.changelog, 0, *((b"a", encode(entry(number))) for number in range(5)))
    told = list[tuple[bool, int]]()
    changelogs.on_poll = lambda: told.append((tables.recovery.running, tables.recovery.remaining_records))
    await ChangelogReader({}, tables).recover(frozenset({coded(0)}), frozenset())
    assert told == [(True, 5), (True, 3), (True, 1)]
    assert (tables.recovery.running, tables.recovery.remaining_records) == (False, 0)


async def test_a_changelog_that_gives_nothing_is_a_fault(
    changelogs: FakeChangelogs, ticking: FakeClock
) -> None:
    """Recovery without progress for a minute ends with a fault instead of waiting for ever."""
    tables = Tables(CATALOGUE)
    changelogs.put(tables.ledger.changelog, 0, (b"a", encode(entry(1))))
    changelogs.stuck = True

    def pass_time() -> None:
        ticking.now += STALLED_SECONDS / 3

    changelogs.on_poll = pass_time
    with pytest.raises(RecoveryStalled, match="1 changelog records"):
        await ChangelogReader({}, tables, clock=ticking).recover(frozenset({coded(0)}), frozenset())
    assert (tables.recovery.running, changelogs.open) == (False, 0)


async def test_a_slow_recovery_is_none_that_stalls(changelogs: FakeChangelogs, ticking: FakeClock) -> None:
    """As long as records come, recovery may take as long as it takes."""
    tables = Tables(CATALOGUE)
    changelogs.put(tables.ledger.changelog, 0, *((b"a", encode(entry(number))) for number in range(10)))

    def pass_time() -> None:
        ticking.now += STALLED_SECONDS * 0.9

    changelogs.on_poll = pass_time
    await ChangelogReader({}, tables, clock=ticking).recover(frozenset({coded(0)}), frozenset())
    assert tables.ledger.value(0, b"a") == entry(9)


async def test_a_compacted_end_is_an_end(changelogs: FakeChangelogs) -> None:
    """Where compaction has taken records, recovery ends by position, not by the number of records."""
    tables = Tables(CATALOGUE)
    place = TopicPartition(tables.ledger.changelog, 0)
    changelogs.put(place.topic, 0, (b"a", encode(entry(1))))
    changelogs.ends[place] = 3

    def jump() -> None:
        if changelogs.positions[place] == 1:
            changelogs.positions[place] = 3

    changelogs.on_poll = jump
    async with asyncio.timeout(5):
        await ChangelogReader({}, tables).recover(frozenset({coded(0)}), frozenset())
    assert tables.ledger.value(0, b"a") == entry(1)
