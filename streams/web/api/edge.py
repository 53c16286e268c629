"""The edge of the HTTP server: what every request is held to, and what every answer carries."""

import time
from collections.abc import Iterable
from typing import Final

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from streams.metrics import Metrics
from streams.web.api.problems import Refused, refuse, response_of

log = structlog.get_logger(__name__)

MOST_URL_BYTES: Final = 16_384
MOST_HEADERS: Final = 64
MOST_HEADER_BYTES: Final = 32_768
MOST_BODY_BYTES: Final = 16_384

UNMATCHED: Final = "unmatched"
CLIENT_LEFT: Final = 499
"""What is counted where nobody waits for the answer: no code of HTTP's, but that of nginx."""

_EVENT_STREAM: Final = b"text/event-stream"
_ALWAYS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
)
_NOTHING_LOADS: Final = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")


class Edge:
    """The outermost layer: bounds, headers, metrics, HEAD, and the last word on faults."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with a problem."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send, self._metrics)
        with exchange:
            await self._passed(exchange)
            await exchange.end()

    async def _passed(self, exchange: "_Exchange") -> None:
        scope = exchange.scope
        try:
            check_bounds(scope)
            await self._app(scope, exchange.receive, exchange.send)
        except Refused as refused:
            await response_of(refused, scope["path"])(scope, exchange.receive, exchange.send)
        except ClientDisconnect:
            exchange.status = exchange.status or CLIENT_LEFT
        except Exception:
            if exchange.status:
                raise
            log.exception("a request met a fault", path=scope["path"])
            fault = refuse("internal-error", "the worker's log has the details")
            await response_of(fault, scope["path"])(scope, exchange.receive, exchange.send)


class _Exchange:
    """One request with its answer: counted, timed, and given the headers of every answer."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, metrics: Metrics) -> None:
        self._is_head = scope["method"] == "HEAD"
        self.scope: Scope = {**scope, "method": "GET"} if self._is_head else dict(scope)
        self._receive, self._send, self._metrics = receive, send, metrics
        self.status = 0
        self._streams = self._head_answered = False

    def __enter__(self) -> None:
        self._began = time.perf_counter()
        self._metrics.http_in_flight.inc()

    def __exit__(self, *error: object) -> None:
        route = route_of(self.scope)
        self._metrics.http_requests.labels(route, str(self.status or 500)).inc()
        if not self._streams:
            self._metrics.http_in_flight.dec()
            self._metrics.http_request_seconds.labels(route).observe(time.perf_counter() - self._began)

    async def receive(self) -> Message:
        """What the client sends; nothing more once a HEAD is answered."""
        if self._is_head and self.status:
            return {"type": "http.disconnect"}
        return await self._receive()

    async def send(self, message: Message) -> None:
        """Send on, without the body where only the head is wanted."""
        if message["type"] == "http.response.start":
            self._start(message)
            await self._send(message)
        elif self._is_head:
            await self.end()
        else:
            await self._send(message)

    async def end(self) -> None:
        """End the answer to a HEAD, also that of a stream, which would never send its last piece."""
        if self._is_head and self.status and not self._head_answered:
            self._head_answered = True
            await self._send({"type": "http.response.body"})

    def _start(self, message: Message) -> None:
        headers = list(message.get("headers", ()))
        names = {name for name, _ in headers}
        headers += [(name, value) for name, value in (*_ALWAYS, _NOTHING_LOADS) if name not in names]
        message["headers"] = headers
        self.status = message["status"]
        if any(name == b"content-type" and value.startswith(_EVENT_STREAM) for name, value in headers):
            self._streams = True
            self._metrics.http_in_flight.dec()


def check_bounds(scope: Scope) -> None:
    """Raise Refused for a request that is larger than any question needs to be."""
    size = len(scope.get("raw_path") or scope["path"]) + len(scope["query_string"])
    if size > MOST_URL_BYTES:
        raise refuse("uri-too-long", f"the URL has {size} bytes; {MOST_URL_BYTES} at most")
    headers = scope["headers"]
    weight = sum(len(name) + len(value) for name, value in headers)
    if len(headers) > MOST_HEADERS or weight > MOST_HEADER_BYTES:
        told = f"{len(headers)} headers of {weight} bytes; {MOST_HEADERS} of {MOST_HEADER_BYTES} at most"
        raise refuse("headers-too-large", told)
    if scope["method"] in ("GET", "HEAD"):
        _check_body(headers)


def _check_body(headers: Iterable[tuple[bytes, bytes]]) -> None:
    for name, value in headers:
        if name == b"content-length" and value.isdigit() and _is_large(value):
            raise refuse("body-too-large", f"a question with a body of more than {MOST_BODY_BYTES} bytes")


def _is_large(length: bytes) -> bool:
    return len(length) > 15 or int(length) > MOST_BODY_BYTES


def route_of(scope: Scope) -> str:
    """The template of the route that took a request."""
    route = scope.get("route")
    path = getattr(route, "path", None)
    return path if isinstance(path, str) and path else UNMATCHED
