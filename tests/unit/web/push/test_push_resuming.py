"""Streams that break and go on: nothing is told twice, nothing is left out."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from push_fakes import Got, MemoryLog, event, read_frames
from stream_fakes import until

from streams.counting.questions import ALL_DAYS, NO_FILTERS
from streams.web.push.catching_up import CatchingUp
from streams.web.push.offsets import Cursor, Place, place_of
from streams.web.push.outbox import Ending, Outbox
from streams.web.push.readers import Reader, Readers
from streams.web.push.tail import Tail
from streams.web.push.told import Interest

ALL = Interest(NO_FILTERS, ALL_DAYS)


class Worker:
    """The tail of one worker, and readers of it."""

    def __init__(self, log: MemoryLog, *, kept_records: int = 2000) -> None:
        self.log = log
        self.readers = Readers()
        self.tail = Tail(log, self.readers, kept_records=kept_records, sleep=no_time)
        self.catching_up = CatchingUp(log, self.tail, self.readers, sleep=no_time)

    async def read(self, place: Place | None) -> Reader:
        await self.tail.start(place)
        reader = Reader(ALL, Outbox(), Cursor(place or self.tail.cursor.place))
        await self.catching_up.bring(reader)
        return reader

    async def reads_all(self) -> None:
        ends = await self.log.ends()
        await until(lambda: self.tail.cursor.is_at_or_after(ends))


@asynccontextmanager
async def worker(log: MemoryLog, *, kept_records: int = 2000) -> AsyncIterator[Worker]:
    made = Worker(log, kept_records=kept_records)
    try:
        yield made
    finally:
        await made.tail.stop()


async def no_time(_: float) -> None:
    await asyncio.sleep(0)


def waiting(reader: Reader) -> list[Got]:
    """What a reader has been given and not yet taken."""
    return read_frames(b"".join(reader.outbox._frames))


def keys(got: list[Got]) -> list[str]:
    return [message.data["key"] for message in got if message.kind == "event"]


def written(log: MemoryLog, since: Place) -> list[str]:
    """The events after a place, of each partition in its order."""
    return [
        f"{record.key.decode()}/e{number}"
        for partition, offset in enumerate(since.offsets)
        for record in log.records[partition][offset:]
        if record.value
        for number in range(1, record.value.count(b'"trigger"') + 1)
    ]


@pytest.mark.parametrize("seed", range(60))
async def test_any_broken_stream_goes_on_at_any_worker(seed: int) -> None:
    """However often a stream breaks, wherever it goes on, and however little a tail has kept: all, once."""
    some = random.Random(seed)
    log = MemoryLog(partitions=3, chunk=some.randint(1, 4))
    fill(log, some)
    begin = Place(await log.ends())
    async with (
        worker(log, kept_records=some.choice([1, 3, 50])) as one,
        worker(log, kept_records=some.choice([1, 3, 50])) as other,
    ):
        place, told = begin, []
        for _ in range(8):
            fill(log, some)
            reader = await some.choice([one, other]).read(place)
            fill(log, some)
            for _ in range(some.randrange(12)):
                await asyncio.sleep(0)
            got = waiting(reader)
            got = got[: some.randint(0, len(got))]  # the connection breaks after some of them
            for each in (one, other):
                each.readers.remove(reader)
            told += keys(got)
            place = place_of(got[-1].id or "", partitions=3) if got else place
        last = await one.read(place)
        await one.reads_all()
        told += keys(waiting(last))
    assert sorted(told) == sorted(written(log, begin))
    assert in_order(told)


def fill(log: MemoryLog, some: random.Random) -> None:
    """Some records of one to three events, of none, and marks of transactions."""
    for _ in range(some.randrange(6)):
        partition = some.randrange(log.partitions)
        if some.random() < 0.2:
            log.mark(partition)
        elif some.random() < 0.2:
            log.append(partition, None)
        else:
            log.tell(partition, *(event(number) for number in range(1, some.randint(2, 4))))


def in_order(told: list[str]) -> bool:
    """Whether the events of each partition came in the order of its records."""
    by_partition: dict[str, list[tuple[int, str]]] = {}
    for key in told:
        article, _, number = key.partition("/")
        partition, _, offset = article.partition("-")
        by_partition.setdefault(partition, []).append((int(offset), number))
    return all(found == sorted(found) for found in by_partition.values())


async def test_what_is_kept_needs_no_consumer() -> None:
    """A reader that comes back soon is told out of what the tail has kept."""
    log = MemoryLog()
    async with worker(log) as one:
        first = await one.read(None)
        for _ in range(5):
            log.tell(0)
        await one.reads_all()
        place = place_of(waiting(first)[1].id or "", partitions=2)
        again = await one.read(place)
        assert keys(waiting(again)) == ["p0-2/e1", "p0-3/e1", "p0-4/e1"]
    assert len(log.followed_from) == 1


async def test_the_first_reader_that_comes_back_sets_where_the_tail_begins() -> None:
    """After a restart the tail begins where its first reader left off, and serves the others from there."""
    log = MemoryLog()
    for _ in range(5):
        log.tell(0)
    async with worker(log) as one:
        first = await one.read(Place((2, 0)))
        await one.reads_all()
        second = await one.read(Place((3, 0)))
        assert keys(waiting(first)) == ["p0-2/e1", "p0-3/e1", "p0-4/e1"]
        assert keys(waiting(second)) == ["p0-3/e1", "p0-4/e1"]
    assert log.followed_from == [(2, 0)]


async def test_a_place_after_the_end_goes_on_from_the_end_and_says_so() -> None:
    """An id of another log, longer than this one, is no reason to wait for ever."""
    log = MemoryLog()
    log.tell(0)
    async with worker(log) as one:
        await one.read(None)
        reader = await one.read(Place((99, 0)))
        log.tell(0)
        await one.reads_all()
        assert [(got.kind, got.id) for got in waiting(reader)] == [("gap", "1.0"), ("event", "2.0")]


async def test_a_place_before_the_first_record_goes_on_from_there_and_says_so() -> None:
    """Records that retention has deleted are a gap, not an end."""
    log = MemoryLog()
    for _ in range(9):
        log.tell(0)
    log.first[0] = 6
    async with worker(log, kept_records=2) as one:
        await one.read(None)
        reader = await one.read(Place((1, 0)))
        got = waiting(reader)
        assert [got[0].kind, got[0].id] == ["gap", "6.0"]
        assert keys(got) == ["p0-6/e1", "p0-7/e1", "p0-8/e1"]


async def test_a_log_that_is_away_is_waited_for() -> None:
    """A broker that is gone for a while costs readers nothing but time."""
    log = MemoryLog()
    async with worker(log) as one:
        reader = await one.read(None)
        log.away = True
        log.tell(0)
        for _ in range(10):
            await asyncio.sleep(0)
        log.away = False
        await one.reads_all()
        assert keys(waiting(reader)) == ["p0-0/e1"]


async def test_who_leaves_while_catching_up_is_read_for_no_longer() -> None:
    """A reader that takes nothing holds up its own catching up alone, and its consumer ends with it."""
    log = MemoryLog()
    for _ in range(30):
        log.tell(0)
    async with worker(log, kept_records=1) as one:
        await one.read(None)
        reader = Reader(ALL, Outbox(most_frames=6), Cursor(Place((0, 0))))
        bringing = asyncio.create_task(one.catching_up.bring(reader))
        for _ in range(50):
            await asyncio.sleep(0)
        assert (log.open, len(waiting(reader)), reader.outbox.ending) == (2, 4, None)
        reader.outbox.end(Ending.GONE)
        await bringing
        assert log.open == 1
