"""A blocking iterator for an event loop."""

import asyncio
import queue
import threading
from collections.abc import Iterator
from contextlib import aclosing

import pytest
from replay_fakes import until

from streams.replay.read_ahead import read_ahead


@pytest.mark.parametrize("count", [0, 1, 15, 16, 17, 1000])
async def test_everything_comes_in_order(count: int) -> None:
    """All items come, in order, and then the end, also where an item is false or None."""
    items: list[int | None] = [None, 0, *range(count)]
    assert [item async for item in read_ahead(iter(items))] == items


async def test_the_loop_runs_while_the_iterator_waits() -> None:
    """An iterator that waits for a pipe holds nothing up: what it gave before is there, and tasks go on."""
    pipe: queue.Queue[int | None] = queue.Queue()
    seen: list[int] = []

    async def follow() -> None:
        async for item in read_ahead(iter(pipe.get, None)):
            seen.append(item)

    following = asyncio.create_task(follow())
    pipe.put(1)
    await until(lambda: seen == [1])
    pipe.put(2)
    await until(lambda: seen == [1, 2])
    pipe.put(None)
    await following


async def test_it_reads_only_a_little_ahead() -> None:
    """While nobody takes items, few are read: an article may have megabytes."""
    read: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1000):
            read.append(number)
            yield number

    async with aclosing(read_ahead(items())) as ahead:
        assert await anext(ahead) == 0
        await until(lambda: len(read) >= 17)
        await asyncio.sleep(0.02)
        assert len(read) <= 20


async def test_a_fault_comes_after_what_was_read() -> None:
    """What the iterator raises is raised where its items are awaited, after the items before it."""

    def items() -> Iterator[int]:
        yield 1
        raise ValueError("torn")

    async with aclosing(read_ahead(items())) as ahead:
        assert await anext(ahead) == 1
        with pytest.raises(ValueError, match="torn"):
            await anext(ahead)


async def test_closing_ends_the_thread() -> None:
    """A replay that ends early leaves no thread that goes on reading, and closes what it read from."""
    closed = threading.Event()

    def items() -> Iterator[int]:
        try:
            while True:
                yield 1
        finally:
            closed.set()

    async with aclosing(read_ahead(items())) as ahead:
        await anext(ahead)
    await until(lambda: not any(thread.name == "replay-reader" for thread in threading.enumerate()))
    assert closed.is_set()
