"""Changelogs of a real Kafka read back: transactions, ends, positions."""

import asyncio

import pytest
from changelogs import NUMBER, Changelogs, counts, held

from schemas.tally import TableName
from streams.delivery import Outgoing
from streams.kafka_topics import MAX_RECORD_BYTES
from streams.tables import Tables

pytestmark = pytest.mark.kafka

LIMIT_SECONDS = 20


async def test_an_empty_store_takes_all_that_was_committed(changelogs: Changelogs) -> None:
    """Every key comes back with its last value, removed ones do not, and the input's position is told."""
    owner = await changelogs.producer()
    await changelogs.write(owner, {b"a": 1, b"b": 1}, told=7)
    await changelogs.write(owner, {b"a": 2, b"b": None, b"c": 5}, told=9)
    tables = changelogs.tables()
    assert await changelogs.recover(tables) == {changelogs.tallies: 9}
    assert held(tables) == {b"a": 2, b"c": 5}
    assert len(tables.counts[TableName.ACTORS]) == 2
    assert (tables.recovery.running, tables.recovery.remaining_records) == (False, 0)


async def test_an_empty_changelog_tells_nothing(changelogs: Changelogs) -> None:
    """Where nothing was ever written, recovery ends at once with empty tables and no position."""
    tables = changelogs.tables()
    async with asyncio.timeout(LIMIT_SECONDS):
        assert await changelogs.recover(tables) == {}
    assert held(tables) == {}


async def test_an_aborted_end_does_not_stall(changelogs: Changelogs) -> None:
    """A changelog whose last records were aborted, or are only markers, is read to its end."""
    owner = await changelogs.producer()
    await changelogs.write(owner, {b"a": 1}, told=3)
    for _ in range(3):
        await owner.begin_transaction()
        await changelogs.send(owner, [Outgoing(changelogs.actors, b"a", b"never", NUMBER)] * 50)
        await owner.abort_transaction()
    tables = changelogs.tables()
    async with asyncio.timeout(LIMIT_SECONDS):
        assert await changelogs.recover(tables) == {changelogs.tallies: 3}
    assert held(tables) == {b"a": 1}


async def test_what_an_owner_left_open_is_not_read(changelogs: Changelogs) -> None:
    """Recovery stops before an open transaction instead of waiting, and passes it once it is fenced."""
    owner = await changelogs.producer()
    await changelogs.write(owner, {b"a": 1}, told=3)
    await owner.begin_transaction()
    await changelogs.send(owner, [Outgoing(changelogs.actors, b"a", b"never", NUMBER)] * 5)
    tables = changelogs.tables()
    async with asyncio.timeout(LIMIT_SECONDS):
        assert await changelogs.recover(tables) == {changelogs.tallies: 3}
        heir = await changelogs.producer()
        await changelogs.write(heir, {b"b": 2}, told=4)
        assert await changelogs.recover(tables) == {changelogs.tallies: 4}
        assert await changelogs.recover(again := changelogs.tables()) == {changelogs.tallies: 4}
    assert held(tables) == held(again) == {b"a": 1, b"b": 2}


async def test_only_the_tail_is_read(changelogs: Changelogs) -> None:
    """A partition is read on from where its store stands, not from the first record."""
    owner = await changelogs.producer()
    await changelogs.write(owner, {b"%d" % number: number for number in range(500)})
    tables = changelogs.tables()
    await changelogs.recover(tables)
    assert tables.recovery.total_records >= 500
    await changelogs.write(owner, {b"0": 77, b"1": None})
    tables.counts[TableName.ACTORS].put(NUMBER, b"uncommitted", counts(1))
    await changelogs.recover(tables)
    assert tables.recovery.total_records <= 4
    assert held(tables) == {b"0": 77, **{b"%d" % number: number for number in range(2, 500)}}


async def test_own_commits_are_not_read_again(changelogs: Changelogs) -> None:
    """What the worker itself committed stands in the store at the offset where it ended."""
    owner = await changelogs.producer()
    tables = changelogs.tables()
    await changelogs.recover(tables)
    written = _put(tables, a=1, b=2)
    end = await changelogs.commit(owner, written)
    tables.committed(written, {(changelogs.actors, NUMBER): end})
    _put(tables, a=99)
    await changelogs.recover(tables)
    assert tables.recovery.total_records <= 1
    assert held(tables) == {b"a": 1, b"b": 2}


def _put(tables: Tables, **values: int) -> list[Outgoing]:
    table = tables.counts[TableName.ACTORS]
    for key, articles in values.items():
        table.put(NUMBER, key.encode(), counts(articles))
    return [table.changelog_record(NUMBER, key.encode()) for key in values]


async def test_the_largest_record_is_read(changelogs: Changelogs) -> None:
    """A value larger than what one fetch asks for comes whole."""
    owner = await changelogs.producer()
    large = counts(1).model_copy(update={"label": {"name": "x" * (MAX_RECORD_BYTES // 2)}})
    source = changelogs.tables().counts[TableName.ACTORS]
    source.put(NUMBER, b"large", large)
    await changelogs.commit(owner, [source.changelog_record(NUMBER, b"large")], told=1)
    tables = changelogs.tables()
    async with asyncio.timeout(LIMIT_SECONDS):
        assert await changelogs.recover(tables) == {changelogs.tallies: 1}
    assert tables.counts[TableName.ACTORS].value(NUMBER, b"large") == large
