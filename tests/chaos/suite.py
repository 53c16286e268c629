"""Brokers and the nursery of workers, kept alive over many runs."""

import asyncio
import logging
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

from aiokafka.errors import KafkaError

from streams.broker import BrokerUnavailable, prepare_runtime
from tests.chaos.brokers import Brokers
from tests.chaos.run import Outcome, Run
from tests.chaos.scenario import Scenario
from tests.chaos.workers import Nursery

SUITE_FAULTS: Final = (BrokerUnavailable, ExceptionGroup, KafkaError, OSError)
"""What may go wrong with the suite itself: such a run has failed, and the next is played."""


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
        try:
            outcome = await run.play()
        except SUITE_FAULTS as error:
            await self._give_up(scenario.stage.broker)
            return run.not_played(f"suite: {error!r}")
        if not outcome.fault:
            shutil.rmtree(run.arena.folder, ignore_errors=True)
        return outcome

    async def _give_up(self, kind: str) -> None:
        """Let the next run have other brokers: these are beyond what `heal` mends."""
        await asyncio.to_thread(self._brokers.pop(kind).stop)

    async def brokers(self, kind: str) -> Brokers:
        """The brokers of a kind, running."""
        if kind not in self._brokers:
            runtime = await asyncio.to_thread(prepare_runtime, self._cache_dir)
            brokers = Brokers(
                kind,
                self._folder / "brokers" / f"{kind}-{secrets.token_hex(3)}",
                runtime,
                cache_dir=self._cache_dir,
            )
            self._stack.push_async_callback(self._stop, brokers)
            await asyncio.to_thread(brokers.start)
            self._brokers[kind] = brokers
        return self._brokers[kind]

    async def _stop(self, brokers: Brokers) -> None:
        if brokers in self._brokers.values():
            await asyncio.to_thread(brokers.stop)


@asynccontextmanager
async def open_suite(folder: Path, cache_dir: Path) -> AsyncIterator[Suite]:
    """A suite for as long as the block runs; nothing of it lives longer."""
    async with AsyncExitStack() as stack:
        stack.callback(shutil.rmtree, folder / "brokers", ignore_errors=True)
        logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # that brokers are away is meant
        nursery = await stack.enter_async_context(Nursery(folder))
        yield Suite(folder, cache_dir, stack, nursery)
