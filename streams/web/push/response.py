"""The HTTP side of one stream: what its outbox holds, until the reader leaves or is let go."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
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
    """Sends an outbox; `work` runs beside it, and `left` is called with why it has ended."""

    media_type = MEDIA_TYPE

    def __init__(
        self,
        outbox: Outbox,
        work: Coroutine[Any, Any, None],
        left: Callable[[Ending], None],
        *,
        unread_seconds: float = UNREAD_SECONDS,
        keep_seconds: float = KEEP_SECONDS,
    ) -> None:
        super().__init__(headers=HEADERS)
        del self.headers["content-length"]
        self.headers["content-type"] = f"{MEDIA_TYPE}; charset=utf-8"
        self._outbox, self._work, self._left = outbox, work, left
        self._unread_seconds, self._keep_seconds = unread_seconds, keep_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        leaving = asyncio.ensure_future(_left(receive))
        sending = asyncio.ensure_future(self._send(send))
        working = begin(self._work, lambda: self._outbox.end(Ending.SHUTDOWN))
        try:
            await asyncio.wait([leaving, sending], return_when=asyncio.FIRST_COMPLETED)
            if not sending.done():
                self._outbox.end(Ending.GONE)
            elif sending.exception():
                self._outbox.end(Ending.SLOW)
                await asyncio.wait([leaving], timeout=self._unread_seconds)  # until the server cuts it off
        finally:
            for task in (leaving, sending, working):
                task.cancel()
            await asyncio.gather(leaving, sending, working, return_exceptions=True)
            self._outbox.end(Ending.SHUTDOWN)
            self._left(self._outbox.ending or Ending.SHUTDOWN)

    async def _send(self, send: Send) -> None:
        """Send what comes, and the end of the answer; raises TimeoutError where nobody takes it."""
        start = {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        await self._taken(send(start))
        keep_at = asyncio.get_running_loop().time() + self._keep_seconds
        while True:
            try:
                async with asyncio.timeout_at(keep_at):
                    data = await self._outbox.take()
            except TimeoutError:
                data = KEEP
                keep_at += self._keep_seconds
            if not data:
                break
            await self._taken(send({"type": "http.response.body", "body": data, "more_body": True}))
            await self._outbox.gather(SPACING_SECONDS)
        await self._taken(send({"type": "http.response.body", "body": b"", "more_body": False}))

    async def _taken(self, sending: Awaitable[None]) -> None:
        async with asyncio.timeout(self._unread_seconds):
            await sending


async def _left(receive: Receive) -> None:
    """Return when the reader has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass
