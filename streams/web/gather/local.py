"""What this worker answers from the partitions that it holds."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Protocol, TypeVar

from schemas.tally import Counters, TableName
from streams.counting.questions import Basis, DayRange, Filters, Question
from streams.index.parts import DaysOfThing, EventRow, Part, Position, Row, SnapshotGone
from streams.web.gather.asks import (
    AlsoCalled,
    Best,
    Counted,
    Days,
    Events,
    Further,
    OneEvent,
    OneThing,
    Search,
)
from streams.web.gather.frozen import Frozen
from streams.web.gather.groups import Columns, columns_of
from streams.web.gather.holdings import Holdings
from streams.web.gather.replies import Reply

T = TypeVar("T")
Partitions = frozenset[int]

_FROZEN_ROWS: Final = 400_000
_ATTEMPTS: Final = 3


class Index(Protocol):
    """What is asked of the index; from the web thread, and from threads beside it."""

    def best(self, question: Question, partitions: Partitions, *, limit: int, snapshot: str) -> Part:
        """The best rows from tallies, frozen under this name; all rows from stories, of no name."""

    def further(self, snapshot: str, *, limit: int, after: Position | None) -> Part:
        """Rows of what is frozen under this name; raises SnapshotGone."""

    def thing(self, table: TableName, key: str, days: DayRange, partitions: Partitions) -> DaysOfThing | None:
        """One thing by day."""

    def by_day(self, filters: Filters, days: DayRange, partitions: Partitions) -> dict[str, Counters]:
        """Matching events by day."""

    def events(
        self,
        filters: Filters,
        days: DayRange,
        partitions: Partitions,
        *,
        limit: int,
        after: tuple[str, str] | None,
    ) -> tuple[EventRow, ...]:
        """Matching events, newest first."""

    def event(self, key: str, partitions: Partitions) -> tuple[EventRow, ...]:
        """The event of this key, if it is here."""

    def also_called(self, actor: str, partitions: Partitions) -> tuple[str, ...]:
        """How stories name an actor, most used first."""

    def search(self, words: str, partitions: Partitions, *, limit: int) -> tuple[tuple[Row, str], ...]:
        """Actors by name."""


@dataclass(frozen=True, slots=True)
class _Lists:
    """Where the frozen lists of one name are: the index's own, or all rows of single stories."""

    of: dict[Partitions, str | Columns] = field(default_factory=dict)


class Local:
    """Answers for partitions that are open both before they are read and after."""

    def __init__(self, index: Index, holdings: Holdings, heavy: Executor) -> None:
        self._index, self._holdings, self._heavy = index, holdings, heavy
        self._lists: Frozen[_Lists] = Frozen(_FROZEN_ROWS)

    def held(self, basis: Basis) -> Partitions:
        """The partitions that can be answered for now."""
        return self._holdings.held(basis).partitions

    async def answer(self, ask: Counted, wanted: Partitions) -> Reply:
        """What is found in those of the wanted partitions that are held."""
        for _ in range(_ATTEMPTS):
            before = self._holdings.held(ask.basis)
            mine = wanted & before.partitions
            if not mine:
                return Reply(frozenset(), None, before.why_not)
            body = await self._read(ask, mine)
            after = self._holdings.held(ask.basis)
            if after.generation == before.generation and mine <= after.partitions:
                why = "" if mine == wanted else "does not hold them"
                return self._reply(ask, mine, body, why)
        return Reply(frozenset(), None, "is being given other partitions")

    async def _read(self, ask: Counted, mine: Partitions) -> Any:
        if isinstance(ask, OneThing):  # a look-up: faster than a thread is told of it
            return self._index.thing(ask.table, ask.key, ask.days, mine)
        if isinstance(ask, OneEvent):
            return self._index.event(ask.key, mine)
        return await self.beside(partial(_READ[type(ask)], self._index, ask, mine))

    async def beside(self, work: Callable[[], T]) -> T:
        """Do heavy work in a thread, so that the web loop stays free for others."""
        return await asyncio.get_running_loop().run_in_executor(self._heavy, work)

    def _reply(self, ask: Counted, mine: Partitions, body: Any, why: str) -> Reply:
        if isinstance(ask, Best):
            self._freeze(ask, mine, body)
        return Reply(mine, body, why)

    # --- lists that are kept ---------------------------------------------------------------------------

    def _freeze(self, ask: Best, mine: Partitions, part: Part | Columns) -> None:
        try:
            lists = self._lists.find(ask.snapshot)
        except SnapshotGone:
            lists = _Lists()
        lists.of[mine] = part if isinstance(part, Columns) else _name(ask.snapshot, mine)
        rows = sum(len(kept) if isinstance(kept, Columns) else 1 for kept in lists.of.values())
        self._lists.keep(ask.snapshot, lists, rows)

    async def further(self, ask: Further) -> Reply:
        """Rows of every list that was frozen here under this name; none where it is no longer known."""
        try:
            lists = self._lists.find(ask.snapshot).of
            found = {mine: await self.beside(partial(self._after, kept, ask)) for mine, kept in lists.items()}
        except SnapshotGone as gone:
            return Reply(frozenset(), {}, str(gone))
        return Reply(frozenset().union(*found), found)

    def _after(self, kept: str | Columns, ask: Further) -> Part | Columns:
        if isinstance(kept, str):
            return self._index.further(kept, limit=ask.limit, after=ask.after)
        return kept  # all rows of stories: only once they are summed is there an order


def _name(snapshot: str, partitions: Partitions) -> str:
    return f"{snapshot}:{'.'.join(map(str, sorted(partitions)))}"


def _best(index: Index, ask: Best, mine: Partitions) -> Part | Columns:
    part = index.best(ask.question, mine, limit=ask.limit, snapshot=_name(ask.snapshot, mine))
    return columns_of(ask.question, part) if ask.basis is Basis.STORIES else part


def _days(index: Index, ask: Days, mine: Partitions) -> dict[str, Counters]:
    return index.by_day(ask.filters, ask.days, mine)


def _events(index: Index, ask: Events, mine: Partitions) -> tuple[EventRow, ...]:
    return index.events(ask.filters, ask.days, mine, limit=ask.limit, after=ask.after)


def _also_called(index: Index, ask: AlsoCalled, mine: Partitions) -> tuple[str, ...]:
    return index.also_called(ask.actor, mine)


def _search(index: Index, ask: Search, mine: Partitions) -> tuple[tuple[Row, str], ...]:
    return index.search(ask.words, mine, limit=ask.limit)


_READ: Final[Mapping[type, Callable[..., Any]]] = {
    Best: _best,
    Days: _days,
    Events: _events,
    AlsoCalled: _also_called,
    Search: _search,
}
