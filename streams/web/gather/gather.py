"""Answers for all partitions of all workers."""

import asyncio
import secrets
from collections.abc import Sequence
from typing import Any, Final

from schemas.tally import TableName
from streams.counting.questions import Basis, DayRange, Filters, Question
from streams.index.parts import Part, SnapshotGone
from streams.web.answers import ByDay, Called, Found, NotReady, Page, Ranked, Recent, Single, Standing
from streams.web.gather.asks import AlsoCalled, Best, Days, Events, Further, OneEvent, OneThing, Search
from streams.web.gather.frozen import Frozen
from streams.web.gather.gathering import Gathering
from streams.web.gather.groups import Columns, Summed
from streams.web.gather.merging import (
    merge_days,
    merge_disjoint,
    merge_events,
    merge_found,
    position_of,
)
from streams.web.gather.replies import Reply
from streams.web.gather.router import partition_of

_FROZEN_ROWS: Final = 400_000


class Gather:
    """The answers of all workers, put together by this one."""

    def __init__(self, gathering: Gathering, partitions: int) -> None:
        self._gathering, self._partitions = gathering, partitions
        self._summed: Frozen[Summed] = Frozen(_FROZEN_ROWS)

    # --- lists -----------------------------------------------------------------------------------------

    async def ranked(self, question: Question, page: Page) -> Ranked:
        """A page of a list; raises SnapshotGone where its frozen list is no longer there."""
        if page.snapshot is None:
            return await self._first_page(question, page.limit)
        return await self._later_page(question, page, page.snapshot)

    async def _first_page(self, question: Question, limit: int) -> Ranked:
        name = secrets.token_hex(8)
        gathered = await self._gathering.gather(Best(question, limit + 1, name))
        page = Page(limit, None, _told_snapshot(name, gathered.standing))
        part = await self._merged(question, page, gathered.bodies)
        return _ranked(question, page, part, gathered.standing)

    async def _merged(self, question: Question, page: Page, parts: Sequence[Any]) -> Part:
        """The rows of one page and the one after them, and how many there are in all."""
        if question.basis is Basis.TALLIES:
            return merge_disjoint(question, parts, limit=page.limit + 1)
        summed = await self._sum(question, page, parts)
        rows = await asyncio.to_thread(summed.page, page.after, page.limit + 1)
        return Part(rows, summed.total)

    async def _sum(self, question: Question, page: Page, parts: Sequence[Columns]) -> Summed:
        summed = await asyncio.to_thread(Summed, question, parts)
        if summed.total > page.limit:  # else there is no next page
            self._summed.keep(page.snapshot or "", summed, summed.total)
        return summed

    async def _later_page(self, question: Question, page: Page, snapshot: str) -> Ranked:
        answered = _partitions_of(snapshot)
        missing = tuple(number for number in range(self._partitions) if number not in answered)
        why = ("not in the list that this page is of",) if missing else ()
        part = await self._further(question, page, snapshot, answered)
        return _ranked(question, page, part, Standing(tuple(sorted(answered)), missing, why))

    async def _further(self, question: Question, page: Page, snapshot: str, answered: frozenset[int]) -> Part:
        try:
            summed = self._summed.find(snapshot)
        except SnapshotGone:  # of tallies, or summed by another worker: everybody has kept a part
            return await self._merged(question, page, await self._frozen(question, page, snapshot, answered))
        rows = await asyncio.to_thread(summed.page, page.after, page.limit + 1)
        return Part(rows, summed.total)

    async def _frozen(
        self, question: Question, page: Page, snapshot: str, answered: frozenset[int]
    ) -> list[Any]:
        name = snapshot.partition(_JOINT)[0]
        replies, faults = await self._gathering.further(Further(question, page.limit + 1, name, page.after))
        parts = _one_for_each(replies, answered)
        if parts is None and faults:
            raise NotReady("; ".join(map(str, faults)))
        if parts is None:
            raise SnapshotGone(f"the list {name!r} is no longer kept by the workers that made it")
        return parts

    # --- all others ------------------------------------------------------------------------------------

    async def single(self, table: TableName, key: str, days: DayRange) -> Single:
        """One thing of a table, by day; asked of the worker whose partition it is."""
        owner = partition_of(key, self._partitions)
        gathered = await self._gathering.gather(OneThing(table, key, days), (owner,))
        return Single(gathered.bodies[0], gathered.standing)

    async def by_day(self, filters: Filters, days: DayRange) -> ByDay:
        """The matching events by day."""
        gathered = await self._gathering.gather(Days(filters, days))
        return ByDay(merge_days(gathered.bodies), gathered.standing)

    async def recent(
        self, filters: Filters, days: DayRange, *, limit: int, after: tuple[str, str] | None
    ) -> Recent:
        """Matching events, newest first."""
        # one more than is shown tells whether there is a next page
        gathered = await self._gathering.gather(Events(filters, days, limit + 1, after))
        rows = merge_events(gathered.bodies, limit=limit + 1)
        following = (rows[limit - 1].published_at or "", rows[limit - 1].key) if len(rows) > limit else None
        return Recent(rows[:limit], gathered.standing, following)

    async def event(self, key: str) -> Recent:
        """The event of this key, no row where there is none."""
        article_id = key.rpartition("/")[0]
        owner = partition_of(article_id, self._partitions)
        gathered = await self._gathering.gather(OneEvent(key), (owner,))
        return Recent(merge_events(gathered.bodies, limit=1), gathered.standing)

    async def also_called(self, actor: str) -> Called:
        """How stories name an actor; the words that a worker holds most of come first."""
        gathered = await self._gathering.gather(AlsoCalled(actor))
        names = dict.fromkeys(name for body in gathered.bodies for name in body)
        return Called(tuple(names), gathered.standing)

    async def search(self, words: str, *, limit: int) -> Found:
        """Actors with a name that has these words; most articles first."""
        gathered = await self._gathering.gather(Search(words, limit))
        return Found(merge_found(gathered.bodies, limit=limit), gathered.standing)


_JOINT: Final = "-"


def _told_snapshot(name: str, standing: Standing) -> str:
    """The name that a reader sees: it tells which partitions are in the list."""
    return f"{name}{_JOINT}{'.'.join(map(str, standing.answered))}"


def _partitions_of(snapshot: str) -> frozenset[int]:
    """The partitions that such a name tells; raises SnapshotGone where it is none of ours."""
    try:
        return frozenset(int(number) for number in snapshot.partition(_JOINT)[2].split("."))
    except ValueError as error:
        raise SnapshotGone(f"{snapshot!r} is the name of no list") from error


def _one_for_each(replies: Sequence[Reply], answered: frozenset[int]) -> list[Any] | None:
    """The parts that together are exactly the first page's; None where they are not all there."""
    found: dict[frozenset[int], Any] = {}
    for reply in replies:
        found |= reply.body
    left = set(answered)
    chosen: list[Any] = []
    for partitions, part in sorted(found.items(), key=lambda item: -len(item[0])):
        if partitions <= left:
            left -= partitions
            chosen.append(part)
    return None if left else chosen


def _ranked(question: Question, page: Page, part: Part, standing: Standing) -> Ranked:
    """The page as it is answered; a row more than it has tells that there is a next one."""
    rows, following = part.rows[: page.limit], None
    if len(part.rows) > page.limit:
        following = Page(page.limit, position_of(question, rows[-1]), page.snapshot)
    return Ranked(rows, part.total, standing, following)
