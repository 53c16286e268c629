"""The API with nothing but its stream, asked as an ASGI server would; and a clock that a test moves."""

import asyncio
import heapq
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request, Response
from push_fakes import Got, MemoryLog, SetAnswers, read_frames

from streams.metrics import Metrics
from streams.web.api.problems import Refused, response_of
from streams.web.push.broadcast import Broadcast
from streams.web.push.routes import routes_of


async def until(holds: Callable[[], bool]) -> None:
    """Wait for a condition, at most for some seconds."""
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.001)


@dataclass
class MovedClock:
    """Sleepers wake when the test has moved the clock far enough."""

    now: float = 0.0
    _sleepers: list[tuple[float, int, "asyncio.Future[None]"]] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, id(woken), woken))
        await woken

    async def move(self, seconds: float) -> None:
        end = self.now + seconds
        await settled()
        while self._sleepers and self._sleepers[0][0] <= end:
            self.now, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)
            await settled()
        self.now = end


async def settled() -> None:
    """Let everything run that can."""
    for _ in range(30):
        await asyncio.sleep(0)


@dataclass
class Connection:
    """One request as its server sees it: what was sent, and whether the reader takes it or leaves."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    ended: bool = False
    takes: asyncio.Event = field(default_factory=asyncio.Event)
    leaves: asyncio.Event = field(default_factory=asyncio.Event)
    task: "asyncio.Task[None] | None" = None

    async def receive(self) -> dict[str, Any]:
        await self.leaves.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        await self.takes.wait()
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self.body += message.get("body", b"")
            self.ended = not message.get("more_body", False)

    @property
    def got(self) -> list[Got]:
        return read_frames(self.body)

    def kinds(self) -> list[str]:
        return [message.kind for message in self.got]

    def keys(self) -> list[str]:
        return [message.data["key"] for message in self.got if message.kind == "event"]


@dataclass
class Service:
    """A worker's stream with fakes around it."""

    log: MemoryLog = field(default_factory=MemoryLog)
    answers: SetAnswers = field(default_factory=SetAnswers)
    clock: MovedClock = field(default_factory=MovedClock)
    metrics: Metrics = field(default_factory=Metrics)
    most_readers: int = 1000
    asked_status: int = 0

    def __post_init__(self) -> None:
        self.broadcast = Broadcast(
            answers=self.answers,
            changelog=self.log,
            status=self._status,
            metrics=self.metrics,
            most_readers=self.most_readers,
            sleep=self.clock.sleep,
        )
        self.app = FastAPI()
        self.app.include_router(routes_of(self.broadcast, partitions=self.log.partitions))
        self.app.add_exception_handler(Refused, _refused)
        self._connections: list[Connection] = []

    async def _status(self) -> object:
        self.asked_status += 1
        return {"ready": True, "number": self.asked_status}

    def get(self, query: str = "", *, last_event_id: str | None = None, takes: bool = True) -> Connection:
        """Begin a request."""
        connection = Connection()
        if takes:
            connection.takes.set()
        headers = [(b"last-event-id", last_event_id.encode())] if last_event_id else []
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "path": "/v1/stream",
            "raw_path": b"/v1/stream",
            "query_string": query.encode(),
            "headers": headers,
            "server": ("test", 80),
            "client": ("test", 1),
            "scheme": "http",
        }
        connection.task = asyncio.ensure_future(self.app(scope, connection.receive, connection.send))
        self._connections.append(connection)
        return connection

    async def opened(self, query: str = "status=false", **how: Any) -> Connection:
        """A stream that has begun."""
        connection = self.get(query, **how)
        await until(lambda: "start" in connection.kinds() or connection.ended)
        await settled()
        return connection

    def value(self, name: str, **labels: str) -> float:
        return self.metrics.registry.get_sample_value(f"tidings_{name}", labels) or 0.0

    async def close(self) -> None:
        await self.broadcast.close()
        for connection in self._connections:
            connection.leaves.set()
            connection.takes.set()
            if connection.task:
                await connection.task


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return response_of(error, request.url.path)


@asynccontextmanager
async def service(**options: Any) -> AsyncIterator[Service]:
    """A service whose streams are all ended at last."""
    made = Service(**options)
    try:
        yield made
    finally:
        await made.close()
