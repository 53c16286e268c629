"""What waits to be sent to one reader: bounded, so that a slow one costs no more than its bound."""

import asyncio
from collections import deque
from enum import StrEnum
from typing import Final

from streams.web.push.messages import comment

MOST_FRAMES: Final = 1000
MOST_BYTES: Final = 4 * 1024 * 1024
SENT_AT_ONCE: Final = 256 * 1024
PRESSING_FRAMES: Final = 64
"""So many are not waited with."""


class Ending(StrEnum):
    """Why a reader is let go: a closed set, fit for a metric's label."""

    SLOW = "slow"
    GONE = "gone"
    LIMIT = "limit"
    SHUTDOWN = "shutdown"


_LAST_WORDS: Final = {
    Ending.SLOW: comment("more waits than is kept for a reader; come again with the last id"),
    Ending.SHUTDOWN: comment("this worker stops streaming; come again with the last id"),
}


class Outbox:
    """Frames in order, until it is ended; one that would hold too much ends by itself."""

    def __init__(self, *, most_frames: int = MOST_FRAMES, most_bytes: int = MOST_BYTES) -> None:
        self._most_frames, self._most_bytes = most_frames, most_bytes
        self._frames: deque[bytes] = deque()
        self._bytes = 0
        self._changed = asyncio.Event()
        self._pressing = asyncio.Event()
        self._has_room = asyncio.Event()
        self._has_room.set()
        self.ending: Ending | None = None

    def put(self, frame: bytes) -> bool:
        """Take a frame; False where it has ended, or ends of this one."""
        if self.ending:
            return False
        if len(self._frames) >= self._most_frames or self._bytes + len(frame) > self._most_bytes:
            self.end(Ending.SLOW)
            return False
        self._frames.append(frame)
        self._bytes += len(frame)
        if len(self._frames) >= PRESSING_FRAMES:
            self._pressing.set()
        if len(self._frames) * 2 > self._most_frames or self._bytes * 2 > self._most_bytes:
            self._has_room.clear()
        self._changed.set()
        return True

    def end(self, ending: Ending) -> None:
        """Take no more, forget what waits, and say why as the last words."""
        if self.ending:
            return
        self.ending = ending
        self._frames.clear()
        self._bytes = 0
        if ending in _LAST_WORDS:
            self._frames.append(_LAST_WORDS[ending])
        self._changed.set()
        self._pressing.set()
        self._has_room.set()

    async def room(self) -> None:
        """Wait until it is at most half full, or has ended."""
        await self._has_room.wait()

    async def gather(self, seconds: float) -> None:
        """Wait so long for more to be sent together, but not while much is waiting."""
        # a timer, not a timeout: that would cost more than a message
        timer = asyncio.get_running_loop().call_later(seconds, self._pressing.set)
        await self._pressing.wait()
        timer.cancel()
        if not self.ending and len(self._frames) < PRESSING_FRAMES:
            self._pressing.clear()

    async def take(self) -> bytes:
        """Wait for frames, and take as many as are sent at once; nothing where it has ended and is empty."""
        while not self._frames and not self.ending:
            self._changed.clear()
            await self._changed.wait()
        taken: list[bytes] = []
        size = 0
        while self._frames and size < SENT_AT_ONCE:
            taken.append(self._frames.popleft())
            size += len(taken[-1])
        self._bytes = max(0, self._bytes - size)
        if len(self._frames) * 2 <= self._most_frames and self._bytes * 2 <= self._most_bytes:
            self._has_room.set()
        return b"".join(taken)
