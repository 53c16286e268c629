"""The whole of a replay: items go out at a pace, and what becomes of them is counted and bookmarked."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing
from itertools import islice

from streams.replay.bookmark import Bookmark
from streams.replay.items import Item, Sourced, Unreadable
from streams.replay.pace import Pace
from streams.replay.producer import Producer
from streams.replay.read_ahead import read_ahead
from streams.replay.report import ReplayCount, ReplayReport
from streams.replay.window import Window

_SECONDS_BETWEEN_LOOKS = 0.1


async def replay(
    items: Iterator[Item],
    producer: Producer,
    *,
    kafka_topic: str,
    pace: Pace,
    bookmark: Bookmark | None = None,
    on_progress: Callable[[ReplayReport], None] = lambda _: None,
    on_wait: Callable[[float], None] = lambda _: None,
    on_fault: Callable[[str], None] = lambda _: None,
    max_in_flight: int = 500,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> ReplayReport:
    """Send every item in order, and return when the broker has acknowledged or refused each.

    `on_progress` hears ten times a second and at the end, `on_wait` for how many seconds the next article
    is not due, `on_fault` a line for each item that is unreadable or refused. Raises `SendFailedError`, and
    what `items` raises; the bookmark then holds how far the replay came.
    """
    window = Window(producer, kafka_topic, max_in_flight)
    count = ReplayCount(skipped=bookmark.resumed if bookmark else 0)
    watch = _Watch(count, bookmark, on_progress)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_send(islice(items, count.settled, None), window, pace, on_wait, on_fault))
            watching = tasks.create_task(watch.run(sleep))
            await _settle(window, count, on_fault)
            watching.cancel()
    except ExceptionGroup as faults:
        first = faults.exceptions[0]
        raise first from first.__cause__
    finally:
        window.abandon()
        watch.end()
    if bookmark:
        bookmark.remove()
    return count.report()


async def _send(
    items: Iterator[Item],
    window: Window,
    pace: Pace,
    on_wait: Callable[[float], None],
    on_fault: Callable[[str], None],
) -> None:
    round_number = 1
    async with aclosing(read_ahead(items)) as ahead:
        async for item in ahead:
            if isinstance(item, Unreadable):
                on_fault(item.error)
            elif item.round != round_number:
                round_number = item.round
                pace.restart()
            date = item.article.published_at if isinstance(item, Sourced) else None
            await pace.wait(date, on_wait=on_wait)
            await window.send(item)
    window.close()


async def _settle(window: Window, count: ReplayCount, on_fault: Callable[[str], None]) -> None:
    async with aclosing(window.fates()) as fates:
        async for fate in fates:
            if fate.refusal:
                on_fault(fate.refusal)
            count.add(fate)


class _Watch:
    """Looks at the count now and then, moves the bookmark there, and tells who watches."""

    def __init__(
        self, count: ReplayCount, bookmark: Bookmark | None, on_progress: Callable[[ReplayReport], None]
    ) -> None:
        self._count = count
        self._bookmark = bookmark
        self._on_progress = on_progress

    async def run(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        while True:
            await sleep(_SECONDS_BETWEEN_LOOKS)
            self._look()

    def end(self) -> None:
        self._look()
        if self._bookmark:
            self._bookmark.write()

    def _look(self) -> None:
        self._on_progress(self._count.report())
        if self._bookmark:
            self._bookmark.advance(self._count.settled)
