"""Workers of any role as processes that can be killed and started again: what several benches share."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from streams.commands.local_service import WorkerProcess, free_port
from streams.settings import Settings

ASSIGNED = "partitions assigned"


class RoleProcess(WorkerProcess):
    """`tidings worker --role ROLE` as a child, with a port, a folder and a log of its own."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        bootstrap_servers: str,
        *,
        role: str,
        instance_id: str | None = None,
    ) -> None:
        own = settings.model_copy(
            update={
                "http_port": free_port(),
                "state_dir": settings.state_dir / name,
                "instance_id": instance_id,
                "log_level": "info",
                "log_format": "json",
            }
        )
        own.state_dir.mkdir(parents=True, exist_ok=True)
        self.name, self._role = name, role
        self.log_path = own.state_dir / "worker.log"
        super().__init__(own, bootstrap_servers, self.log_path)

    async def start(self) -> None:
        """Start it; `wait_ready` says when it works."""
        with self.log_path.open("ab") as log:
            self._child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "streams", "worker", "--role", self._role, "--with-parent"),
                env=self._environment(),
                stdin=PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The process id of its present life, or of its last."""
        return self._running().pid

    @property
    def has_started(self) -> bool:
        """Whether there has been a process."""
        return self._child is not None

    @property
    def is_running(self) -> bool:
        """Whether its process lives."""
        return self._running().returncode is None

    def send(self, number: signal.Signals) -> None:
        """Send its process a signal, unless it has ended."""
        if self.is_running:
            os.kill(self.pid, number)

    async def wait_ended(self) -> int:
        """Return its exit code once it has ended."""
        return await self._running().wait()

    def logged_at(self, event: str) -> float:
        """When it last logged this event, in seconds since the epoch; raises LookupError."""
        for line in reversed(self.log_path.read_text(errors="replace").splitlines()):
            told = json.loads(line) if line.startswith("{") else {}
            if told.get("event") == event:
                return datetime.fromisoformat(told["timestamp"]).timestamp()
        raise LookupError(f"{self.name}: {event!r} is not in its log")

    @property
    def assignments(self) -> int:
        """How often it has been assigned partitions, in all of its lives: once a rebalance, once a start."""
        return self.log_path.read_bytes().count(ASSIGNED.encode())


@asynccontextmanager
async def all_ended(workers: Sequence[RoleProcess]) -> AsyncIterator[None]:
    """Kill what still runs when the block ends, paused or not."""
    try:
        yield
    finally:
        for worker in workers:
            if worker.has_started:
                worker.send(signal.SIGKILL)
                await worker.wait_ended()
