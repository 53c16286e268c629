"""The folder that holds all of one node: its data, settings, ports, log, and the lock on it."""

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from streams.broker.faults import BrokerUnavailable
from streams.broker.file_lock import try_lock
from streams.broker.properties import LOG_FOLDER, NodeAddress

TAIL_LINES = 20

# a node that was killed just now holds its lock until the kernel has taken all its threads down
GRACE_SECONDS = 1.0
POLL_SECONDS = 0.02


class DataFolderInUse(BrokerUnavailable):
    """Another node runs on the data folder."""


class DataFolder:
    """One node's folder; nothing of the node is anywhere else."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.kafka_log_path = self.path / LOG_FOLDER
        self.properties_path = self.path / "node.properties"
        self.server_log_path = self.path / "node.log"
        self._ports_path = self.path / "ports.json"
        self._lock_path = self.path / "lock"

    @contextmanager
    def claim(self) -> Iterator[int]:
        """Lock the folder and give the descriptor that holds the lock; raises `DataFolderInUse`.

        A process that inherits the descriptor keeps the lock until it ends, however it ends.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        descriptor = self._lock()
        if descriptor is None:
            raise DataFolderInUse(
                f"data folder {self.path}: the Apache Kafka node with process id {self._owner()} runs on it; "
                "end that one first, or take another folder"
            )
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def is_claimed(self) -> bool:
        """Whether a node runs on the folder, or is just being started there."""
        if not self._lock_path.exists():
            return False
        descriptor = try_lock(self._lock_path)
        if descriptor is None:
            return True
        os.close(descriptor)
        return False

    def name_owner(self, descriptor: int, pid: int) -> None:
        """Write down the process id that a refused start will name."""
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(pid).encode(), 0)

    def remembered_ports(self) -> tuple[int | None, int | None]:
        """The client and the controller port of the last start, None where there was none."""
        try:
            ports = json.loads(self._ports_path.read_text(encoding="utf-8"))
            return int(ports["client"]), int(ports["controller"])
        except (OSError, ValueError, KeyError, TypeError):
            # ports are only a preference: without a readable note, others do as well
            return None, None

    def remember_ports(self, address: NodeAddress) -> None:
        """Note the ports, for the next start to prefer."""
        ports = {"client": address.client_port, "controller": address.controller_port}
        self._ports_path.write_text(json.dumps(ports), encoding="utf-8")

    def clear_for_start(self) -> None:
        """Set the last run's server log aside, and empty the folder of temporary files."""
        if self.server_log_path.exists():
            self.server_log_path.replace(self.server_log_path.with_suffix(".log.1"))
        shutil.rmtree(self.path / "tmp", ignore_errors=True)
        (self.path / "tmp").mkdir()

    def server_log_tail(self) -> str:
        """The last lines of what the node logged in this run."""
        try:
            text = self.server_log_path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""
        return "\n".join(text.splitlines()[-TAIL_LINES:])

    def _lock(self) -> int | None:
        deadline = time.monotonic() + GRACE_SECONDS
        while (descriptor := try_lock(self._lock_path)) is None and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        return descriptor

    def _owner(self) -> str:
        return self._lock_path.read_text(encoding="utf-8") or "(not yet known)"
