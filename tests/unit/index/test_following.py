"""The index of a worker's tables: what is committed, recovered, opened and closed shows in it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.counts import DayCounts
from schemas.tally import TableName
from streams.counting.questions import DayRange, ListName, Question
from streams.delivery import Outgoing
from streams.index.index import Index
from streams.kafka_topics import Catalogue
from streams.state import MemoryStores, RocksStores, Stores
from streams.tables import Tables

CATALOGUE = Catalogue("tidings", 4, 1)
KEY = b"country:USA@2026-01-01"
ALL = frozenset(range(4))


@pytest.fixture(params=["memory", "rocksdb"])
def new_stores(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Stores]:
    return MemoryStores if request.param == "memory" else lambda: RocksStores(tmp_path)


@pytest.fixture
def index() -> Index:
    return Index()


@pytest.fixture
def tables(new_stores: Callable[[], Stores], index: Index) -> Tables:
    return Tables(CATALOGUE, new_stores(), now=lambda: 1000.0, index=index)


def counts(articles: int, name: str = "United States") -> DayCounts:
    return DayCounts(label={"name": name}, counters={"articles": articles})


def commit(tables: Tables, *records: Outgoing, end: int) -> None:
    tables.committed(records, {(record.kafka_topic, record.partition or 0): end for record in records})


def put(tables: Tables, articles: int, *, partition: int = 0) -> Outgoing:
    actors = tables.counts[TableName.ACTORS]
    actors.put(partition, KEY, counts(articles))
    return actors.changelog_record(partition, KEY)


def articles(index: Index) -> int | None:
    found = index.thing(TableName.ACTORS, "country:USA", DayRange(), ALL)
    return found.days["2026-01-01"]["articles"] if found else None


def test_what_is_committed_shows_and_nothing_before(tables: Tables, index: Index) -> None:
    """A value that was put is not told of until its transaction is committed."""
    record = put(tables, 3)
    assert articles(index) is None
    commit(tables, record, end=1)
    assert articles(index) == 3
    found = index.thing(TableName.ACTORS, "country:USA", DayRange(), ALL)
    assert found is not None
    assert found.label == {"name": "United States"}
    tables.counts[TableName.ACTORS].remove(0, KEY)
    commit(tables, tables.counts[TableName.ACTORS].changelog_record(0, KEY), end=2)
    assert articles(index) is None


def test_what_recovery_reads_shows(tables: Tables, index: Index) -> None:
    """Changelog records that are read back are in the index as they are in the store."""
    values = tables.counts[TableName.ACTORS].begin_recovery(2)
    raw = b'{"label":{"name":"US"},"counters":{"articles":4}}'
    values.restore({KEY: raw, b"\xffposition": b"7"}, position=9, as_of=1.0)
    assert articles(index) == 4
    assert index.keys(TableName.ACTORS) == 1


async def test_a_store_that_is_found_again_is_in_the_index(new_stores: Callable[[], Stores]) -> None:
    """What an earlier process left on the disk is counted as soon as the partition is open."""
    first = Tables(CATALOGUE, new_stores(), index=Index())
    commit(first, put(first, 5), end=1)
    await first.close()
    index = Index()
    again = Tables(CATALOGUE, new_stores(), index=index)
    again.counts[TableName.ACTORS].begin_recovery(0)
    kept = not isinstance(again.stores, MemoryStores)
    assert articles(index) == (5 if kept else None)
    await again.close()


def test_a_partition_that_is_read_anew_begins_empty(tables: Tables, index: Index) -> None:
    """A store that is not trusted is thrown away, and so is what the index had of it."""
    commit(tables, put(tables, 3), end=1)
    tables.counts[TableName.ACTORS].of_partition(0).start_anew()
    assert articles(index) is None
    commit(tables, put(tables, 2), end=2)
    assert articles(index) == 2


def test_partitions_that_are_given_up_are_forgotten(tables: Tables, index: Index) -> None:
    """Of a partition that another worker may hold nothing is told, nor kept in memory."""
    commit(tables, put(tables, 3), end=1)
    commit(tables, put(tables, 4, partition=1), end=1)
    tables.counts[TableName.ACTORS].close_all_but(frozenset({1}))
    part = index.best(Question(ListName.ACTORS), ALL, limit=10, snapshot="s")
    assert [row.counters for row in part.rows] == [{"articles": 4}]
    assert list(index.counts[TableName.ACTORS]) == [1]


def test_the_ledger_is_followed_too(tables: Tables, index: Index) -> None:
    """Every open partition of the ledger has its stories."""
    tables.ledger.begin_recovery(3)
    assert list(index.stories) == [3]
    tables.ledger.close_all_but(frozenset())
    assert not index.stories


def test_labels_of_a_closed_store_are_left_out(tables: Tables, index: Index) -> None:
    """Closed between the sums and the labels, a page is still answered; who asked then finds it not held."""
    commit(tables, put(tables, 3), end=1)
    held = index.counts[TableName.ACTORS][0]
    tables.counts[TableName.ACTORS].close_all_but(frozenset())
    assert held.label_of(b"country:USA", "2026-01-01") == {}
