"""How fast articles go out: at a multiple of the speed of their own dates, at a rate, or at once."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from datetime import datetime

_BURST_SECONDS = 0.1


class PaceUnknownError(ValueError):
    """A speed or a rate that is none."""


def speed_of(words: str) -> float | None:
    """Read '1x', '60x' or '0.5x'; None stands for 'max'."""
    if words == "max":
        return None
    try:
        factor = float(words.removesuffix("x"))
    except ValueError:
        factor = math.nan
    if not 0 < factor < math.inf:
        raise PaceUnknownError(f"--speed {words!r} is no speed; give 1x, 60x, another multiple, or max")
    return factor


class Pace:
    """How long to wait before each article, by its date, by a rate, or by whichever is longer.

    `speed` divides the gaps between dates, None ignores them; `per_second` is a bucket of tokens that holds a
    tenth of a second's worth.
    """

    def __init__(
        self,
        *,
        speed: float | None = None,
        per_second: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        if per_second is not None and not 0 < per_second < math.inf:
            raise PaceUnknownError(f"--rate {per_second} is no rate; give articles per second, more than 0")
        self._speed = speed
        self._per_second = per_second
        self._clock = clock
        self._sleep = sleep
        self._start: tuple[datetime, float] | None = None
        self._tokens, self._filled_at = 1.0, clock()

    async def wait(
        self, published_at: datetime | None, *, on_wait: Callable[[float], None] = lambda _: None
    ) -> None:
        """Wait until an article with this date is due; `on_wait` is told for how many seconds."""
        now = self._clock()
        seconds = max(self._until_date(published_at, now), self._until_token(now))
        if seconds > 0:
            on_wait(seconds)
            await self._sleep(seconds)

    def restart(self) -> None:
        """Begin again at the next date, which may lie long before the last."""
        self._start = None

    def _until_date(self, published_at: datetime | None, now: float) -> float:
        """Measure from the first date, so that a slow broker is caught up with; the past is due at once."""
        if self._speed is None or published_at is None:
            return 0.0
        if self._start is None:
            self._start = published_at, now
        first_date, started_at = self._start
        due = started_at + (published_at - first_date).total_seconds() / self._speed
        return due - now

    def _until_token(self, now: float) -> float:
        """Take a token, on credit where the bucket is empty, and say when it will have been paid."""
        if self._per_second is None:
            return 0.0
        most = max(1.0, self._per_second * _BURST_SECONDS)
        self._tokens = min(most, self._tokens + (now - self._filled_at) * self._per_second) - 1
        self._filled_at = now
        return -self._tokens / self._per_second
