"""From the web thread to the pipeline's: what only that thread may touch is asked of its own loop."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

T = TypeVar("T")

PATIENCE_SECONDS: Final = 2.0


class PipelineBusy(RuntimeError):
    """The pipeline's loop has not answered in time."""


class Pipeline:
    """The event loop that reads, counts and commits."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    async def run(self, work: Coroutine[Any, Any, T], *, seconds: float = PATIENCE_SECONDS) -> T:
        """Run there and wait for it; raises PipelineBusy where that takes longer."""
        asked = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.wrap_future(asked)
        except TimeoutError as error:
            raise PipelineBusy(f"the pipeline has not answered within {seconds:g} s") from error

    async def call(self, function: Callable[[], T], *, seconds: float = PATIENCE_SECONDS) -> T:
        """Call it there and wait for what it returns; raises PipelineBusy where that takes longer."""

        async def called() -> T:
            return function()

        return await self.run(called(), seconds=seconds)
