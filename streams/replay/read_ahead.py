"""A blocking iterator for an event loop that must not wait for a pipe."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Iterator
from contextlib import suppress
from typing import Generic, TypeVar

T = TypeVar("T")

# Small, because an article may have megabytes.
_DEPTH = 16


async def read_ahead(items: Iterator[T]) -> AsyncGenerator[T, None]:
    """Yield what an iterator yields, read by a thread of its own, a few items ahead; raise what it raises."""
    reader = _Reader(items)
    # A daemon: a terminal or a pipe that says nothing more must not keep the process from ending.
    threading.Thread(target=reader.run, name="replay-reader", daemon=True).start()
    try:
        while (item := await reader.next()) is not None:
            yield item[0]
    finally:
        reader.stop()


class _Reader(Generic[T]):
    def __init__(self, items: Iterator[T]) -> None:
        self._items = items
        self._loop = asyncio.get_running_loop()
        self._read: asyncio.Queue[tuple[T] | BaseException | None] = asyncio.Queue()
        self._room = threading.Semaphore(_DEPTH)
        self._stopped = False

    async def next(self) -> tuple[T] | None:
        found = await self._read.get()
        self._room.release()
        if isinstance(found, BaseException):
            raise found
        return found

    def stop(self) -> None:
        self._stopped = True
        self._room.release()

    def run(self) -> None:
        try:
            for item in self._items:
                if not self._hand_over((item,)):
                    return
            self._hand_over(None)
        except Exception as fault:  # noqa: BLE001 - raised again where the items are awaited
            self._hand_over(fault)

    def _hand_over(self, found: tuple[T] | Exception | None) -> bool:
        self._room.acquire()
        if not self._stopped:
            with suppress(RuntimeError):  # the event loop has ended meanwhile
                self._loop.call_soon_threadsafe(self._read.put_nowait, found)
        return not self._stopped
