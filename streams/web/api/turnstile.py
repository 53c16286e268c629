"""A bound on the questions that are answered at once, and on those that wait."""

import asyncio
from types import TracebackType

from streams.web.api.problems import refuse


class Turnstile:
    """Lets some through at once; others wait in a queue of bounded length, for a bounded time."""

    def __init__(self, *, running: int, waiting: int, seconds: float) -> None:
        self._free = asyncio.Semaphore(running)
        self._places, self._waiting, self._seconds = waiting, 0, seconds

    async def __aenter__(self) -> None:
        """Wait for a place; raises Refused where that takes too long."""
        if not self._free.locked():
            await self._free.acquire()
            return
        if self._waiting >= self._places:
            raise refuse("busy", f"{self._waiting} questions wait already")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._seconds):
                await self._free.acquire()
        except TimeoutError as error:
            raise refuse("busy", f"waited for {self._seconds:g} s among {self._waiting} questions") from error
        finally:
            self._waiting -= 1

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the place to the next."""
        self._free.release()
