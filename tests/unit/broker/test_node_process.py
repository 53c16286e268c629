"""The process around a node, with Python in the node's place."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from streams.broker.process import NodeProcess

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]

# a parent of its own for a sleeping child, which prints the child's process id and waits to be killed
PARENT = """
import os, sys, time
from pathlib import Path
from streams.broker.process import NodeProcess
folder = Path(sys.argv[1])
with (folder / "lock").open("w") as held:
    child = NodeProcess(
        sys.argv[2:], folder=folder, log_path=folder / "log", held_descriptor=held.fileno(),
    )
    child.start()
print(child.pid, flush=True)
time.sleep(60)
"""

Start = Callable[[list[str]], NodeProcess]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[NodeProcess] = []

    def start(command: list[str]) -> NodeProcess:
        with (tmp_path / "lock").open("w") as held:
            process = NodeProcess(
                command, folder=tmp_path, log_path=tmp_path / "log", held_descriptor=held.fileno()
            )
            started.append(process)
            process.start()
        return process

    yield start
    for process in started:
        process.send(signal.SIGKILL)
        process.wait()


def until(condition: Callable[[], bool], timeout_seconds: float = 5.0) -> None:
    """Wait for the condition; fail if it does not come in time."""
    deadline = time.monotonic() + timeout_seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def until_up(folder: Path) -> None:
    """Wait until the child is past the launcher, which notices its parent's death by other means."""
    until(lambda: (folder / "log").read_text() == "up\n")


def is_gone(pid: int) -> bool:
    """Whether the process has ended; one that nobody has reaped yet has."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state == "Z"


def test_node_has_a_session_of_its_own(start: Start) -> None:
    """Ctrl-C in the terminal goes to the parent's group only."""
    process = start(SLEEP)
    assert process.pid is not None
    assert os.getsid(process.pid) == process.pid != os.getsid(0)


def test_node_survives_the_thread_that_started_it(start: Start, tmp_path: Path) -> None:
    """A node that a worker thread started lives on when that thread ends, whatever Linux calls its parent."""
    started: list[NodeProcess] = []

    def work() -> None:
        started.append(start(SLEEP))
        until_up(tmp_path)

    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    assert not started[0].wait(0.3)
    assert started[0].is_running


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of its parent's death")
def test_node_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    """SIGKILL of the parent, which lets it clean up nothing, ends the node as well."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path), *SLEEP], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        until_up(tmp_path)
        parent.kill()
    until(lambda: is_gone(pid))


def test_end_is_noticed_with_its_exit_code(start: Start) -> None:
    """A process that ends by itself stops counting as running, and its exit code is known."""
    process = start([sys.executable, "-c", "raise SystemExit(3)"])
    assert process.wait(5)
    assert not process.is_running
    assert process.exit_code == 3


def test_signal_to_an_ended_process_does_nothing(start: Start) -> None:
    """Stopping what has crashed raises nothing."""
    process = start([sys.executable, "-c", ""])
    assert process.wait(5)
    process.send(signal.SIGTERM)


def test_environment_of_the_user_does_not_reach_the_node(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Variables that change any Java, like JAVA_TOOL_OPTIONS, are not passed on."""
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-Xmx1m")
    process = start([sys.executable, "-I", "-c", "import os; print(dict(os.environ))"])
    assert process.wait(5)
    assert (tmp_path / "log").read_text().strip() == "{'LC_ALL': 'C.UTF-8'}"


def test_program_that_does_not_exist_ends_with_a_reason_in_the_log(start: Start, tmp_path: Path) -> None:
    """A missing program ends the process at once, and the log names it."""
    process = start([str(tmp_path / "no-such-java")])
    assert process.wait(5)
    assert "no-such-java" in (tmp_path / "log").read_text()
