"""What the tests need of Debian is installed where it is missing and may be, and nowhere else."""

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

TOOLS = ("cat", "env", "id", "mktemp", "rm", "sh", "tail", "tee", "chmod")


@dataclass
class Machine:
    """A folder of commands as the only ones, which write down how they were called."""

    script: Path
    folder: Path
    commands: Path = field(init=False)

    def __post_init__(self) -> None:
        self.commands = self.folder / "bin"
        self.commands.mkdir()
        for tool in TOOLS:
            (self.commands / tool).symlink_to(str(shutil.which(tool)))

    @property
    def policy(self) -> Path:
        return self.folder / "policy-rc.d"

    def have(self, *commands: str, saying: str = "", status: int = 0) -> None:
        for command in commands:
            stub = self.commands / command
            stub.unlink(missing_ok=True)
            stub.write_text(
                f"""#!/bin/sh
echo "{command} $* policy:$([ -x {self.policy} ] && echo yes || echo no)" >> {self.folder}/calls
echo "{saying}"
exit {status}
"""
            )
            stub.chmod(0o755)

    def run(self) -> tuple[str, list[str]]:
        """What it says, and what it has called."""
        done = subprocess.run(
            ["/bin/sh", str(self.script)],
            env={"PATH": str(self.commands), "TIDINGS_POLICY_RC_D": str(self.policy)},
            capture_output=True,
            text=True,
            check=True,
        )
        calls = self.folder / "calls"
        return done.stderr, calls.read_text().splitlines() if calls.exists() else []


@pytest.fixture
def machine(root, tmp_path):
    return Machine(root / "tests/debian-packages.sh", tmp_path)


def test_nothing_is_done_where_all_is_there(machine):
    """Not even the lists of packages are asked for."""
    machine.have("chromium", "prometheus", "promtool")
    machine.have("apt-get", status=1)
    assert machine.run() == ("", [])


def test_root_installs_what_is_missing_without_a_daemon(machine):
    """Only the missing package, nothing recommended; and whatever it brings is not started."""
    machine.have("chromium", "apt-get")
    machine.have("id", saying="0")
    told, calls = machine.run()
    assert calls[1:] == [
        "apt-get update -qq policy:yes",
        "apt-get install -qq -y --no-install-recommends prometheus policy:yes",
    ]
    assert told == "Installing prometheus, once\n"
    assert not machine.policy.exists()


def test_a_policy_that_is_there_stays(machine):
    """Whoever has decided what may be started has decided."""
    machine.have("apt-get")
    machine.have("id", saying="0")
    machine.policy.write_text("theirs")
    machine.run()
    assert machine.policy.read_text() == "theirs"


def test_who_is_not_root_is_told_what_to_do(machine):
    """Without a password-less sudo nothing is tried, and the tests that need it are skipped."""
    machine.have("apt-get")
    machine.have("id", saying="1000")
    told, calls = machine.run()
    assert "apt-get install chromium prometheus" in told
    assert [call for call in calls if call.startswith("apt-get")] == []


def test_no_network_is_no_fault(machine):
    """What cannot be fetched is told, and the policy is taken away again."""
    machine.have("apt-get", saying="E: no network", status=100)
    machine.have("id", saying="0")
    told, _ = machine.run()
    assert "E: no network" in told
    assert "the tests that need it are skipped" in told
    assert not machine.policy.exists()


def test_another_system_is_told(machine):
    """Where there is no apt-get, somebody else must install it."""
    assert "this is not Debian" in machine.run()[0]
