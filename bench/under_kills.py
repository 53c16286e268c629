"""Real articles under kills: `python -m bench.under_kills [ARTICLES] [--every SECONDS] [--seed N]`.

`tidings replay` of so many articles of the shared corpora onto a throw-away Kafka, and two workers of which
one at random is killed, or paused past its session, again and again; the Kafka node is killed in the middle.
At the end each article is accounted for, and the tables equal the plain loop.
"""

import argparse
import asyncio
import itertools
import logging
import os
import secrets
import signal
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

from bench.judging import Clock, accounted, all_ready, follow, gather, read_logs
from bench.workers import RoleProcess, all_ended
from streams.broker import EmbeddedKafka, prepare_runtime
from streams.commands.topics import create_topics
from streams.kafka_topics import Catalogue, catalogue_of, client_options
from streams.progress import Stage, Stalled
from streams.settings import Settings
from tests.chaos.checks import Wrong, check_newest, check_once, check_tables

CORPORA: Final = (
    Path(__file__).parents[1] / "../shared/corpora/wcep-2022-2024.jsonl",
    Path(__file__).parents[1] / "../shared/corpora/wcep-2025-h1-linked.jsonl",
)
WORKERS: Final = 2
TELL_SECONDS: Final = 10.0
AGAIN_SECONDS: Final = 0.3
KAFKA_AWAY_SECONDS: Final = 2.0
PAUSE_SHARE: Final = 0.3
"""Of the faults so many are pauses, the others kills."""


@dataclass
class Run:
    """What is running, and how far it has come."""

    settings: Settings
    kafka: EmbeddedKafka
    workers: list[RoleProcess]
    rng: Random
    clock: Clock
    starts: int = 0
    faults: list[str] = field(default_factory=list)
    exits: list[int] = field(default_factory=list)
    progress: str = "starting"
    coded_share: float = 0.0

    @property
    def options(self) -> dict[str, Any]:
        """What every client is given."""
        return client_options(self.settings, self.kafka.bootstrap)

    @property
    def catalogue(self) -> Catalogue:
        """The names on Kafka."""
        return catalogue_of(self.settings)

    def note(self, stage: Stage, done: int, total: int) -> None:
        """Take down how far a stage has come."""
        self.progress = f"{done:,} of {total:,} {stage.name}"
        self.coded_share = done / max(1, total) if stage.group == self.catalogue.code_group else 1.0


# --- what goes on while articles are counted ---------------------------------------------------------------


async def keep(run: Run, worker: RoleProcess) -> None:
    """Start a worker again whenever it ends, as an orchestrator would."""
    while True:
        run.exits.append(await worker.wait_ended())
        await asyncio.sleep(AGAIN_SECONDS)
        await worker.start()
        run.starts += 1


async def hurt(run: Run, every_seconds: float) -> None:
    """Kill or pause a worker at random, about every so many seconds."""
    while True:
        await asyncio.sleep(every_seconds * run.rng.uniform(0.7, 1.3))
        worker = run.rng.choice(run.workers)
        if run.rng.random() < PAUSE_SHARE:
            await _pause(run, worker, run.settings.session_timeout_seconds * run.rng.uniform(1.1, 1.8))
        else:
            _say(run, f"kill -9 of {worker.name}")
            worker.send(signal.SIGKILL)


async def _pause(run: Run, worker: RoleProcess, seconds: float) -> None:
    _say(run, f"{worker.name} is paused for {seconds:.1f} s")
    worker.send(signal.SIGSTOP)
    try:
        await asyncio.sleep(seconds)
    finally:
        worker.send(signal.SIGCONT)


async def kill_kafka_in_the_middle(run: Run) -> None:
    """Kill the node once half of the articles are coded, and start it again."""
    while run.coded_share < 0.5:  # noqa: ASYNC110 - progress is polled from Kafka, it has no event
        await asyncio.sleep(0.2)
    _say(run, "kill -9 of Kafka")
    run.kafka.kill()
    await asyncio.sleep(KAFKA_AWAY_SECONDS)
    await asyncio.to_thread(run.kafka.start)
    run.clock.tell("Kafka is back")


async def tell(run: Run) -> None:
    """Print a line now and then."""
    while True:
        run.clock.tell(f"{run.progress}; {len(run.faults)} faults, {run.starts} restarts")
        await asyncio.sleep(TELL_SECONDS)


def _say(run: Run, fault: str) -> None:
    run.faults.append(fault)
    run.clock.tell(fault)


# --- a run -------------------------------------------------------------------------------------------------


