"""The transactional design has no fault in any state; without any one of its mechanisms it has."""

import os
from dataclasses import dataclass

import pytest
from checker import explore
from stage import Design
from transactions import LEDGER, TALLY, Transactions, Troubles, Version

CORRECTED = (Version(1, 1), Version(2, 3))
OUT_OF_ORDER = (Version(2, 3), Version(1, 1))
BOTH = (LEDGER, TALLY)


@dataclass(frozen=True)
class Setting:
    """The stages looked at, and the troubles that come to them."""

    stages: tuple[str, ...]
    troubles: Troubles
    coded: tuple[Version, ...] = CORRECTED

    def __str__(self) -> str:
        told = (f"{number} {name}" for name, number in self.troubles._asdict().items() if number)
        return f"{' and '.join(self.stages)}: {', '.join(told) or 'no trouble'}"


SETTINGS = [
    Setting(BOTH, Troubles()),
    Setting(BOTH, Troubles(), OUT_OF_ORDER),
    Setting(BOTH, Troubles(kills=1)),
    Setting((LEDGER,), Troubles(take_overs=1)),
    Setting((LEDGER,), Troubles(take_overs=1, expiries=1)),
    Setting((LEDGER,), Troubles(take_overs=1, kills=1)),
    Setting((TALLY,), Troubles(take_overs=1, kills=1, expiries=1)),
    Setting((TALLY,), Troubles(take_overs=2)),
]
LARGE = [
    Setting(BOTH, Troubles(take_overs=1)),
    Setting(BOTH, Troubles(kills=2, expiries=1)),
    Setting((LEDGER,), Troubles(take_overs=2)),
    Setting((LEDGER,), Troubles(take_overs=1, kills=1, expiries=1), (*CORRECTED, Version(0, 9))),
    Setting((TALLY,), Troubles(take_overs=2, kills=1, expiries=1)),
]
LARGER = bool(os.environ.get("TIDINGS_MODEL_LARGE"))


@pytest.mark.parametrize("setting", [*SETTINGS, *(LARGE if LARGER else [])], ids=str)
def test_no_state_is_at_fault(setting: Setting) -> None:
    """Whatever comes between any two steps: no tally twice, nothing stuck, tables as the loop has them."""
    found = explore(Transactions(setting.coded, setting.troubles, setting.stages))
    print(found)  # noqa: T201 - for whoever asks pytest for it with -rP
    assert found.fault is None, str(found)


NEEDED = {
    "a zombie is fenced": (
        Design(fences=False),
        Setting((LEDGER,), Troubles(take_overs=1)),
    ),
    "a take-over completes what is decided": (
        Design(completes_on_take_over=False),
        Setting((LEDGER,), Troubles(take_overs=1)),
    ),
    "the committed offset is looked at after fencing": (
        Design(looks_after_fencing=False),
        Setting((LEDGER,), Troubles(take_overs=2)),
    ),
    "recovery reads what is committed": (
        Design(recovers_committed=False),
        Setting((TALLY,), Troubles(take_overs=1)),
    ),
    "agents read what is committed": (
        Design(reads_committed=False),
        Setting(BOTH, Troubles(kills=1)),
    ),
    "tables are kept only where nobody else wrote": (
        Design(keeps_only_unchanged=False),
        Setting((TALLY,), Troubles(take_overs=2)),
    ),
    "a fenced process ends": (
        Design(ends_when_fenced=False),
        Setting((TALLY,), Troubles(take_overs=1)),
    ),
    "a changelog behind the committed offset is opened again": (
        Design(opens_again_when_behind=False),
        Setting((TALLY,), Troubles(take_overs=1)),
    ),
    "the changelog tells the position": (
        Design(tells_position=False),
        Setting((TALLY,), Troubles(kills=1, expiries=1)),
    ),
    "the offset is not committed before": (
        Design(offset_within=False, offset_first=True, tells_position=False),
        Setting((TALLY,), Troubles(kills=1)),
    ),
    "the offset is not committed after": (
        Design(offset_within=False, tells_position=False),
        Setting((TALLY,), Troubles(kills=1)),
    ),
    "older versions are superseded": (
        Design(supersedes=False),
        Setting((LEDGER,), Troubles(), OUT_OF_ORDER),
    ),
    "a correction takes back": (
        Design(takes_back=False),
        Setting((LEDGER,), Troubles()),
    ),
}


@pytest.mark.parametrize(("design", "setting"), NEEDED.values(), ids=NEEDED)
def test_each_mechanism_is_needed(design: Design, setting: Setting) -> None:
    """Without it there is a way to a wrong count, and the checker shows the shortest."""
    found = explore(Transactions(setting.coded, setting.troubles, setting.stages, design))
    print(found)  # noqa: T201 - for whoever asks pytest for it with -rP
    assert found.fault is not None
    assert "stands still" not in found.fault, "a wrong count is what was to be shown"
