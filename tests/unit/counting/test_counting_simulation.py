"""The counting protocol under crashes, pauses and take-overs equals a plain loop, and the test would tell."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import pytest
from counting_simulation import run_of
from simulated_kafka import SimulatedKafka
from simulated_members import Offsets, Rules

from schemas.coded import CodedArticle
from schemas.coordinates import Coordinates
from schemas.ledger import LedgerEntry
from streams.counting import ledger
from streams.counting.ledger import Outcome, Settlement

SEEDS = range(120)


@pytest.mark.parametrize("seed", SEEDS)
def test_tables_equal_the_plain_loop(seed: int) -> None:
    """Whatever happened, no article is lost, and the tables are those of a loop over newest versions."""
    assert run_of(seed).faults() == []


def test_the_simulation_meets_what_it_is_for() -> None:
    """Ten runs together meet each kind of trouble more than a few times, and every outcome of the ledger."""
    runs = [run_of(seed) for seed in range(10)]
    happened = sum((Counter(asdict(run.happened)) for run in runs), Counter[str]())
    assert min(happened[name] for name in asdict(runs[0].happened)) > 5, happened
    assert any(version.coding is None for run in runs for version in run.coded())


# --- variants that are broken on purpose -------------------------------------------------------------------


def _duplicates_stay(entry: LedgerEntry | None, coded: CodedArticle, *, at: Coordinates) -> Settlement:
    done = ledger.settle(entry, coded, at=at)
    return Settlement(None, (), done.outcome) if done.outcome is Outcome.DUPLICATE else done


def _duplicates_unseen(entry: LedgerEntry | None, coded: CodedArticle, *, at: Coordinates) -> Settlement:
    unlike = entry.model_copy(update={"content_hash": "other"}) if entry else None
    return ledger.settle(unlike, coded, at=at)


def _corrections_whole(entry: LedgerEntry | None, coded: CodedArticle, *, at: Coordinates) -> Settlement:
    done = ledger.settle(entry, coded, at=at)
    if done.outcome is not Outcome.CORRECTION:
        return done
    return replace(done, tallies=ledger.settle(None, coded, at=at).tallies)


def _corrections_ignored(entry: LedgerEntry | None, coded: CodedArticle, *, at: Coordinates) -> Settlement:
    done = ledger.settle(entry, coded, at=at)
    return Settlement(None, (), done.outcome) if done.outcome is Outcome.CORRECTION else done


def _withdrawals_take_nothing(
    entry: LedgerEntry | None, coded: CodedArticle, *, at: Coordinates
) -> Settlement:
    done = ledger.settle(entry, coded, at=at)
    return replace(done, tallies=()) if done.outcome is Outcome.WITHDRAWAL else done


def _unknown_withdrawals_forgotten(
    entry: LedgerEntry | None, coded: CodedArticle, *, at: Coordinates
) -> Settlement:
    done = ledger.settle(entry, coded, at=at)
    return replace(done, entry=None) if entry is None and done.outcome is Outcome.WITHDRAWAL else done


def _everything_is_newer(version: Coordinates, than: Coordinates) -> bool:
    return True


def _no_first_coordinates(*_: object) -> None:
    return None


@dataclass(frozen=True)
class Broken:
    """One mechanism less: of Kafka, of the members, or of the product's own code."""

    kafka: Callable[[], SimulatedKafka] = SimulatedKafka
    rules: Rules = field(default_factory=Rules)
    patch: tuple[str, Callable[..., Any]] | None = None


SETTLE = "streams.agents.ledger.settle"
BROKEN = {
    "a zombie's transaction is taken": Broken(kafka=lambda: SimulatedKafka(fences=False)),
    "a take-over does not complete what is decided": Broken(
        kafka=lambda: SimulatedKafka(completes_on_take_over=False)
    ),
    "the offset is committed before": Broken(rules=Rules(offsets=Offsets.BEFORE)),
    "the offset is committed after": Broken(rules=Rules(offsets=Offsets.AFTER)),
    "recovery reads what is not committed": Broken(rules=Rules(recovers_uncommitted=True)),
    "agents read what is not committed": Broken(rules=Rules(reads_uncommitted=True)),
    "tables are kept though another wrote": Broken(rules=Rules(keeps_whatever_happened=True)),
    "the committed offset is looked at before fencing": Broken(rules=Rules(looks_before_fencing=True)),
    "changelogs tell no position": Broken(rules=Rules(writes_position=False)),
    "older versions count": Broken(patch=("streams.counting.ledger.is_newer", _everything_is_newer)),
    "replayed dead letters are new versions": Broken(
        patch=("streams.agents.code.first_coordinates", _no_first_coordinates)
    ),
    "duplicates stay where they were": Broken(patch=(SETTLE, _duplicates_stay)),
    "duplicates are not seen": Broken(patch=(SETTLE, _duplicates_unseen)),
    "corrections are added as a whole": Broken(patch=(SETTLE, _corrections_whole)),
    "corrections are ignored": Broken(patch=(SETTLE, _corrections_ignored)),
    "withdrawals take nothing back": Broken(patch=(SETTLE, _withdrawals_take_nothing)),
    "withdrawals of unknown stories are forgotten": Broken(patch=(SETTLE, _unknown_withdrawals_forgotten)),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_broken_protocol_is_caught(broken: Broken, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each mechanism of the protocol is needed: without it some seed counts otherwise than the loop."""
    if broken.patch:
        monkeypatch.setattr(*broken.patch)
    assert any(_is_caught(seed, broken) for seed in SEEDS)


def _is_caught(seed: int, broken: Broken) -> bool:
    return bool(run_of(seed, broken.rules, broken.kafka()).faults())
