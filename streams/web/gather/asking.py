"""Asking another worker over HTTP, for a bounded time."""

import asyncio
import time
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Final, Protocol, Self

import aiohttp

from streams.metrics import Metrics
from streams.web.gather.asks import Request, write_request
from streams.web.gather.replies import BadReply, Reply, read_reply

PATH: Final = "/internal/v1/ask"

ANSWER_SECONDS: Final = 2.0
"""How long a worker is waited for."""

DOUBTED_SECONDS: Final = 0.5
"""How long one is waited for that has let the last question's time pass."""

_AT_ONCE: Final = 64
"""Questions on their way to one worker; more wait here, within their time."""

_LARGE_BYTES: Final = 64 * 1024
"""From here on a reply is read in a thread: the web loop has others to answer."""

_IDLE_SECONDS: Final = 10.0
"""Less than a server keeps an idle connection: none is used that is just being closed."""


class PeerFailed(RuntimeError):
    """A worker has not answered; says which and why."""


class Peer(Protocol):
    """Asks other workers."""

    async def ask(self, url: str, request: Request) -> Reply:
        """What the worker at this URL answers; raises PeerFailed."""


class PeerClient(AbstractAsyncContextManager["PeerClient"]):
    """Connections to the other workers, kept open between questions."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._doubted: set[str] = set()
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, limit_per_host=_AT_ONCE, keepalive_timeout=_IDLE_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session:
            await self._session.close()

    async def ask(self, url: str, request: Request) -> Reply:
        """What the worker at this URL answers; raises PeerFailed."""
        began, outcome = time.perf_counter(), "cancelled"
        seconds = DOUBTED_SECONDS if url in self._doubted else ANSWER_SECONDS
        try:
            async with asyncio.timeout(seconds):
                reply = await _read(request, await self._post(url, write_request(request)))
        except TimeoutError as error:
            outcome = "timeout"
            self._doubted.add(url)
            raise PeerFailed(f"worker {url}: no answer within {seconds:g} s") from error
        except (aiohttp.ClientError, BadReply, OSError) as error:
            outcome = "failed"
            raise PeerFailed(f"worker {url}: {_told(error)}") from error
        else:
            outcome = "answered" if request.partitions <= reply.partitions else "not-held"
            self._doubted.discard(url)
            return reply
        finally:
            self._metrics.peer_requests.labels(outcome).inc()
            self._metrics.peer_request_seconds.observe(time.perf_counter() - began)

    async def _post(self, url: str, body: bytes) -> bytes:
        if self._session is None:
            raise RuntimeError("a peer client asks only while its block runs")
        async with self._session.post(f"{url}{PATH}", data=body) as response:
            raw = await response.read()
            if response.status != 200:
                raise BadReply(f"HTTP status {response.status}: {raw[:200].decode(errors='replace')}")
            return raw


async def _read(request: Request, raw: bytes) -> Reply:
    if len(raw) < _LARGE_BYTES:
        return read_reply(request.body.ask, raw)
    return await asyncio.to_thread(read_reply, request.body.ask, raw)


def _told(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"cannot be reached ({error.os_error.strerror or 'no connection'})"
    if isinstance(error, aiohttp.ServerDisconnectedError | ConnectionError):
        return "has ended the connection"
    return str(error) or type(error).__name__
