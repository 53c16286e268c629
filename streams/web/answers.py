"""What the API asks of whoever answers for all workers, and what comes back."""

from dataclasses import dataclass
from typing import Protocol

from schemas.tally import Counters, TableName
from streams.counting.questions import DayRange, Filters, Question
from streams.index.parts import DaysOfThing, EventRow, Position, Row


@dataclass(frozen=True, slots=True)
class Standing:
    """The partitions that an answer stands on, of the Kafka topic that it is read from."""

    answered: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()
    why: tuple[str, ...] = ()
    """For each worker or partition that did not answer, why: shown to the reader."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which page of a list: the first, or the one after `after` in the frozen list `snapshot`."""

    limit: int = 20
    after: Position | None = None
    snapshot: str | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """One page of a list over all partitions, in its order."""

    rows: tuple[Row, ...]
    total: int
    standing: Standing
    next: Page | None = None


@dataclass(frozen=True, slots=True)
class Single:
    """One thing over all days asked for; None where nothing is counted for it."""

    thing: DaysOfThing | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class Recent:
    """Events, newest first; `next` is the order value of the last one, None where there are no more."""

    rows: tuple[EventRow, ...]
    standing: Standing
    next: tuple[str, str] | None = None
    """(published_at or '', key) of the last event: the next page has those after it."""


@dataclass(frozen=True, slots=True)
class ByDay:
    """Counters of matching events by day: 'articles', 'events', and one for each event type."""

    days: dict[str, Counters]
    standing: Standing


@dataclass(frozen=True, slots=True)
class Found:
    """Actors by name, best first; with the name that matched."""

    rows: tuple[tuple[Row, str], ...]
    standing: Standing


@dataclass(frozen=True, slots=True)
class Called:
    """The words by which stories name an actor, most used first."""

    names: tuple[str, ...]
    standing: Standing


class NotReady(RuntimeError):
    """Nothing can be answered now: every worker is joining or recovering, or none is known."""


class Answers(Protocol):
    """Answers for all partitions of all workers; every method may raise NotReady."""

    async def ranked(self, question: Question, page: Page) -> Ranked:
        """A page of a list; raises SnapshotGone where its frozen list is no longer there."""

    async def single(self, table: TableName, key: str, days: DayRange) -> Single:
        """One thing of a table, by day; asked of the worker whose partition it is."""

    async def by_day(self, filters: Filters, days: DayRange) -> ByDay:
        """The matching events by day."""

    async def recent(
        self, filters: Filters, days: DayRange, *, limit: int, after: tuple[str, str] | None
    ) -> Recent:
        """Matching events, newest first."""

    async def event(self, key: str) -> Recent:
        """The event of this key ('article id/event id'), no row where there is none."""

    async def also_called(self, actor: str) -> Called:
        """How stories name an actor."""

    async def search(self, words: str, *, limit: int) -> Found:
        """Actors with a name that has these words, in any of their names; most articles first."""