async def replay(run: Run, articles: Path) -> None:
    """`tidings replay` as a user runs it; raises Wrong where it fails."""
    environment = {
        **os.environ,
        "TIDINGS_KAFKA": run.kafka.bootstrap,
        "TIDINGS_NAMESPACE": run.settings.namespace,
        "TIDINGS_PARTITIONS": str(run.settings.partitions),
        "TIDINGS_STATE_DIR": str(run.settings.state_dir),
    }
    command = [sys.executable, "-m", "streams", "replay", str(articles)]
    process = await asyncio.create_subprocess_exec(*command, env=environment)
    if code := await process.wait():
        raise Wrong(f"tidings replay ended with exit code {code}")


async def count_under_faults(run: Run, articles: Path, every_seconds: float) -> float:
    """Replay and hurt until all is counted and every worker is ready; the seconds from replay to counted."""
    for worker in run.workers:
        await worker.start()
    await all_ready(run.workers)
    began = run.clock.seconds
    keeping = [asyncio.create_task(keep(run, worker)) for worker in run.workers]
    keeping.append(asyncio.create_task(tell(run)))
    try:
        await replay(run, articles)
        hurting = [
            asyncio.create_task(hurt(run, every_seconds)),
            asyncio.create_task(kill_kafka_in_the_middle(run)),
        ]
        try:
            await _unless_one_fails(follow(run.options, run.catalogue, run.note), hurting)
        finally:
            for task in hurting:
                task.cancel()
            await asyncio.gather(*hurting, return_exceptions=True)
        seconds = run.clock.seconds - began
        await all_ready(run.workers)
    finally:
        for task in keeping:
            task.cancel()
        await asyncio.gather(*keeping, return_exceptions=True)
    return seconds


async def _unless_one_fails(main: Any, others: list["asyncio.Task[None]"]) -> None:
    """Wait for `main`; a fault of the bench's own must not look like an easy run."""
    waited = asyncio.ensure_future(main)
    pending = {waited, *others}
    while not waited.done():
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()


async def judge(run: Run) -> str:
    """What came of it; raises Wrong where anything is lost, doubled or different."""
    logs = await read_logs(run.options, run.catalogue)
    aside = accounted(logs, run.catalogue.articles)
    check_once(logs)
    if not aside:
        check_newest(logs)
    tables = await gather(run.workers, run.settings.partitions)
    check_tables(tables, logs, when="at the end")
    values = sum(len(table) for table in tables.values())
    told = ", ".join(f"{number} {reason.value}" for reason, number in sorted(aside.items())) or "none"
    return (
        f"{len(logs.articles):,} articles: {len(logs.coded):,} coded once, set aside: {told}; "
        f"{values:,} values of the tables equal the plain loop"
    )


async def measure(run: Run, articles: Path, every_seconds: float) -> bool:
    """Run, judge and print the outcome; whether it is exact."""
    await create_topics(run.settings, run.kafka.bootstrap)
    async with all_ended(run.workers):
        try:
            seconds = await count_under_faults(run, articles, every_seconds)
            outcome = f"exact: {await judge(run)}"
        except (Wrong, Stalled, TimeoutError) as fault:
            seconds, outcome = run.clock.seconds, f"WRONG: {fault!r}"
    told = " ".join(f"{code}x{run.exits.count(code)}" for code in sorted(set(run.exits)))
    run.clock.tell(outcome)
    run.clock.tell(
        f"counted in {seconds:.0f} s; {len(run.faults)} faults; {run.starts} restarts (exit codes {told})"
    )
    return outcome.startswith("exact")


def chosen_articles(number: int, folder: Path) -> Path:
    """A file of the first so many articles of the corpora."""
    lines = itertools.chain.from_iterable(path.open(encoding="utf-8") for path in CORPORA if path.exists())
    chosen = folder / "articles.jsonl"
    chosen.write_text("".join(itertools.islice(lines, number)), encoding="utf-8")
    return chosen


def main() -> bool:
    """Run on a Kafka of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("articles", nargs="?", type=int, default=15_000)
    parser.add_argument("--every", type=float, default=45.0, help="seconds between faults")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="draws the faults")
    parser.add_argument("--keep", type=Path, help="folder for logs and state, which stays")
    told = parser.parse_args()
    if not CORPORA[0].exists():
        print(f"skipped: {CORPORA[0].name} is not there; it lies in the folder of shared corpora")
        return True
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it tells each attempt while Kafka is away
    print(f"{told.articles:,} articles, a fault about every {told.every:g} s, seed {told.seed}", flush=True)
    cache_dir = Settings().cache_dir
    with tempfile.TemporaryDirectory() as temporary:
        folder = told.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        settings = Settings(state_dir=folder, processes=1)
        articles = chosen_articles(told.articles, folder)
        with EmbeddedKafka(folder / "kafka", prepare_runtime(cache_dir), cache_dir=cache_dir) as kafka:
            workers = [
                RoleProcess(f"worker-{n}", settings, kafka.bootstrap, role="all") for n in range(WORKERS)
            ]
            run = Run(settings, kafka, workers, Random(told.seed), Clock())
            return asyncio.run(measure(run, articles, told.every))


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
