"""A few runs of the chaos suite; `make chaos` does more.

`TIDINGS_CHAOS_SEEDS=1-5,9 pytest tests/chaos/test_chaos.py` runs those seeds instead of the usual ones.
"""

import os
from pathlib import Path

import pytest

from streams.broker import KafkaRuntime
from tests.chaos.__main__ import read_seeds
from tests.chaos.compaction import Compaction, wait_for_the_cleaner
from tests.chaos.scenario import draw_scenario
from tests.chaos.suite import open_suite

pytestmark = pytest.mark.kafka

SEEDS = read_seeds(os.environ.get("TIDINGS_CHAOS_SEEDS", "7,22"))


async def test_counts_are_right_after_anything(
    tmp_path: Path, cache_dir: Path, kafka_runtime: KafkaRuntime
) -> None:
    """After each of these drawn runs the tables are exact, and every article is accounted for."""
    async with open_suite(tmp_path, cache_dir) as suite:
        outcomes = [await suite.play(draw_scenario(seed)) for seed in SEEDS]
    failed = [str(outcome) for outcome in outcomes if outcome.fault]
    assert not failed, "\n".join(failed)
    coded, kept = (sum(getattr(run, name) for run in outcomes) for name in ("coded", "ledger_records"))
    assert kept < coded, "nothing was compacted while the runs went on"


async def test_changelogs_are_compacted_meanwhile(
    tmp_path: Path, cache_dir: Path, kafka_runtime: KafkaRuntime
) -> None:
    """With the settings of the suite the cleaner soon removes what was overwritten, and nothing else."""
    async with open_suite(tmp_path, cache_dir) as suite:
        compaction = Compaction(await suite.brokers("node"))
        await compaction.write(keys=20, rounds=10)
        kept = await wait_for_the_cleaner(compaction, fewer_than=120)
    assert kept, "nothing was cleaned"
    assert compaction.newest(kept) == compaction.newest_written
