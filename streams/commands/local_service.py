"""Broker and worker on one machine: started together, ended together."""

import asyncio
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from streams.broker import EmbeddedKafka
from streams.commands.topics import create_topics
from streams.commands.where import embedded_kafka
from streams.delivery.ending import EXIT_BROKEN, EXIT_UNSAFE
from streams.settings import Settings
from streams.web.server import check_free

READY_SECONDS: Final = 60.0
STOP_SECONDS: Final = 8.0
RESTARTS: Final = 3
SHORT_LIFE_SECONDS: Final = 12.0
"""A worker is ready after half of that: one that lives for less, again and again, is no use."""

_POLL_SECONDS: Final = 0.1
_TAIL_LINES: Final = 15


class ServiceFailed(RuntimeError):
    """The worker ended, or did not get ready."""


@dataclass(frozen=True)
class LocalService:
    """A worker that runs in a process of its own, and the Kafka that it works with."""

    settings: Settings
    bootstrap_servers: str
    url: str
    worker: "WorkerProcess"
    kafka: EmbeddedKafka | None

    async def keep_running(self, tell: Callable[[str], None]) -> None:
        """Start again what ends by itself, for as long as that helps; raises what ends it."""
        keepers = [asyncio.ensure_future(self.worker.keep_running(tell))]
        if self.kafka:
            keepers.append(asyncio.ensure_future(_keep_kafka(self.kafka, tell)))
        try:
            done, _ = await asyncio.wait(keepers, return_when=asyncio.FIRST_COMPLETED)
            for keeper in done:
                keeper.result()
        finally:
            for keeper in keepers:
                keeper.cancel()


@asynccontextmanager
async def local_service(
    settings: Settings, *, folder: Path, log_path: Path | None, tell: Callable[[str], None]
) -> AsyncIterator[LocalService]:
    """Run Kafka (unless one is configured) and a worker for as long as the block runs."""
    check_free(settings.http_host, settings.http_port)
    async with AsyncExitStack() as stack:
        kafka = None if settings.kafka else await _start_kafka(settings, folder, stack)
        bootstrap_servers = kafka.bootstrap if kafka else str(settings.kafka)
        tell(f"Apache Kafka on {bootstrap_servers}")
        await create_topics(settings, bootstrap_servers)
        settings = settings.model_copy(update={"http_port": settings.http_port or free_port()})
        worker = WorkerProcess(settings, bootstrap_servers, log_path)
        await worker.start()
        stack.push_async_callback(worker.stop)
        await worker.wait_ready()
        tell(f"worker on {worker.url}")
        yield LocalService(settings, bootstrap_servers, worker.url, worker, kafka)


async def _keep_kafka(kafka: EmbeddedKafka, tell: Callable[[str], None]) -> None:
    while True:
        await asyncio.sleep(_POLL_SECONDS)
        if not kafka.is_running:
            tell("Apache Kafka ended by itself; starting it again")
            await asyncio.to_thread(kafka.start)


async def _start_kafka(settings: Settings, folder: Path, stack: AsyncExitStack) -> EmbeddedKafka:
    kafka = await asyncio.to_thread(embedded_kafka, settings, folder)
    stack.push_async_callback(asyncio.to_thread, kafka.stop)
    await asyncio.to_thread(kafka.start)
    return kafka


class WorkerProcess:
    """`tidings worker --role all` as a child: in a session of its own, and never longer than this process."""

    def __init__(self, settings: Settings, bootstrap_servers: str, log_path: Path | None) -> None:
        self._settings = settings
        self._bootstrap_servers = bootstrap_servers
        self._log_path = log_path
        self._child: Process | None = None

    @property
    def url(self) -> str:
        """Where its API is."""
        own = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - no address to connect to
        host = own.get(self._settings.http_host, self._settings.http_host)
        port = self._settings.http_port
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def start(self) -> None:
        """Start it; `wait_ready` says when it works."""
        # without a file, to where remarks go: standard output is for what the user asked for
        log = self._log_path.open("ab") if self._log_path else os.fdopen(os.dup(2), "ab")
        try:
            self._child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "streams", "worker", "--role", "all", "--with-parent"),
                env=self._environment(),
                stdin=PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        finally:
            log.close()

    async def wait_ready(self) -> None:
        """Return when /readyz says so; raises ServiceFailed with the end of its log."""
        async with httpx.AsyncClient(timeout=2.0) as client:
            for _ in range(int(READY_SECONDS / _POLL_SECONDS)):
                if self._exit_code is not None:
                    raise self._failed(f"the worker ended with exit code {self._exit_code}")
                if await is_ready(client, self.url):
                    return
                await asyncio.sleep(_POLL_SECONDS)
        raise self._failed(f"the worker was not ready within {READY_SECONDS:.0f} s")

    async def keep_running(self, tell: Callable[[str], None]) -> None:
        """Start it again whenever it ends by itself; raises ServiceFailed where that helps no more."""
        lives: deque[float] = deque(maxlen=RESTARTS)
        while True:
            began = time.monotonic()
            exit_code = await self._running().wait()
            lives.append(time.monotonic() - began)
            killed = exit_code < 0
            if not (killed or exit_code in (EXIT_UNSAFE, EXIT_BROKEN)) or _too_short(lives):
                raise self._failed(f"the worker ended with exit code {exit_code}")
            tell(f"the worker ended itself (exit code {exit_code}); starting it again")
            await self.start()

    async def stop(self) -> None:
        """Let it finish and commit; end it by force where that takes too long."""
        child = self._running()
        if child.returncode is None:
            child.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(child.wait(), STOP_SECONDS)
            except TimeoutError:
                child.kill()
                await child.wait()

    def _running(self) -> Process:
        if self._child is None:
            raise RuntimeError("the worker has not been started")
        return self._child

    @property
    def _exit_code(self) -> int | None:
        return self._running().returncode

    def _environment(self) -> dict[str, str]:
        told = {
            f"TIDINGS_{name.upper()}": str(value)
            for name, value in self._settings.model_dump(exclude_none=True).items()
            if name != "kafka_sasl_password"
        }
        return {**os.environ, **told, "TIDINGS_KAFKA": self._bootstrap_servers}

    def _failed(self, what: str) -> ServiceFailed:
        if self._log_path is None:
            return ServiceFailed(f"{what}; see its log above")
        tail = self._log_path.read_text(errors="replace").splitlines()[-_TAIL_LINES:]
        return ServiceFailed("\n  ".join([f"{what}; the end of its log:", *tail]))


def _too_short(lives: Sequence[float]) -> bool:
    return len(lives) == RESTARTS and max(lives) < SHORT_LIFE_SECONDS


async def is_ready(client: httpx.AsyncClient, url: str) -> bool:
    """Whether the worker at this address says so."""
    try:
        return (await client.get(f"{url}/readyz")).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
