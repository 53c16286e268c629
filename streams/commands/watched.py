"""What `tidings watch` knows: kept up to date by the messages of the stream."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from streams.client import (
    Change,
    Corrected,
    Event,
    EventTold,
    Gap,
    Message,
    Partitions,
    Status,
    StatusTold,
    Thing,
    TidingsError,
    Unreachable,
    Withdrawn,
)

EVENTS_KEPT: Final = 50
RATES_KEPT: Final = 60
MOVEMENT_SECONDS: Final = 60.0
"""What has moved is told against the list as it was so long ago."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a thing stood in its list at some time."""

    rank: int
    count: int


Standings = Mapping[str, Standing]


@dataclass
class Top:
    """A list now, and as it was."""

    counter: str
    items: tuple[Thing[Any], ...] = ()
    _past: deque[tuple[float, Standings]] = field(default_factory=deque)

    def take(self, items: tuple[Thing[Any], ...], now: float) -> None:
        """The list as it is from now on."""
        self.items = items
        standings = {
            item.key: Standing(item.rank or place, item.counters.get(self.counter, 0))
            for place, item in enumerate(items, start=1)
        }
        self._past.append((now, standings))

    def before(self, now: float) -> Standings | None:
        """The list as it was a while ago, None where it was not known then or since."""
        while len(self._past) > 1 and now - self._past[1][0] >= MOVEMENT_SECONDS:
            self._past.popleft()
        return self._past[0][1] if len(self._past) > 1 else None


@dataclass
class Watched:
    """All that a frame shows."""

    url: str
    filters: Mapping[str, Any] = field(default_factory=dict)
    is_live: bool = True
    """Whether a stream tells of changes; otherwise it was asked once."""
    clock: Callable[[], float] = time.monotonic
    wall_clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    status: Status | None = None
    tops: dict[str, Top] = field(
        default_factory=lambda: {
            "actors": Top("articles"),
            "pairs": Top("events"),
            "event-types": Top("events"),
        }
    )
    events: deque[Event] = field(default_factory=lambda: deque(maxlen=EVENTS_KEPT))
    rates: deque[float] = field(default_factory=lambda: deque(maxlen=RATES_KEPT))
    partitions: dict[str, Partitions] = field(default_factory=dict)
    told: int = 0
    lost: str | None = None
    lost_at: datetime | None = None
    interruptions: int = 0
    note: str | None = None
    changes: int = 0
    """Goes up with all that a frame may show anew."""

    def take(self, message: Message) -> None:
        """Take in a message; any of them says that the connection is there."""
        self.lost = None
        self.changes += 1
        take = _TAKES.get(type(message))
        if take:
            take(self, message)

    def lose(self, fault: TidingsError) -> None:
        """The connection is lost, and will be tried again."""
        if self.lost is None:
            self.lost_at = self.wall_clock()
            self.interruptions += 1
        self.lost = fault.why if isinstance(fault, Unreachable) else str(fault)
        self.changes += 1

    @property
    def missing(self) -> tuple[int, ...]:
        """The partitions that what is shown lacks."""
        lists = [each.missing for each in self.partitions.values()]
        state = [self.status.partitions.missing] if self.status else []
        return tuple(sorted({number for numbers in lists + state for number in numbers}))

    def take_event(self, told: EventTold) -> None:
        """The newest event."""
        self._forget(lambda event: event.key == told.event.key)
        self.events.appendleft(told.event)
        self.told += 1

    def take_change(self, told: Change) -> None:
        """A list that has changed."""
        name = told.watch.removeprefix("top:")
        if name in self.tops:
            self.tops[name].take(told.items, self.clock())
            self.partitions[name] = told.partitions

    def take_status(self, told: StatusTold) -> None:
        """How the service is now."""
        self.status = told.status
        self.rates.append(told.status.rates.articles_per_second)

    def take_story(self, told: Corrected | Withdrawn) -> None:
        """What a story told before counts no more."""
        self._forget(lambda event: event.article.id == told.article_id)

    def take_gap(self, told: Gap) -> None:
        """Something was not told."""
        self.note = told.why

    def _forget(self, is_gone: Callable[[Event], bool]) -> None:
        kept = [event for event in self.events if not is_gone(event)]
        self.events.clear()
        self.events.extend(kept)


_TAKES: Final[dict[type, Callable[[Watched, Any], None]]] = {
    EventTold: Watched.take_event,
    Change: Watched.take_change,
    StatusTold: Watched.take_status,
    Corrected: Watched.take_story,
    Withdrawn: Watched.take_story,
    Gap: Watched.take_gap,
}
