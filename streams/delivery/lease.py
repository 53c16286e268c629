"""How long this worker may answer for its partitions: until it may have lost them without knowing."""

import time
from collections.abc import Awaitable, Callable


def seconds_since_boot() -> float:
    """A clock that goes on while the machine sleeps, as the coordinator's does (where there is one)."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(clock)


class Lease:
    """Runs from the moment a heartbeat was *sent* that the coordinator answered well.

    The coordinator counts the session from when it received the heartbeat, so a lease of less than the
    session that counts from the sending ends first.
    """

    SHARE_OF_SESSION = 0.9

    def __init__(self, session_seconds: float, *, clock: Callable[[], float] = seconds_since_boot) -> None:
        self._seconds = session_seconds * self.SHARE_OF_SESSION
        self._clock = clock
        self._since = clock()

    def renew(self, *, since: float | None = None) -> None:
        """Count from `since` (a reading of the clock), or from now."""
        self._since = self._clock() if since is None else since

    @property
    def remaining_seconds(self) -> float:
        """How long the lease still holds; below zero once it has lapsed."""
        return self._since + self._seconds - self._clock()

    def observing(self, heartbeat: Callable[[], Awaitable[bool]]) -> Callable[[], Awaitable[bool]]:
        """A heartbeat that renews this lease whenever it is answered well."""

        async def observed() -> bool:
            sent = self._clock()
            answered_well = await heartbeat()
            if answered_well:
                self.renew(since=sent)
            return answered_well

        return observed
