"""Brokers and the nursery of workers, kept alive over many runs."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from streams.broker import prepare_runtime
from tests.chaos.brokers import Brokers
from tests.chaos.run import Outcome, Run
from tests.chaos.scenario import Scenario
from tests.chaos.workers import Nursery


class Suite:
    """Plays scenarios one after the other; starts each kind of broker when it is first asked for."""

    def __init__(self, folder: Path, cache_dir: Path, stack: AsyncExitStack, nursery: Nursery) -> None:
        self._folder = folder
        self._cache_dir = cache_dir
        self._stack = stack
        self._nursery = nursery
        self._brokers: dict[str, Brokers] = {}

    async def play(self, scenario: Scenario, *, without: tuple[str, ...] = ()) -> Outcome:
        """Play one scenario; what a run leaves behind is kept only where it failed."""
        run = Run(
            scenario,
            await self.brokers(scenario.stage.broker),
            self._nursery,
            self._folder / "runs",
            without=without,
        )
        outcome = await run.play()
        if not outcome.fault:
            shutil.rmtree(run.arena.folder, ignore_errors=True)
        return outcome

    async def brokers(self, kind: str) -> Brokers:
        """The brokers of a kind, running."""
        if kind not in self._brokers:
            runtime = await asyncio.to_thread(prepare_runtime, self._cache_dir)
            brokers = Brokers(kind, self._folder / "brokers" / kind, runtime, cache_dir=self._cache_dir)
            self._stack.push_async_callback(asyncio.to_thread, brokers.stop)
            await asyncio.to_thread(brokers.start)
            self._brokers[kind] = brokers
        return self._brokers[kind]


@asynccontextmanager
async def open_suite(folder: Path, cache_dir: Path) -> AsyncIterator[Suite]:
    """A suite for as long as the block runs; nothing of it lives longer."""
    async with AsyncExitStack() as stack:
        stack.callback(shutil.rmtree, folder / "brokers", ignore_errors=True)
        logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # that brokers are away is meant
        nursery = await stack.enter_async_context(Nursery())
        yield Suite(folder, cache_dir, stack, nursery)
