"""`python -m tests.chaos.needed`: take each mechanism away, and see after how many runs the suite fails."""

import argparse
import asyncio
import signal
import sys
import tempfile
from pathlib import Path

from streams.settings import Settings
from tests.chaos.scenario import draw_scenario
from tests.chaos.suite import Suite, open_suite
from tests.chaos.switches import SWITCHES


def main() -> int:
    """Try the switches that the command line names, by default all; 1 where a loss went unnoticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.needed", description=__doc__)
    parser.add_argument("switches", nargs="*", metavar="SWITCH", help=f"any of {', '.join(SWITCHES)}")
    parser.add_argument("--runs", type=int, default=20, help="most runs for each switch (default 20)")
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--broker", choices=("node", "cluster"), default="node")
    asked = parser.parse_args()
    if unknown := set(asked.switches) - SWITCHES.keys():
        parser.error(f"no such switch: {', '.join(sorted(unknown))}")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    unnoticed = asyncio.run(_try_all(asked))
    _say(f"needed: not noticed: {', '.join(unnoticed) or 'none'}")
    return 1 if unnoticed else 0


async def _try_all(asked: argparse.Namespace) -> list[str]:
    folder = Path(tempfile.mkdtemp(prefix="tidings-needed-"))
    seeds = range(asked.first_seed, asked.first_seed + asked.runs)
    async with open_suite(folder, Settings().cache_dir) as suite:
        names = asked.switches or list(SWITCHES)
        return [name for name in names if not await _is_noticed(suite, name, seeds, asked.broker)]


async def _is_noticed(suite: Suite, name: str, seeds: range, broker: str) -> bool:
    """Whether a run fails without the mechanism; the faults are those that it is there for."""
    for number, seed in enumerate(seeds, 1):
        scenario = draw_scenario(seed, broker=broker, only=SWITCHES[name].faults, busy=True)
        outcome = await suite.play(scenario, without=(name,))
        if outcome.fault:
            _say(f"{name} ({SWITCHES[name].mechanism}): noticed in run {number}, seed {seed}")
            _say(f"    {outcome.scenario}\n    {outcome.fault}\n    {outcome.evidence}")
            return True
    _say(f"{name} ({SWITCHES[name].mechanism}): not noticed in {len(seeds)} runs")
    return False


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
