"""One run: a scenario played on real brokers and workers, and judged."""

import asyncio
import secrets
import signal
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from streams.progress import Stalled, wait_until_counted
from streams.settings import Settings
from tests.chaos.arena import Arena
from tests.chaos.brokers import Brokers
from tests.chaos.checks import (
    Wrong,
    check_accounted,
    check_newest,
    check_once,
    check_published,
    check_tables,
    gather,
    read_logs,
)
from tests.chaos.evidence import keep_evidence
from tests.chaos.publishing import publish
from tests.chaos.scenario import Scenario
from tests.chaos.topics import create_topics, delete_topics
from tests.chaos.workers import Nursery

FAULTS_SECONDS: Final = 120.0
COUNTED_SECONDS: Final = 90.0
READY_SECONDS: Final = 60.0


@dataclass(frozen=True)
class Outcome:
    """What became of a run."""

    seed: int
    scenario: str
    seconds: float
    fault: str | None
    articles: int
    coded: int
    coded_twice: int
    ledger_records: int
    """Records left in the ledger's changelog: without compaction at least one a coded article."""
    restarts: int
    exits: dict[str, int]
    endings: dict[str, int]
    """How often workers ended by themselves, by why."""
    rebalances: int
    settle_seconds: float
    evidence: str | None = None

    def __str__(self) -> str:
        exits = " ".join(f"{code}x{number}" for code, number in sorted(self.exits.items()))
        return (
            f"seed {self.seed} {'FAILED' if self.fault else 'ok'} {self.seconds:.0f}s "
            f"(settled in {self.settle_seconds:.0f}s) articles {self.articles} coded {self.coded} "
            f"ledger {self.ledger_records} restarts {self.restarts} exits [{exits}] "
            f"rebalances {self.rebalances} | {self.scenario}"
            + (f"\n    {self.fault}\n    {self.evidence}" if self.fault else "")
        )


class Run:
    """A scenario on its way."""

    def __init__(
        self,
        scenario: Scenario,
        brokers: Brokers,
        nursery: Nursery,
        folder: Path,
        *,
        without: tuple[str, ...] = (),
    ) -> None:
        self.scenario = scenario
        settings = Settings(
            namespace=f"c{scenario.seed}-{secrets.token_hex(3)}",
            partitions=scenario.stage.partitions,
            replication_factor=len(brokers.all),
            session_timeout_seconds=scenario.stage.session_seconds,
            processes=1,
            log_level="info",
            log_format="json",
            coding_timeout_seconds=30,
            tables_in=scenario.tables_in,
        )
        self.arena = Arena(settings, brokers, nursery, folder / settings.namespace, without)
        self._settle_seconds = 0.0
        self._counted: dict[str, int] = {"articles": 0, "coded": 0, "coded_twice": 0, "ledger_records": 0}
        self._exits: Counter[str] = Counter()

    async def play(self) -> Outcome:
        """Play it, and tell what became of it; an error of the suite itself is raised."""
        began = time.monotonic()
        self.arena.folder.mkdir(parents=True)
        await create_topics(self.arena.options, self.arena.catalogue)
        fault = None
        try:
            await self._act()
            await self._judge()
        except (Wrong, Stalled) as error:
            fault = f"{type(error).__name__}: {error}"
            self._note_lives()
            await keep_evidence(self.arena, fault, str(self.scenario))
        finally:
            await self.arena.close()
            await asyncio.to_thread(self.arena.brokers.heal)
        seconds = time.monotonic() - began
        await delete_topics(self.arena.options, self.arena.catalogue)
        return self._outcome(fault, seconds)

    async def _act(self) -> None:
        """Publish, and let go wrong what is drawn, side by side."""
        for role in self.scenario.stage.cast:
            self.arena.add_worker(role)
        if self.scenario.waits_until_ready:
            await self._wait_ready("at the start")
        names, plan = self.arena.catalogue, self.scenario.plan
        publishing = asyncio.create_task(publish(self.arena.options, names.articles, plan))
        try:
            async with asyncio.timeout(FAULTS_SECONDS), asyncio.TaskGroup() as faults:
                for at, fault in self.scenario.schedule:
                    faults.create_task(self._inflict(at, fault))
            await asyncio.to_thread(self.arena.brokers.heal)
            await publishing
        finally:
            publishing.cancel()
            await asyncio.gather(publishing, return_exceptions=True)

    async def _inflict(self, at: float, fault: Any) -> None:
        await asyncio.sleep(at)
        await fault.inflict(self.arena)

    async def _judge(self) -> None:
        began = time.monotonic()
        self.arena.forget_those_who_left()
        await self._wait_counted()
        await self._wait_ready("after the faults")
        tables = await gather(self.arena)
        self._settle_seconds = time.monotonic() - began
        logs = await read_logs(self.arena)
        self._counted = {
            "articles": len(logs.articles),
            "coded": len(logs.coded),
            "coded_twice": logs.coded_twice,
            "ledger_records": logs.ledger_records,
        }
        check_published(self.scenario.plan, logs)
        check_accounted(self.scenario.plan, logs, self.arena.catalogue.articles)
        check_once(logs)
        check_newest(logs)
        check_tables(tables, logs, when="after the faults")
        if self.scenario.recovers_at_the_end:
            await asyncio.gather(*(worker.restart(signal.SIGKILL) for worker in self.arena.workers))
            await self._wait_ready("after all were killed")
            check_tables(await gather(self.arena), logs, when="as recovered from the changelogs")
        self._note_lives()

    def _note_lives(self) -> None:
        """Note how workers ended so far: what comes now is our own tidying up."""
        self._exits = Counter(str(code) for worker in self.arena.everybody for code in worker.exits)

    async def _wait_counted(self) -> None:
        stage = "nothing yet"

        def note(where: Any, done: int, total: int) -> None:
            nonlocal stage
            stage = f"{where.name}: {done} of {total}"

        try:
            async with asyncio.timeout(COUNTED_SECONDS):
                await wait_until_counted(self.arena.options, self.arena.catalogue, on_progress=note)
        except TimeoutError as error:
            raise Wrong(f"stuck: not counted within {COUNTED_SECONDS:.0f} s ({stage}; {error})") from error

    async def _wait_ready(self, when: str) -> None:
        try:
            await self.arena.wait_ready(self.arena.workers, timeout_seconds=READY_SECONDS)
        except TimeoutError:
            raise Wrong(f"stuck: not all workers are ready within {READY_SECONDS:.0f} s {when}") from None

    def not_played(self, fault: str) -> Outcome:
        """The outcome where the suite itself failed."""
        return self._outcome(fault, 0.0)

    def _outcome(self, fault: str | None, seconds: float) -> Outcome:
        return Outcome(
            seed=self.scenario.seed,
            scenario=str(self.scenario),
            seconds=round(seconds, 1),
            fault=fault,
            **self._counted,
            restarts=self._exits.total(),
            exits=dict(self._exits),
            endings=dict(Counter(why for worker in self.arena.everybody for why in worker.endings)),
            rebalances=sum(worker.assignments for worker in self.arena.everybody),
            settle_seconds=round(self._settle_seconds, 1),
            evidence=str(self.arena.folder) if fault else None,
        )
