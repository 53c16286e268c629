"""A crowd at the API, and whether the pipeline notices: `python -m bench.load [CLIENTS=50] [SECONDS=10]`.

A service of its own on a throw-away Kafka codes the seeds, which come again and again at a steady pace. First
nobody asks; then so many clients ask as fast as they are answered, one kind of question after another, and
one more client asks for `/healthz` four times a second. Last, as many open the stream, and a tenth of them
read nothing of it. It prints what each kind gets, how many articles were counted meanwhile, and how far
behind they were. `--url URL` asks a running service instead, and publishes nothing.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from streams.web.server import Listener

QUESTIONS: Final = {
    "single actor": "/v1/actors/country%3AUSA",
    "top 20": "/v1/actors?limit=20",
    "top 20, growth": "/v1/actors?limit=20&from=2001-01-01&to=2020-12-31&sort=growth",
    "filtered list": "/v1/pairs?type=CONSULT&country=USA",
    "1,000 events": "/v1/events?limit=1000",
}
STREAM: Final = "/v1/stream?watch=top:actors&replay=200"
ARTICLES_PER_SECOND: Final = 1.0
_READY_SECONDS: Final = 120
_STORIES: Final = 20
"""So many are counted before anybody asks."""


@dataclass
class Told:
    """What one kind of client got."""

    milliseconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def percentile(self, share: float) -> float:
        """The time in which this share is answered."""
        ordered = sorted(self.milliseconds)
        return ordered[int(share * (len(ordered) - 1))] if ordered else float("nan")

    def __str__(self) -> str:
        kinds = ", ".join(f"{count} x {status}" for status, count in sorted(self.statuses.items()))
        return f"p50 {self.percentile(0.5):6.0f} ms  p99 {self.percentile(0.99):6.0f} ms  {kinds}"


class Service:
    """Where the crowd asks."""

    def __init__(self, url: str) -> None:
        self.url = url
        address = urlsplit(url)
        self._host, self._port = address.hostname, address.port

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection."""
        return await asyncio.open_connection(self._host, self._port)

    async def status(self) -> dict[str, Any]:
        """What the service says of itself."""
        async with httpx.AsyncClient(base_url=self.url, timeout=30) as http:
            told: dict[str, Any] = (await http.get("/v1/status")).json()
            return told


async def ask(service: Service, path: str, told: Told, until: float, *, pause: float = 0) -> None:
    """Ask over one connection, each question when the one before is answered."""
    reader, writer = await service.open()
    while time.perf_counter() < until:
        began = time.perf_counter()
        writer.write(f"GET {path} HTTP/1.1\r\nHost: worker\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = next(line for line in head.split("\r\n") if line.startswith("content-length:"))
        await reader.readexactly(int(length.partition(":")[2]))
        told.milliseconds.append((time.perf_counter() - began) * 1000)
        told.statuses[int(head.split()[1])] += 1
        await asyncio.sleep(pause)
    writer.close()


async def listen(service: Service, told: Told, until: float, *, reads: bool) -> None:
    """Read the stream, or open it and read nothing; the time is that to its first byte."""
    reader, writer = await service.open()
    began = time.perf_counter()
    writer.write(f"GET {STREAM} HTTP/1.1\r\nHost: worker\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    told.milliseconds.append((time.perf_counter() - began) * 1000)
    told.statuses[int(head.split()[1])] += 1
    with suppress(TimeoutError):
        async with asyncio.timeout_at(asyncio.get_running_loop().time() + until - time.perf_counter()):
            while reads and await reader.read(1 << 16):
                pass
            await asyncio.Event().wait()
    writer.transport.abort()


@dataclass
class Pace:
    """How the pipeline keeps up: stories counted, and the furthest that it was behind."""

    stories: int
    behind: list[float] = field(default_factory=list)

    async def watch(self, service: Service, until: float) -> None:
        """Look twice a second, as an operator might."""
        while time.perf_counter() < until:
            told = await service.status()
            self.behind.append(told["seconds_behind"] or 0.0)
            self.after = told["totals"]["stories"]
            await asyncio.sleep(0.5)

    def __str__(self) -> str:
        worst = max(self.behind, default=float("nan"))
        return f"{self.after - self.stories:4d} stories counted, at most {worst:.1f} s behind"


async def crowd(service: Service, what: str, clients: Sequence[Any], told: Told, until: float) -> None:
    """Run these clients beside a probe, and print what they got."""
    probe, pace = Told(), Pace((await service.status())["totals"]["stories"])
    began = time.perf_counter()
    probing = ask(service, "/healthz", probe, until, pause=0.25)
    await asyncio.gather(pace.watch(service, until), probing, *clients)
    rate = len(told.milliseconds) / (time.perf_counter() - began)
    print(f"{what:16s} {rate:6.0f}/s  {told}\n{'':16s} {pace}; /healthz {probe}", flush=True)


async def measure(service: Service, clients: int, seconds: float) -> None:
    """One crowd after another."""
    print(f"{clients} clients for {seconds:g} s each", flush=True)
    await crowd(service, "nobody", (), Told(), time.perf_counter() + seconds)
    for what, path in QUESTIONS.items():
        until, told = time.perf_counter() + seconds, Told()
        await crowd(service, what, [ask(service, path, told, until) for _ in range(clients)], told, until)
    until, told = time.perf_counter() + seconds, Told()
    readers = [listen(service, told, until, reads=number % 10 > 0) for number in range(clients)]
    await crowd(service, "stream", readers, told, until)


@asynccontextmanager
async def own_service() -> AsyncIterator[Service]:
    """A service on a state folder of its own, with articles that keep coming."""
    with tempfile.TemporaryDirectory() as folder:
        listener = Listener("127.0.0.1", 0)
        service, port = Service(listener.url), listener.port
        listener.close()
        around = {**os.environ, "TIDINGS_STATE_DIR": folder, "TIDINGS_HTTP_PORT": str(port)}
        up = await _tidings(around, "up", "--no-seeds")
        try:
            await _until(service, 0)
            rate = ("--loop", "--rate", f"{ARTICLES_PER_SECOND:g}")
            replay = await _tidings(around, "replay", *rate, "seeds:")
            try:
                await _until(service, _STORIES)
                yield service
            finally:
                replay.terminate()
                await replay.wait()
        finally:
            up.terminate()
            await up.wait()


async def _tidings(around: dict[str, str], *command: str) -> asyncio.subprocess.Process:
    silent = asyncio.subprocess.DEVNULL
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "streams", *command), env=around, stdout=silent, stderr=silent
    )


async def _until(service: Service, stories: int) -> None:
    """Wait until it answers, and has counted so many."""
    async with asyncio.timeout(_READY_SECONDS):
        while True:
            with suppress(httpx.TransportError):
                told = await service.status()
                if told["ready"] and told["totals"]["stories"] >= stories:
                    return
            await asyncio.sleep(0.5)


async def main(words: list[str]) -> None:
    """Measure a service of its own, or that of `--url`."""
    url = words.pop(words.index("--url") + 1) if "--url" in words else None
    numbers = [float(word) for word in words if word != "--url"]
    clients, seconds = int(numbers[0]) if numbers else 50, numbers[1] if len(numbers) > 1 else 10.0
    if url:
        await measure(Service(url), clients, seconds)
        return
    async with own_service() as service:
        await measure(service, clients, seconds)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
