"""A process that asks a worker at a steady pace and takes the time: what benches of the API share."""

import asyncio
import json
import random
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import quote, urlsplit

Paths = Callable[[random.Random], str]


@dataclass
class Asked:
    """Latencies by what was asked, from the moment that the question was due; filled when the block ends."""

    rates: str
    milliseconds: dict[str, list[float]] = field(default_factory=dict)
    failures: int = 0


@asynccontextmanager
async def asking(
    url: str, keys: list[str], days: tuple[date, int], singles_per_second: float, lists_per_second: float
) -> AsyncIterator[Asked]:
    """Ask, from another process, for single actors and top-20 lists of random days while the block runs."""
    order = {
        "url": url,
        "keys": keys,
        "first": days[0].isoformat(),
        "days": days[1],
        "rates": [singles_per_second, lists_per_second],
    }
    asked = Asked(f"{singles_per_second:g} single actors and {lists_per_second:g} top lists a second")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.asking"), stdin=PIPE, stdout=PIPE
    )
    if process.stdin is None:
        raise RuntimeError("a pipe was asked for")
    process.stdin.write(json.dumps(order).encode() + b"\n")
    await process.stdin.drain()
    try:
        yield asked
    finally:
        told, _ = await process.communicate(b"")  # which closes its standard input: it ends and tells
        answered = json.loads(told)
        asked.milliseconds, asked.failures = answered["milliseconds"], answered["failures"]


class Asker:
    """Keeps one kind of question going over connections of its own."""

    def __init__(self, url: str, stop: asyncio.Event) -> None:
        address = urlsplit(url)
        self._host, self._port, self._stop = address.hostname, address.port, stop
        self.milliseconds: list[float] = []
        self.failures = 0

    async def ask(self, path_of: Paths, per_second: float) -> None:
        """Ask at this pace: what comes late is asked at once, and its wait counts."""
        draw, due = random.Random(per_second), time.perf_counter()
        reader, writer = await asyncio.open_connection(self._host, self._port)
        while not self._stop.is_set():
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            status = await _get(reader, writer, path_of(draw))
            self.milliseconds.append((time.perf_counter() - due) * 1000)
            self.failures += status != 200
            due += 1 / per_second
        writer.close()


async def _get(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> int:
    writer.write(f"GET {path} HTTP/1.1\r\nHost: worker\r\nAccept: application/json\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = next(line for line in head.split("\r\n") if line.startswith("content-length:"))
    await reader.readexactly(int(length.partition(":")[2]))
    return int(head.split()[1])


async def _until_closed(stop: asyncio.Event) -> None:
    await asyncio.to_thread(sys.stdin.buffer.read)
    stop.set()


async def _main() -> None:
    order = json.loads(sys.stdin.buffer.readline())
    stop = asyncio.Event()
    first, days, keys = date.fromisoformat(order["first"]), order["days"], order["keys"]

    def single(draw: random.Random) -> str:
        return f"/v1/actors/{quote(draw.choice(keys), safe='')}"

    def top(draw: random.Random) -> str:
        begin, end = sorted(draw.choices(range(days), k=2))
        return f"/v1/actors?from={first + timedelta(begin)}&to={first + timedelta(end)}&limit=20"

    questions = {"single actor": single, "top 20": top}
    askers = {what: Asker(order["url"], stop) for what in questions}
    running: list[Awaitable[None]] = [
        askers[what].ask(questions[what], rate) for what, rate in zip(questions, order["rates"], strict=True)
    ]
    await asyncio.gather(_until_closed(stop), *running)
    told = {
        "milliseconds": {what: asker.milliseconds for what, asker in askers.items()},
        "failures": sum(asker.failures for asker in askers.values()),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    asyncio.run(_main())
