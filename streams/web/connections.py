"""What one HTTP client may cost: bytes of a request's head, time to send it, and time to read the answer."""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

REQUEST_SECONDS: Final = 15
"""Longest time to send a request, and between two on one connection."""

UNREAD_SECONDS: Final = 30.0
"""How long a client may leave an answer unread once its buffers are full."""

HEAD_BYTES: Final = 64 * 1024
"""More than the application allows, which explains what it refuses."""
HEADERS: Final = 200


def _refusal(status: bytes, why: bytes) -> bytes:
    head = b"HTTP/1.1 %b\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\n"
    return head % (status, len(why)) + b"connection: close\r\n\r\n" + why


_TOO_LARGE: Final = _refusal(b"431 Request Header Fields Too Large", b"the head of the request is too long")
_TOO_SLOW: Final = _refusal(b"408 Request Timeout", b"the request did not arrive in time")


class BoundedConnection(HttpToolsProtocol):
    """uvicorn's connection, which by itself waits for a request for ever, however long its head is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._late: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._head_bytes = self._header_count = 0
        self._in_head = self._refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a request, but not for ever."""
        super().connection_made(transport)
        self._expect_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        for timer in (self._late, self._unread):
            if timer:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take a piece of a request."""
        if self._late is None and (self.cycle is None or self.cycle.response_complete):
            self._expect_request()
        super().data_received(data)
        if self._in_head and not self._refused:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES:
                self._refuse(_TOO_LARGE)

    def _expect_request(self) -> None:
        self._late = self.loop.call_later(REQUEST_SECONDS, self._refuse, _TOO_SLOW)

    def _refuse(self, answer: bytes) -> None:
        self._refused = True
        if not self.transport.is_closing():
            if self.cycle is None or self.cycle.response_complete:
                self.transport.write(answer)
            self._close_soon()

    # --- what the parser tells -------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        self._head_bytes = self._header_count = 0
        self._in_head = True

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self._header_count += 1
        if self._header_count <= HEADERS:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The end of the head."""
        self._in_head = False
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > HEAD_BYTES or self._header_count > HEADERS:
            self._refuse(_TOO_LARGE)
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
