"""Worker processes under a supervisor that starts again whatever ends, as an orchestrator would."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import psutil

from tests.chaos.nursery import MAX_REQUEST_BYTES, POOL_PROCESS

RESTART_SECONDS: Final = 0.3
MAX_RESTART_SECONDS: Final = 2.0
LONG_LIFE_SECONDS: Final = 3.0
"""A worker that lived for less is started again with more and more patience."""

ENDING_SECONDS: Final = 12.0
ASSIGNED: Final = b"partitions assigned"
ENDINGS: Final = (b"process ends itself", b"a part of the worker failed")


class Nursery:
    """The process that forks the workers; see tests.chaos.nursery."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._control, self._theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process: asyncio.subprocess.Process | None = None
        self._started: asyncio.Queue[int] = asyncio.Queue()
        self._forking = asyncio.Lock()
        self._ended: dict[int, asyncio.Future[int]] = {}

    async def __aenter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "nursery.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.chaos.nursery", str(self._theirs.fileno())),
                pass_fds=[self._theirs.fileno()],
                stdin=asyncio.subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
        self._theirs.close()
        await asyncio.to_thread(self._control.recv, MAX_REQUEST_BYTES)  # it is ready, or has ended
        self._control.setblocking(False)
        asyncio.get_running_loop().add_reader(self._control, self._hear)
        return self

    async def __aexit__(self, *_: object) -> None:
        asyncio.get_running_loop().remove_reader(self._control)
        self._control.close()
        if self._process:
            await self._process.wait()

    async def fork(
        self, arguments: list[str], environment: Mapping[str, str], without: tuple[str, ...], *files: int
    ) -> tuple[int, "asyncio.Future[int]"]:
        """A worker's process id and the future of its exit code; `files` are its input and its output."""
        request = {"arguments": arguments, "env": dict(environment), "without": without}
        async with self._forking:
            socket.send_fds(self._control, [json.dumps(request).encode()], files)
            pid = await self._started.get()
        return pid, self._ended[pid]

    def _hear(self) -> None:
        told = json.loads(self._control.recv(MAX_REQUEST_BYTES) or b"{}")
        if pid := told.get("started"):
            self._ended[pid] = asyncio.get_running_loop().create_future()
            self._started.put_nowait(pid)
        elif pid := told.get("ended"):
            if not (ended := self._ended.pop(pid)).done():  # cancelled with whoever waited for it
                ended.set_result(told["code"])
        else:
            asyncio.get_running_loop().remove_reader(self._control)


@dataclass(eq=False)
class ChaosWorker:
    """One worker of the cast, through all of its lives."""

    name: str
    role: str
    port: int
    environment: Mapping[str, str]
    nursery: Nursery
    log_path: Path
    without: tuple[str, ...] = ()
    away_seconds: float = 0.0
    """How much longer than usual its supervisor waits before the next start."""
    exits: list[int] = field(default_factory=list)
    assignments: int = 0
    endings: list[str] = field(default_factory=list)
    """Why it ended by itself, in its own words."""
    pid: int | None = None
    _wanted: bool = True
    _pool: list[int] = field(default_factory=list)
    _keeping: "asyncio.Task[None] | None" = None

    @property
    def url(self) -> str:
        """Where its API is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def counts(self) -> bool:
        """Whether it holds tables."""
        return self.role != "code"

    @property
    def is_wanted(self) -> bool:
        """Whether its supervisor starts it again; false once it has left."""
        return self._wanted

    def begin(self) -> None:
        """Start it, and again whenever it ends."""
        self._keeping = asyncio.create_task(self._keep())

    def send(self, number: signal.Signals) -> None:
        """Send its process a signal, unless there is none now."""
        if self.pid is not None:
            os.kill(self.pid, number)

    async def leave(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End it for good."""
        self._wanted = False
        self.send(number)
        if self._keeping is None:
            return
        done, _ = await asyncio.wait({self._keeping}, timeout=ENDING_SECONDS)
        if not done:
            self.send(signal.SIGKILL)
            await self._keeping

    async def restart(self, number: signal.Signals) -> None:
        """End its process and return when its supervisor has started the next."""
        before = len(self.exits)
        self.send(number)
        async with asyncio.timeout(ENDING_SECONDS + self.away_seconds):
            while len(self.exits) == before or self.pid is None:  # noqa: ASYNC110 - another process has no event
                await asyncio.sleep(0.02)

    def client_ports(self) -> frozenset[int]:
        """The ports from which its process is connected now."""
        try:
            connections = psutil.Process(self.pid).net_connections(kind="tcp") if self.pid else []
        except psutil.Error:
            return frozenset()
        return frozenset(connection.laddr.port for connection in connections)

    def pool_processes(self) -> list[int]:
        """The processes of its coder pool that live."""
        return [pid for pid in self._pool if psutil.pid_exists(pid)]

    async def _keep(self) -> None:
        with self.log_path.open("ab") as log:
            wait_seconds = RESTART_SECONDS
            while self._wanted:
                began = time.monotonic()
                await self._live(log)
                lived_long = time.monotonic() - began > LONG_LIFE_SECONDS
                wait_seconds = RESTART_SECONDS if lived_long else min(2 * wait_seconds, MAX_RESTART_SECONDS)
                if self._wanted:
                    away, self.away_seconds = self.away_seconds, 0.0
                    await asyncio.sleep(wait_seconds + away)

    async def _live(self, log: Any) -> None:
        input_read, input_write = os.pipe()
        output_read, output_write = os.pipe()
        try:
            self.pid, ended = await self.nursery.fork(
                ["worker", "--role", self.role, "--with-parent"],
                self.environment,
                self.without,
                input_read,
                output_write,
            )
        finally:
            os.close(input_read)
            os.close(output_write)
        self._pool = []
        reading = asyncio.create_task(self._read(output_read, log))
        try:
            if not self._wanted:  # told to leave while it was being started
                self.send(signal.SIGKILL)
            self.exits.append(await ended)
            self.pid = None
            await asyncio.wait({reading}, timeout=2)
        finally:
            os.close(input_write)
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def _read(self, output: int, log: Any) -> None:
        reader = asyncio.StreamReader(limit=2**20)
        with contextlib.closing(os.fdopen(output, "rb", 0)) as pipe:
            transport, _ = await asyncio.get_running_loop().connect_read_pipe(
                lambda: asyncio.StreamReaderProtocol(reader), pipe
            )
            try:
                while line := await reader.readline():
                    log.write(line)
                    log.flush()
                    self._note(line)
            finally:
                transport.close()

    def _note(self, line: bytes) -> None:
        if line.startswith(POOL_PROCESS.encode()):
            self._pool.append(int(line.removeprefix(POOL_PROCESS.encode())))
        elif ASSIGNED in line:
            self.assignments += 1
        elif any(words in line for words in ENDINGS):
            self.endings.append(_why(line))


def _why(line: bytes) -> str:
    """What a log line says of an ending: 'why' and 'error', or the last line of a traceback."""
    try:
        told = json.loads(line)
    except ValueError:
        return line.decode(errors="replace")[:200]
    words = (told.get("why"), told.get("error"), (told.get("exception") or "").strip().rpartition("\n")[2])
    return ": ".join(word for word in words if word)[:200]
