"""What one HTTP client may cost: bytes of a request's head, time to send it, and time to read the answer."""

import asyncio
from http import HTTPStatus
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from streams.web.api.problems import refuse, response_of

CONNECTIONS: Final = 2000
"""More are answered 503: each is a socket and a task, and most of them are readers of a stream."""

OPEN: Final = 2 * CONNECTIONS
"""More are not even heard: the pipeline needs open files too."""

PROBES: Final = frozenset({b"/healthz", b"/readyz", b"/metrics"})
"""Answered however many connections there are, or a crowd would have the worker restarted."""

REQUEST_SECONDS: Final = 15
"""Longest time to send a request, and between two on one connection."""

UNREAD_SECONDS: Final = 30.0
"""How long a client may leave an answer unread once its buffers are full."""

HEAD_BYTES: Final = 64 * 1024
"""More than the application allows, which explains what it refuses."""
HEADERS: Final = 200


def _refusal(name: str, detail: str) -> bytes:
    answer = response_of(refuse(name, detail))
    head = f"HTTP/1.1 {answer.status_code} {HTTPStatus(answer.status_code).phrase}\r\n".encode()
    headers = b"".join(b"%b: %b\r\n" % pair for pair in answer.raw_headers)
    return head + headers + b"connection: close\r\n\r\n" + bytes(answer.body)


_TOO_LARGE: Final = _refusal("headers-too-large", "the head of the request is too long")
_TOO_SLOW: Final = _refusal("request-timeout", "the request did not arrive in time")
_TOO_MANY: Final = _refusal("busy", f"{CONNECTIONS} connections are open already")
_UNREADABLE: Final = _refusal("bad-request", "this is no HTTP/1.1 request")


class BoundedConnection(HttpToolsProtocol):
    """uvicorn's connection, which by itself waits for a request for ever, however long its head is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._late: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._head_bytes = self._header_count = 0
        self._in_head = self._begun = self._refused = False
        self._running: RequestResponseCycle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a request, but not for ever."""
        super().connection_made(transport)
        if len(self.connections) > OPEN:
            transport.abort()
        else:
            self._expect_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        for timer in (self._late, self._unread):
            if timer:
                timer.cancel()
        self._leave()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take a piece of a request."""
        if self._late is None and (self.cycle is None or self.cycle.response_complete):
            self._expect_request()
        self._begun = False
        super().data_received(data)
        if self._in_head and not self._refused and not self._begun:  # else most may be of requests before it
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES:
                self._refuse(_TOO_LARGE)

    def _expect_request(self) -> None:
        self._late = self.loop.call_later(REQUEST_SECONDS, self._refuse, _TOO_SLOW)

    def _refuse(self, answer: bytes) -> None:
        self._refused = True
        if not self.transport.is_closing():
            if self._is_next():
                self.transport.write(answer)
            self._leave()
            self._close_soon()

    def _is_next(self) -> bool:
        """Whether what is written now answers the request that is read now."""
        running = self._running
        if running is None or running.response_complete:
            return True
        return running is self.cycle and not self._in_head and not running.response_started

    def _leave(self) -> None:
        """Tell the running answer that nobody reads it: uvicorn tells the newest request alone."""
        self.pipeline.clear()
        if self._running and not self._running.response_complete:
            self._running.disconnected = True
            self._running.message_event.set()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request."""
        self._refuse(_UNREADABLE)

    def _unsupported_upgrade_warning(self) -> None:
        """Go on with HTTP/1.1, without the words in the log that any client could fill it with."""

    # --- what the parser tells -------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        self._head_bytes = self._header_count = 0
        self._in_head = self._begun = True

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self._header_count += 1
        if self._header_count <= HEADERS:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The end of the head."""
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > HEAD_BYTES or self._header_count > HEADERS:
            self._refuse(_TOO_LARGE)
        elif len(self.connections) > CONNECTIONS and self.url.partition(b"?")[0] not in PROBES:
            self._refuse(_TOO_MANY)
        self._in_head = False
        if not self._refused:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The end of the request."""
        if self._late:
            self._late.cancel()
            self._late = None
        if not self._refused:
            super().on_message_complete()

    # --- answers that nobody reads ---------------------------------------------------------------------

    def pause_writing(self) -> None:
        """The client does not read as fast as it is written to."""
        super().pause_writing()
        self._unread = self.loop.call_later(UNREAD_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """It has read on."""
        super().resume_writing()
        if self._unread:
            self._unread.cancel()
            self._unread = None

    def shutdown(self) -> None:
        """The server stops: it would wait for a client that does not read."""
        super().shutdown()
        if self.flow.write_paused:
            self.transport.abort()

    def on_response_complete(self) -> None:
        """An answer is written; a connection that is closing must also come to its end."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._close_soon()
        elif self._in_head and self._late is None:
            self._expect_request()

    def timeout_keep_alive_handler(self) -> None:
        """No further request has come."""
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            super().timeout_keep_alive_handler()

    def _close_soon(self) -> None:
        """Close; `close` alone waits until all is read, however long that takes."""
        self.transport.close()
        self._unread = self._unread or self.loop.call_later(UNREAD_SECONDS, self.transport.abort)
