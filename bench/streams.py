"""What readers of the stream cost: `python -m bench.streams [READERS=1000] [PER_SECOND=20] [SECONDS=20]`.

One server tells so many events a second, one a record, to so many readers in another process, over real HTTP
on loopback; the changelog is in memory. It prints the time from a record to its readers, and the share of a
core that the server takes. A tenth of the readers take nothing: they must not be felt.
"""

import asyncio
import multiprocessing
import sys
import time
from collections.abc import AsyncGenerator
from multiprocessing.connection import Connection
from typing import Any, Final

import psutil
from fastapi import FastAPI

from schemas.coding import Event, Participant
from schemas.coordinates import Coordinates
from schemas.ledger import LedgerEntry, Outcome, Story
from schemas.plover import QUAD_OF, EventType
from schemas.wire import encode
from streams.metrics import Metrics
from streams.web.push.broadcast import Broadcast
from streams.web.push.log import LedgerRecord, Read
from streams.web.push.offsets import Offsets
from streams.web.push.routes import routes_of
from streams.web.server import Listener, WebServer

PARTITIONS: Final = 4
_TOLD: Final = b'"title":"'


class PacedLog:
    """A changelog that grows at a steady pace once somebody follows it."""

    def __init__(self, per_second: float) -> None:
        self.per_second, self.goes_on = per_second, False
        self._ends = [0] * PARTITIONS

    async def ends(self) -> Offsets:
        """Where each partition ends."""
        return tuple(self._ends)

    async def follow(self, start: Offsets) -> AsyncGenerator[list[Read], None]:
        """One record after another, from now on."""
        while True:
            await asyncio.sleep(1 / self.per_second)
            if self.goes_on:
                partition = sum(self._ends) % PARTITIONS
                offset = self._ends[partition]
                self._ends[partition] += 1
                record = LedgerRecord(partition, offset, b"article-%d" % sum(self._ends), entry())
                yield [Read(partition, (record,), offset + 1)]
            else:
                yield []


def entry() -> bytes:
    """An entry whose title tells when it was written."""
    side = Participant(actor="country:SYR", code="SYR", text="Syria")
    event = Event(
        id="e1",
        type=EventType.ASSAULT,
        mode="aerial",
        quad=QUAD_OF[EventType.ASSAULT],
        cameo="195",
        source=side,
        target=side,
        sentence="Syria's air force struck a town near the border on Monday, officials said. " * 2,
        trigger="struck",
        start=18,
        end=24,
        date=None,
        confidence=0.9,
    )
    story = Story(title=f"{time.monotonic():.6f}", day="2026-10-01", events=(event,))
    at = Coordinates(partition=0, offset=0)
    return encode(
        LedgerEntry(article=at, content_hash="", contributions=(), story=story, outcome=Outcome.COUNTED)
    )


def readers(port: int, count: int, tell: Connection) -> None:
    """The other process: opens streams, and tells how late each message was."""
    asyncio.run(_readers(port, count, tell))


async def _readers(port: int, count: int, tell: Connection) -> None:
    late: list[float] = []
    opened: list[asyncio.StreamWriter] = []
    tasks = []
    for number in range(count):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /v1/stream HTTP/1.1\r\nHost: bench\r\n\r\n")
        opened.append(writer)
        await reader.readuntil(b"\r\n\r\n")
        if number % 10:
            tasks.append(asyncio.create_task(_read(reader, late)))
    tell.send("open")
    await asyncio.to_thread(tell.recv)
    tell.send(sorted(late))


async def _read(reader: asyncio.StreamReader, late: list[float]) -> None:
    while line := await reader.readline():
        if (at := line.find(_TOLD)) >= 0 and line.startswith(b"data: "):
            begin = at + len(_TOLD)
            late.append(time.monotonic() - float(line[begin : line.index(b'"', begin)]))


async def _status() -> dict[str, Any]:
    return {"ready": True}


async def measure(count: int, per_second: float, seconds: float) -> None:
    """Serve, let the readers read, and print what it took."""
    log, metrics = PacedLog(per_second), Metrics()
    broadcast = Broadcast(answers=None, changelog=log, status=_status, metrics=metrics)  # type: ignore[arg-type]
    api = FastAPI()
    api.include_router(routes_of(broadcast, partitions=PARTITIONS))
    listener = Listener("127.0.0.1", 0)
    server = WebServer(api, listener, before_stop=broadcast.close)
    serving = asyncio.create_task(server.serve())
    mine, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("spawn").Process(target=readers, args=(listener.port, count, theirs))
    child.start()
    began = time.monotonic()
    await asyncio.to_thread(mine.recv)
    print(f"{count} readers after {time.monotonic() - began:.1f} s")
    process = psutil.Process()
    before, log.goes_on = process.cpu_times(), True
    await asyncio.sleep(seconds)
    log.goes_on = False
    after = process.cpu_times()
    await asyncio.sleep(1)
    mine.send("end")
    late = await asyncio.to_thread(mine.recv)
    core = (after.user + after.system - before.user - before.system) / seconds
    written = sum(await log.ends())
    due = written * (count - (count + 9) // 10)
    print(f"{written / seconds:.0f} events/s: {len(late):,} of {due:,} messages")
    print(f"{core:.0%} of a core")
    print(f"late: p50 {late[len(late) // 2] * 1000:.0f} ms, p99 {late[int(len(late) * 0.99)] * 1000:.0f} ms")
    print(f"memory: {process.memory_info().rss / 2**20:.0f} MB")
    server.stop()
    await serving
    child.join()


if __name__ == "__main__":
    told = dict(zip(("count", "per_second", "seconds"), map(float, sys.argv[1:]), strict=False))
    asyncio.run(
        measure(int(told.get("count", 1000)), told.get("per_second", 20.0), told.get("seconds", 20.0))
    )
