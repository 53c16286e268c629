"""The end of the ledger's changelog: read once a worker, while somebody reads a stream, and told to all."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Final

import structlog

from streams.web.push.background import begin
from streams.web.push.log import LedgerRecord, Log, LogUnreachable, Read
from streams.web.push.offsets import Cursor, Offsets, Place
from streams.web.push.readers import Reader, Readers
from streams.web.push.told import may_tell, messages_of

log = structlog.get_logger(__name__)

KEPT_RECORDS: Final = 2000
KEPT_BYTES: Final = 32 * 1024 * 1024
_RETRY_SECONDS: Final = 1.0

Sleep = Callable[[float], Awaitable[None]]


class Tail:
    """Reads on from a place, tells readers, and keeps the last records for those that come back."""

    def __init__(
        self,
        changelog: Log,
        readers: Readers,
        *,
        moved: Callable[[], None] = lambda: None,
        failed: Callable[[], None] = lambda: None,
        kept_records: int = KEPT_RECORDS,
        kept_bytes: int = KEPT_BYTES,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._log, self._readers, self._sleep = changelog, readers, sleep
        self._moved, self._failed = moved, failed
        self._kept_records, self._kept_bytes = kept_records, kept_bytes
        self._kept: deque[LedgerRecord] = deque()
        self._bytes = 0
        self._floor: list[int] = []
        self.cursor = Cursor(Place(()))
        self._task: asyncio.Task[None] | None = None

    @property
    def runs(self) -> bool:
        """Whether it reads."""
        return self._task is not None and not self._task.done()

    async def start(self, wanted: Place | None) -> None:
        """Read from now on, or from a place not long before that somebody wants.

        Raises LogUnreachable. To be called by one at a time.
        """
        if self.runs:
            return
        ends = await self._log.ends()
        self._begin_at(wanted.offsets if wanted and self._is_near(wanted.offsets, ends) else ends)
        self._task = begin(self._run(), self._failed)

    def _is_near(self, wanted: Offsets, ends: Offsets) -> bool:
        behind = [end - offset for offset, end in zip(wanted, ends, strict=True)]
        return min(behind) >= 0 and sum(behind) <= self._kept_records

    async def stop(self) -> None:
        """Read no more, and forget what was read."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        self._begin_at(self.cursor.offsets)

    def _begin_at(self, offsets: Offsets) -> None:
        self.cursor = Cursor(Place(offsets))
        self._floor = list(offsets)
        self._kept.clear()
        self._bytes = 0

    # --- for those that come back ----------------------------------------------------------------------

    def covers(self, cursor: Cursor) -> bool:
        """Whether all records from there on are kept, or still to come."""
        return cursor.is_at_or_after(tuple(self._floor))

    def kept_after(self, cursor: Cursor, *, most: int) -> list[LedgerRecord]:
        """The first kept records that are not told there."""
        found = []
        for record in self._kept:
            if not cursor.has_passed(record.partition, record.offset):
                found.append(record)
                if len(found) == most:
                    break
        return found

    def join(self, reader: Reader) -> None:
        """Tell this reader all that comes; nothing that is kept may be left to tell it."""
        self._readers.add(reader, self.cursor)

    # --- reading ---------------------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            try:
                async with aclosing(self._log.follow(self.cursor.offsets)) as reading:
                    async for reads in reading:
                        for read in reads:
                            self._take(read)
                        await asyncio.sleep(0)
            except LogUnreachable as error:
                log.warning("streams wait for the ledger's changelog", error=str(error))
                await self._sleep(_RETRY_SECONDS)

    def _take(self, read: Read) -> None:
        for record in read.records:
            if self.cursor.has_passed(record.partition, record.offset):
                continue
            messages = messages_of(record) if self._readers.want_events else ()
            self._readers.tell(record, messages, self.cursor)
            if may_tell(record):
                self._keep(record)
        if read.lost:
            self._forget_kept(read)
        self._readers.skip_to(read, self.cursor)
        if read.records:
            self._moved()

    def _keep(self, record: LedgerRecord) -> None:
        self._kept.append(record)
        self._bytes += _size(record)
        while len(self._kept) > self._kept_records or self._bytes > self._kept_bytes:
            oldest = self._kept.popleft()
            self._bytes -= _size(oldest)
            self._floor[oldest.partition] = oldest.offset + 1

    def _forget_kept(self, read: Read) -> None:
        """What was read of this partition may be of a log that is no more."""
        self._kept = deque(record for record in self._kept if record.partition != read.partition)
        self._bytes = sum(map(_size, self._kept))
        self._floor[read.partition] = read.next_offset


def _size(record: LedgerRecord) -> int:
    return len(record.key) + len(record.value or b"")
