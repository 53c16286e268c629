"""`python -m tests.chaos --seeds 1-20`: a line a run as it ends, then a summary; 1 on any failure."""

import argparse
import asyncio
import json
import random
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable
from dataclasses import asdict
from pathlib import Path

from streams.settings import Settings
from tests.chaos.faults import FAULTS
from tests.chaos.run import Outcome
from tests.chaos.scenario import draw_scenario
from tests.chaos.suite import open_suite


def main() -> int:
    """Run what the command line asks for."""
    asked = _parse()
    _say(f"chaos: seeds {_shown(asked.seeds)}; logs of failing runs under {asked.folder}")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    outcomes = asyncio.run(_run(asked))
    failed = [outcome.seed for outcome in outcomes if outcome.fault]
    seconds = sum(outcome.seconds for outcome in outcomes)
    _say(
        f"chaos: {len(outcomes)} runs in {seconds:.0f} s, {len(outcomes) - len(failed)} right, "
        f"{len(failed)} failed" + (f": seeds {','.join(map(str, failed))}" if failed else "")
    )
    return 1 if failed or len(outcomes) < len(asked.seeds) else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def _run(asked: argparse.Namespace) -> list[Outcome]:
    outcomes = []
    runs = _side_by_side(asked) if asked.jobs > 1 else _in_turn(asked)
    async for outcome in runs:
        outcomes.append(outcome)
        _say(json.dumps(asdict(outcome)) if asked.json else str(outcome))
        if asked.out:
            with asked.out.open("a") as out:
                out.write(json.dumps(asdict(outcome)) + "\n")
    return outcomes


async def _in_turn(asked: argparse.Namespace) -> AsyncIterator[Outcome]:
    async with open_suite(asked.folder, Settings().cache_dir) as suite:
        for seed in asked.seeds:
            yield await suite.play(
                draw_scenario(seed, broker=asked.broker, tables_in=asked.tables_in, only=asked.only)
            )


async def _side_by_side(asked: argparse.Namespace) -> AsyncIterator[Outcome]:
    """Jobs are processes, each with brokers of its own: a fault meets one run only."""
    outcomes: asyncio.Queue[Outcome | None] = asyncio.Queue()
    jobs = [
        asyncio.create_task(_job(asked, number, outcomes))
        for number in range(min(asked.jobs, len(asked.seeds)))
    ]
    for _ in jobs:
        while (outcome := await outcomes.get()) is not None:
            yield outcome
    await asyncio.gather(*jobs)


async def _job(asked: argparse.Namespace, number: int, outcomes: "asyncio.Queue[Outcome | None]") -> None:
    seeds = asked.seeds[number :: asked.jobs]
    command = [sys.executable, "-m", "tests.chaos", "--json", "--seeds", _shown(seeds)]
    command += ["--folder", str(asked.folder / f"job-{number}")]
    command += ["--broker", asked.broker] if asked.broker else []
    command += ["--tables-in", asked.tables_in] if asked.tables_in else []
    command += ["--only", ",".join(asked.only)] if asked.only else []
    child = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, limit=2**20)
    try:
        async for line in child.stdout or ():
            if line.startswith(b"{"):
                outcomes.put_nowait(Outcome(**json.loads(line)))
        await child.wait()
    finally:
        if child.returncode is None:  # it ends its own brokers and workers
            child.terminate()
            await child.wait()
        outcomes.put_nowait(None)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seeds", type=read_seeds, help="'1-20' or '3,7,11-13' (default: --runs new ones)")
    parser.add_argument("--runs", type=int, default=20, help="how many new seeds to draw (default 20)")
    parser.add_argument("--broker", choices=("node", "cluster"), help="instead of what the seed draws")
    parser.add_argument("--tables-in", choices=("memory", "rocksdb"), help="in every run, not as drawn")
    parser.add_argument("--only", type=_names, default=(), help="only faults of these names, e.g. 'kill,cut'")
    parser.add_argument("--jobs", type=int, default=1, help="runs side by side, each on brokers of its own")
    parser.add_argument("--out", type=Path, help="a file to add a JSON line a run to")
    parser.add_argument("--json", action="store_true", help="print runs as JSON")
    parser.add_argument("--folder", type=Path, help="where failing runs leave their logs")
    asked = parser.parse_args()
    asked.seeds = asked.seeds or sorted(random.SystemRandom().sample(range(1_000, 1_000_000), asked.runs))
    asked.folder = (asked.folder or Path(tempfile.mkdtemp(prefix="tidings-chaos-"))).absolute()
    return asked


def _names(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    known = {kind.name for kind in FAULTS}
    if unknown := set(names) - known:
        raise argparse.ArgumentTypeError(f"no such fault: {sorted(unknown)}; there are {sorted(known)}")
    return names


def read_seeds(text: str) -> list[int]:
    """The seeds that '1-3,7' names."""
    return [seed for part in text.split(",") for seed in _range(part)]


def _range(part: str) -> Iterable[int]:
    first, _, last = part.partition("-")
    return range(int(first), int(last or first) + 1)


def _shown(seeds: list[int]) -> str:
    return ",".join(map(str, seeds))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
