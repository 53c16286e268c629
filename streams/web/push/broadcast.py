"""One tail, one look at each watch and one status for all readers of a worker."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Final

from streams.metrics import Metrics
from streams.web.answers import Answers, NotReady
from streams.web.api.problems import refuse
from streams.web.api.shapes import event_item
from streams.web.pipeline import PipelineBusy
from streams.web.push.asked import Asked
from streams.web.push.background import begin
from streams.web.push.catching_up import CatchingUp
from streams.web.push.log import Log, LogUnreachable
from streams.web.push.messages import RETRY_MS, Kind, encoded, framed
from streams.web.push.offsets import Cursor, Place
from streams.web.push.outbox import Ending, Outbox
from streams.web.push.readers import Reader, Readers
from streams.web.push.response import SPACING_SECONDS, StreamResponse
from streams.web.push.tail import Sleep, Tail
from streams.web.push.watches import MOST_A_WORKER, Watches

Status = Callable[[], Awaitable[object]]
"""The state of the service, as /v1/status tells it."""

MOST_READERS: Final = 1000
SENT_A_SECOND: Final = 4000
"""So often at most is written to readers, all together: more of them wait a little longer for each other's
messages, so that they leave the pipeline its share of the interpreter."""

STATUS_SECONDS: Final = 2.0
LINGER_SECONDS: Final = 30.0
"""For so long after the last reader the tail reads on: who reloads a page comes back."""

CLOSE_SECONDS: Final = 0.5
SEEN_SECONDS: Final = 10.0
"""For so long a replayed event may still be on its way through the tail."""


class Broadcast:
    """All streams of a worker; lives in the event loop that serves them, and starts with the first."""

    def __init__(
        self,
        *,
        answers: Answers,
        changelog: Log,
        status: Status,
        metrics: Metrics,
        most_readers: int = MOST_READERS,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._answers, self._status, self._metrics, self._sleep = answers, status, metrics, sleep
        self._most_readers = most_readers
        self._readers = Readers(self._count)
        self._open: dict[Reader, Asked] = {}
        self._watches = Watches(answers, self._tell_change, failed=self._end_all, sleep=sleep)
        self._tail = Tail(
            changelog, self._readers, moved=self._watches.moved, failed=self._end_all, sleep=sleep
        )
        self._catching_up = CatchingUp(changelog, self._tail, self._readers, sleep=sleep)
        self._beginning = asyncio.Lock()
        self._asking_status = asyncio.Lock()
        self._pulse: asyncio.Task[None] | None = None
        self._last_status = b""
        self._left = asyncio.Event()
        self._closed = False

    # --- readers come and go ---------------------------------------------------------------------------

    async def open(self, asked: Asked) -> StreamResponse:
        """A stream for one more reader; raises Refused where there can be none."""
        self._check_room(asked)
        reader = Reader(asked.interest if asked.events else None, Outbox(), None, asked.status)
        self._open[reader] = asked
        try:
            await self._begin(asked.after)
        except BaseException as error:
            del self._open[reader]
            if isinstance(error, LogUnreachable):
                raise refuse("not-ready", str(error)) from error
            raise
        self._metrics.stream_readers.set(len(self._open))
        reader.cursor = Cursor(asked.after or self._tail.cursor.place)
        return StreamResponse(
            reader.outbox,
            self._serve(reader, asked),
            lambda why: self._leave(reader, why),
            spacing=self._spacing,
        )

    def _spacing(self) -> float:
        return max(SPACING_SECONDS, len(self._open) / SENT_A_SECOND)

    def _check_room(self, asked: Asked) -> None:
        if self._closed:
            raise refuse("not-ready", "this worker stops; ask another one")
        if len(self._open) >= self._most_readers:
            self._metrics.stream_dropped.labels(Ending.LIMIT.value).inc()
            raise refuse("busy", f"{self._most_readers} streams are open on this worker, and no more may be")
        if asked.watches and len(self._watches) + len(asked.watches) > MOST_A_WORKER:
            raise refuse("busy", f"{MOST_A_WORKER} watches are kept by this worker, and no more may be")

    def _leave(self, reader: Reader, why: Ending) -> None:
        asked = self._open.pop(reader)
        self._readers.remove(reader)
        self._watches.remove(reader, asked.watches)
        self._metrics.stream_readers.set(len(self._open))
        self._metrics.stream_dropped.labels(why.value).inc()
        if not self._open:
            self._left.set()

    async def close(self) -> None:
        """End every stream, and read no more."""
        self._closed = True
        self._left.clear()
        self._end_all()
        if self._pulse:
            self._pulse.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._tail.stop()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS if self._open else 0):
                await self._left.wait()

    def _end_all(self) -> None:
        """Let every reader come again: to another worker, or to this one once it is whole."""
        for reader in self._open:
            reader.outbox.end(Ending.SHUTDOWN)

    # --- what runs while somebody reads ----------------------------------------------------------------

    async def _begin(self, after: Place | None) -> None:
        async with self._beginning:
            await self._tail.start(after)
            if self._pulse is None or self._pulse.done():
                self._pulse = begin(self._beat(), self._end_all)

    async def _beat(self) -> None:
        """Tell the state of the service; end the tail when nobody has read for a while."""
        idle_seconds = 0.0
        while True:
            await self._sleep(STATUS_SECONDS)
            idle_seconds = 0.0 if self._open else idle_seconds + STATUS_SECONDS
            await self._tell_status()
            if idle_seconds < LINGER_SECONDS:
                continue
            async with self._beginning:
                if not self._open:
                    await self._tail.stop()
                    self._pulse = None
                    return

    async def _tell_status(self) -> None:
        wanting = [reader for reader in self._open if reader.wants_status and reader.greeted]
        self._last_status = await self._asked_status() if wanting else b""
        if self._last_status:
            self._give(Kind.STATUS, self._last_status, wanting)

    async def _asked_status(self) -> bytes:
        try:
            return encoded(await self._status())
        except (NotReady, PipelineBusy, TimeoutError):
            return b""

    async def _serve(self, reader: Reader, asked: Asked) -> None:
        """Greet a reader, and bring it to where the tail tells it all."""
        self._greet(reader, resumed=asked.after is not None)
        if asked.status:
            await self._tell_first_status(reader)
        self._watches.add(reader, asked.watches)
        if asked.replay and asked.events and not asked.after:
            await self._replay(reader, asked)
        await self._catching_up.bring(reader)
        if reader.seen:
            await self._sleep(SEEN_SECONDS)
            reader.seen = frozenset()

    def _greet(self, reader: Reader, *, resumed: bool) -> None:
        place = str(reader.cursor.place) if reader.cursor else ""
        reader.outbox.put(
            framed(Kind.START, encoded({"resumed": resumed}), event_id=place, retry_ms=RETRY_MS)
        )
        self._count(Kind.START, 1)

    async def _tell_first_status(self, reader: Reader) -> None:
        async with self._asking_status:
            self._last_status = self._last_status or await self._asked_status()
        reader.greeted = True
        if self._last_status:
            self._give(Kind.STATUS, self._last_status, [reader])

    async def _replay(self, reader: Reader, asked: Asked) -> None:
        try:
            recent = await self._answers.recent(
                asked.interest.filters, asked.interest.days, limit=asked.replay, after=None
            )
        except NotReady:
            return
        for row in reversed(recent.rows):
            reader.outbox.put(framed(Kind.EVENT, encoded(event_item(row))))
        reader.seen = frozenset(row.key for row in recent.rows)
        self._count(Kind.EVENT, len(recent.rows))

    def _tell_change(self, data: bytes, to: Iterable[Reader]) -> None:
        self._give(Kind.CHANGE, data, [*to])

    def _give(self, kind: Kind, data: bytes, to: list[Reader]) -> None:
        self._readers.give(kind, data, to, self._tail.cursor)

    def _count(self, kind: Kind, messages: int) -> None:
        self._metrics.stream_messages.labels(kind.value).inc(messages)
