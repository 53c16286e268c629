"""The whole counting protocol under crashes and late writes equals a plain loop, and the test would tell."""

from collections.abc import Callable
from typing import Any

import pytest
from counting_simulation import PARTITIONS, Simulation, coded_log

from schemas.coded import CodedArticle
from schemas.coordinates import Coordinates
from schemas.counts import DayCounts
from schemas.ledger import LedgerEntry
from schemas.tally import Tally
from streams.counting import days, ledger, loop
from streams.counting.ledger import Outcome, Settlement
from streams.tables import Table

SEEDS = range(120)


@pytest.mark.parametrize("seed", SEEDS)
def test_tables_equal_the_plain_loop(seed: int) -> None:
    """After any crashes, re-reads and late writes the tables equal a loop over the newest versions."""
    run = Simulation(seed)
    run.run()
    expected = loop.count(run.coded)
    assert run.tables_held() == expected
    assert run.tables_recovered() == expected


def test_the_simulation_meets_what_it_is_for() -> None:
    """The seeds together crash members, repeat, correct, withdraw, code twice and code out of order."""
    logs = [coded_log(seed, number) for seed in SEEDS for number in range(PARTITIONS)]
    offsets = [[version.article.offset for version in log] for log in logs]
    assert any(sorted(row) != row for row in offsets)
    assert any(len(set(row)) < len(row) for row in offsets)
    assert any(version.coding is None for log in logs for version in log)
    runs = [Simulation(seed) for seed in range(10)]
    for run in runs:
        run.run()
    assert sum(run.crashes for run in runs) > 30
    assert sum(len(run.broker.late) for run in runs) > 10


# --- variants that are broken on purpose -------------------------------------------------------------------


def _apply_without_marks(
    counts: DayCounts | None, tally: Tally, day: str, *, offset: int
) -> DayCounts | None:
    unmarked = counts.model_copy(update={"applied": {}}) if counts else None
    return days.apply(unmarked, tally, day, offset=offset)


def _reread_sends_nothing(
    entry: LedgerEntry | None, coded: CodedArticle, *, at: Coordinates, committed: int
) -> Settlement:
    done = ledger.settle(entry, coded, at=at, committed=committed)
    return Settlement(None, (), done.outcome) if done.outcome is Outcome.REREAD else done


def _forgets_at_once(
    entry: LedgerEntry | None, coded: CodedArticle, *, at: Coordinates, committed: int
) -> Settlement:
    return ledger.settle(entry, coded, at=at, committed=at.offset)


def _duplicate_stays_where_it_was(
    entry: LedgerEntry | None, coded: CodedArticle, *, at: Coordinates, committed: int
) -> Settlement:
    done = ledger.settle(entry, coded, at=at, committed=committed)
    return Settlement(None, (), done.outcome) if done.outcome is Outcome.DUPLICATE else done


def _sends_whole_corrections(
    entry: LedgerEntry | None, coded: CodedArticle, *, at: Coordinates, committed: int
) -> Settlement:
    done = ledger.settle(entry, coded, at=at, committed=committed)
    if done.outcome is not Outcome.CORRECTION:
        return done
    whole = ledger.settle(None, coded, at=at, committed=committed)
    return Settlement(done.entry, whole.tallies, done.outcome)


def _reread_settles_anew(
    entry: LedgerEntry | None, coded: CodedArticle, *, at: Coordinates, committed: int
) -> Settlement:
    unseen = entry.model_copy(update={"seen": -1}) if entry else None
    return ledger.settle(unseen, coded, at=at, committed=committed)


def _restore_the_last_written(table: Table[Any], partition: int, key: bytes, raw: bytes | None) -> None:
    table._partitions.setdefault(partition, {}).pop(key, None)
    _RESTORE(table, partition, key, raw)


_RESTORE: Callable[[Table[Any], int, bytes, bytes | None], None] = Table.restore

BROKEN = {
    "tallies applied again": ("streams.agents.tally.apply", _apply_without_marks),
    "re-read coded records send nothing": ("streams.agents.ledger.settle", _reread_sends_nothing),
    "re-read coded records are settled anew": ("streams.agents.ledger.settle", _reread_settles_anew),
    "what was sent is forgotten at once": ("streams.agents.ledger.settle", _forgets_at_once),
    "duplicates keep the older offset": ("streams.agents.ledger.settle", _duplicate_stays_where_it_was),
    "corrections are added as a whole": ("streams.agents.ledger.settle", _sends_whole_corrections),
    "recovery takes the last value written": ("streams.tables.Table.restore", _restore_the_last_written),
}


@pytest.mark.parametrize(("place", "variant"), BROKEN.values(), ids=BROKEN)
def test_a_broken_protocol_is_caught(
    place: str, variant: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each guard of the protocol is needed: without it some seed counts otherwise than the loop."""
    monkeypatch.setattr(place, variant)
    assert any(_differs(seed) for seed in SEEDS)


def _differs(seed: int) -> bool:
    run = Simulation(seed)
    run.run()
    expected = loop.count(run.coded)
    return run.tables_held() != expected or run.tables_recovered() != expected
