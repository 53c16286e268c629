"""The switches that take a mechanism away."""

import subprocess
import sys

from tests.chaos.faults import FAULTS
from tests.chaos.switches import SWITCHES

TAKE_ALL_AWAY = """
from streams import app
from tests.chaos.switches import SWITCHES
for name, switch in SWITCHES.items():
    switch.take_away()
"""


def test_each_switch_still_finds_what_it_takes_away() -> None:
    """A mechanism that was renamed or moved would make its switch an empty gesture."""
    tried = subprocess.run(
        [sys.executable, "-c", TAKE_ALL_AWAY], capture_output=True, text=True, timeout=60, check=False
    )
    assert not tried.returncode, tried.stderr


def test_switches_name_faults_that_exist() -> None:
    """The faults that a mechanism is there for are among those that can be drawn."""
    known = {kind.name for kind in FAULTS}
    for name, switch in SWITCHES.items():
        assert set(switch.faults) <= known, name
