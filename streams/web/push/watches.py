"""Watches: answers that are asked for again when the ledger has moved, and told where they differ."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from schemas.plover import EventType
from schemas.tally import TableName
from streams.counting.questions import NO_FILTERS, ListName, Question
from streams.index.parts import SnapshotGone
from streams.web.answers import Answers, NotReady, Page, Standing
from streams.web.api.shapes import partitions, ranked_items, thing_item
from streams.web.api.things import type_by_day
from streams.web.push.background import begin
from streams.web.push.messages import encoded
from streams.web.push.readers import Reader
from streams.web.push.tail import Sleep
from streams.web.push.told import Interest

MOST_A_READER: Final = 20
MOST_A_WORKER: Final = 2000
TOP_ROWS: Final = 20
ASKED_EVERY_SECONDS: Final = 1.0
ASKED_AT_ONCE: Final = 8

_LOOKS: Final = 3
"""Tallies are applied a moment after the ledger has moved: the last look is two seconds after it."""


class Watched(StrEnum):
    """What can be watched."""

    ACTOR = "actor"
    PAIR = "pair"
    TYPE = "type"
    TOP = "top"


@dataclass(frozen=True, slots=True)
class Watch:
    """What one reader, or several, want to see change; `text` is how they name it."""

    kind: Watched
    name: str
    interest: Interest

    @property
    def text(self) -> str:
        """How readers name it."""
        return f"{self.kind.value}:{self.name}"


def watch_of(kind: Watched, name: str, interest: Interest) -> Watch:
    """A watch; the stream's filters are for lists alone."""
    if kind is not Watched.TOP:
        interest = replace(interest, filters=NO_FILTERS)
    return Watch(kind, name, interest)


async def look(answers: Answers, watch: Watch) -> dict[str, Any]:
    """The present answer, as `change` tells it; raises NotReady."""
    if watch.kind is Watched.TOP:
        return await _top(answers, watch)
    item: dict[str, Any] | None
    if watch.kind is Watched.TYPE:
        item, standing = await _type(answers, watch)
    else:
        item, standing = await _thing(answers, watch)
    return {"watch": watch.text, "item": item, "partitions": partitions(standing)}


async def _top(answers: Answers, watch: Watch) -> dict[str, Any]:
    question = Question(ListName(watch.name), watch.interest.days, watch.interest.filters)
    ranked = await answers.ranked(question, Page(limit=TOP_ROWS))
    items = ranked_items(question, ranked.rows)
    return {"watch": watch.text, "items": items, "partitions": partitions(ranked.standing)}


async def _thing(answers: Answers, watch: Watch) -> tuple[dict[str, Any] | None, Standing]:
    table = TableName.ACTORS if watch.kind is Watched.ACTOR else TableName.PAIRS
    single = await answers.single(table, watch.name, watch.interest.days)
    item = thing_item(ListName(table.value), single.thing) if single.thing else None
    return item, single.standing


async def _type(answers: Answers, watch: Watch) -> tuple[dict[str, Any] | None, Standing]:
    thing, standing = await type_by_day(answers, EventType(watch.name), watch.interest.days)
    item = thing_item(ListName.EVENT_TYPES, thing)
    return (item if item["counters"] else None), standing


@dataclass(eq=False)
class _Shared:
    """One watch with all who watch it."""

    readers: set[Reader] = field(default_factory=set)
    data: bytes = b""
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None


class Watches:
    """Looks for all readers of a worker, once for those that watch the same."""

    def __init__(
        self,
        answers: Answers,
        tell: Callable[[bytes, Iterable[Reader]], None],
        *,
        failed: Callable[[], None] = lambda: None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._answers, self._tell, self._failed, self._sleep = answers, tell, failed, sleep
        self._shared: dict[Watch, _Shared] = {}
        self._asking = asyncio.Semaphore(ASKED_AT_ONCE)

    def __len__(self) -> int:
        return len(self._shared)

    def add(self, reader: Reader, watches: Iterable[Watch]) -> None:
        """Tell this reader the present answers, and each one that differs from the last."""
        for watch in watches:
            shared = self._shared.get(watch)
            if shared is None:
                shared = self._shared[watch] = _Shared()
                shared.moved.set()
                shared.task = begin(self._keep_looking(watch, shared), self._failed)
            shared.readers.add(reader)
            if shared.data:
                self._tell(shared.data, [reader])

    def remove(self, reader: Reader, watches: Iterable[Watch]) -> None:
        """Look for this reader no more."""
        for watch in watches:
            if shared := self._shared.get(watch):
                shared.readers.discard(reader)
                if not shared.readers and shared.task:
                    shared.task.cancel()
                    del self._shared[watch]

    def moved(self) -> None:
        """The ledger has moved: look again, soon and once more when tallies are applied."""
        for shared in self._shared.values():
            shared.moved.set()

    async def _keep_looking(self, watch: Watch, shared: _Shared) -> None:
        while True:
            await shared.moved.wait()
            looks = _LOOKS
            while looks:
                if shared.moved.is_set():
                    shared.moved.clear()
                    looks = _LOOKS
                looks -= 1
                if not await self._look(watch, shared):
                    looks = _LOOKS
                await self._sleep(ASKED_EVERY_SECONDS)

    async def _look(self, watch: Watch, shared: _Shared) -> bool:
        """Ask, and tell what differs; False where nothing can be answered now."""
        async with self._asking:
            try:
                data = encoded(await look(self._answers, watch))
            except (NotReady, SnapshotGone):
                return False
        if data != shared.data:
            shared.data = data
            self._tell(data, tuple(shared.readers))
        return True
