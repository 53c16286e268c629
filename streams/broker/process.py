"""The operating system's process in which a node runs."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

LAUNCHER = Path(__file__).with_name("launch.py")


class NodeProcess:
    """A process in a session of its own (Ctrl-C does not reach it) that never outlives this one.

    Linux sends the parent's death signal when the *thread* that forked ends. So a thread of its own
    forks it and waits for it: that thread ends with the child, or with this whole process.
    """

    def __init__(self, command: list[str], *, folder: Path, log_path: Path, held_descriptor: int) -> None:
        self._command = [sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), *command]
        self._folder = folder
        self._log_path = log_path
        self._held_descriptor = held_descriptor
        self._child: subprocess.Popen[bytes] | None = None
        self._fault: OSError | None = None
        self._forked = threading.Event()
        self._ended = threading.Event()

    def start(self) -> None:
        """Start it; raises `OSError` when that cannot be done."""
        threading.Thread(target=self._fork_and_wait, name="kafka-node", daemon=True).start()
        self._forked.wait()
        if self._fault is not None:
            raise self._fault

    @property
    def pid(self) -> int | None:
        """Its id, None before the start."""
        return self._child.pid if self._child is not None else None

    @property
    def exit_code(self) -> int | None:
        """What it ended with (negative: the signal), None while it runs."""
        return self._child.returncode if self._child is not None else None

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._child is not None and not self._ended.is_set()

    def wait(self, timeout_seconds: float | None = None) -> bool:
        """Wait for its end; False when that did not come in time."""
        return self._ended.wait(timeout_seconds)

    def send(self, which: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        if self._child is not None:
            self._child.send_signal(which)

    def _fork_and_wait(self) -> None:
        try:
            self._child = self._fork()
        except OSError as fault:
            self._fault = fault
        self._forked.set()
        if self._child is not None:
            self._child.wait()
        self._ended.set()

    def _fork(self) -> subprocess.Popen[bytes]:
        with self._log_path.open("wb") as log:
            return subprocess.Popen(
                self._command,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(self._held_descriptor,),
            )
