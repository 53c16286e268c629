"""The HTTP side of one stream: what its outbox holds, until the reader leaves or is let go."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from streams.web.push.background import begin
from streams.web.push.messages import KEEP
from streams.web.push.outbox import Ending, Outbox

MEDIA_TYPE: Final = "text/event-stream"
KEEP_SECONDS: Final = 15.0
UNREAD_SECONDS: Final = 30.0
"""How long a reader's socket may take nothing."""

SPACING_SECONDS: Final = 0.05
"""At least so far apart is written to one reader: what comes meanwhile goes together."""

HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would wait for a full buffer
}


class StreamResponse(Response):
    """Sends an outbox; `work` runs beside it, and `ended` is called with why."""

    media_type = MEDIA_TYPE

    def __init__(
        self,
        outbox: Outbox,
        work: Coroutine[Any, Any, None],
        ended: Callable[[Ending], None],
        *,
        spacing: Callable[[], float] = lambda: SPACING_SECONDS,
        unread_seconds: float = UNREAD_SECONDS,
        keep_seconds: float = KEEP_SECONDS,
    ) -> None:
        super().__init__(headers=HEADERS)
        del self.headers["content-length"]
        self.headers["content-type"] = f"{MEDIA_TYPE}; charset=utf-8"
        self.outbox, self._work, self._ended = outbox, work, ended
        self.unread_seconds, self.keep_seconds = unread_seconds, keep_seconds
        self.waits_since: float | None = None
        self._spacing = spacing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        leaving = asyncio.ensure_future(_left(receive))
        sending = asyncio.ensure_future(self._send(send))
        working = begin(self._work, lambda: self.outbox.end(Ending.SHUTDOWN))
        clock = _Clock(self, sending)
        try:
            await asyncio.wait([leaving, sending], return_when=asyncio.FIRST_COMPLETED)
            if not sending.done() or _is_lost(sending):
                self.outbox.end(Ending.GONE)
            elif sending.cancelled():
                await asyncio.wait([leaving], timeout=self.unread_seconds)  # until the server cuts it off
        finally:
            clock.stop()
            for task in (leaving, sending, working):
                task.cancel()
            await asyncio.gather(leaving, sending, working, return_exceptions=True)
            self.outbox.end(Ending.SHUTDOWN)
            self._ended(self.outbox.ending or Ending.SHUTDOWN)

    async def _send(self, send: Send) -> None:
        """Send what comes, and then the end of the answer."""
        now = asyncio.get_running_loop().time
        self.waits_since = now()
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        self.waits_since = None
        while data := await self.outbox.take():
            self.waits_since = now()
            await send({"type": "http.response.body", "body": data, "more_body": True})
            self.waits_since = None
            await self.outbox.gather(self._spacing())
        self.waits_since = now()
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _is_lost(sending: "asyncio.Future[None]") -> bool:
    """Whether the server has told of a lost connection by an error, as some do."""
    return not sending.cancelled() and isinstance(sending.exception(), OSError)


class _Clock:
    """Keeps a stream open by comments, and ends it when its reader takes nothing.

    One timer a stream: timeouts around each message would cost more than the messages.
    """

    def __init__(self, stream: StreamResponse, sending: "asyncio.Future[None]") -> None:
        self._stream, self._sending = stream, sending
        self._loop = asyncio.get_running_loop()
        self._every = min(stream.keep_seconds, stream.unread_seconds) / 3
        self._keep_at = self._loop.time() + stream.keep_seconds
        self._arm()

    def _arm(self) -> None:
        self._timer = self._loop.call_later(self._every, self._tick)

    def stop(self) -> None:
        """Tick no more."""
        self._timer.cancel()

    def _tick(self) -> None:
        now, waits_since = self._loop.time(), self._stream.waits_since
        if waits_since is not None and now - waits_since >= self._stream.unread_seconds:
            self._stream.outbox.end(Ending.SLOW)
            self._sending.cancel()
            return
        if now >= self._keep_at:
            self._keep_at += self._stream.keep_seconds
            self._stream.outbox.put(KEEP)
        self._arm()


async def _left(receive: Receive) -> None:
    """Return when the reader has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass
