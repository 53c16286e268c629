"""How a reader gets from its own place to the tail: out of what the tail has kept, else out of Kafka."""

import asyncio
from contextlib import aclosing, suppress
from typing import Final

from streams.web.push.log import Log, LogUnreachable, Read
from streams.web.push.offsets import Cursor
from streams.web.push.readers import Reader, Readers
from streams.web.push.tail import Sleep, Tail
from streams.web.push.told import messages_of

CONSUMERS: Final = 16
"""How many may read Kafka for themselves at once."""

TURN_SECONDS: Final = 10.0
"""After so long who catches up lets another have the turn."""

RECORDS_AT_ONCE: Final = 50
_TAIL_SECONDS: Final = 1.0
_RETRY_SECONDS: Final = 1.0


class CatchingUp:
    """Brings readers to the tail without a gap and without telling anything twice."""

    def __init__(self, changelog: Log, tail: Tail, readers: Readers, *, sleep: Sleep = asyncio.sleep) -> None:
        self._log, self._tail, self._readers, self._sleep = changelog, tail, readers, sleep
        self._turns = asyncio.Semaphore(CONSUMERS)

    async def bring(self, reader: Reader) -> None:
        """Return when the tail tells this reader all that it has not been told."""
        if reader.cursor:
            await self._turn_back(reader, reader.cursor)
        while reader.cursor and not reader.outbox.ending:
            if not self._tail.covers(reader.cursor):
                await self._read_for(reader, reader.cursor)
            elif not await self._tell_kept(reader, reader.cursor):
                break
        if not reader.outbox.ending:
            self._tail.join(reader)  # nothing awaits between this and the look at what is kept

    async def _turn_back(self, reader: Reader, cursor: Cursor) -> None:
        """A place after the end of the log is of another log: go on at the end."""
        if not self._tail.cursor.is_at_or_after(cursor.offsets):
            await self._sleep(_TAIL_SECONDS)  # another worker's tail may have been some records ahead
        if self._tail.cursor.is_at_or_after(cursor.offsets):
            return
        with suppress(LogUnreachable):
            for partition, end in enumerate(await self._log.ends()):
                if cursor.offsets[partition] > end:
                    self._readers.bring_to(reader, Read(partition, (), end, lost=True))

    async def _tell_kept(self, reader: Reader, cursor: Cursor) -> bool:
        """Tell some of what is kept; False where there is nothing."""
        records = self._tail.kept_after(cursor, most=RECORDS_AT_ONCE)
        for record in records:
            self._readers.bring(reader, record, messages_of(record))
        if records:
            await reader.outbox.room()
            await asyncio.sleep(0)
        return bool(records)

    async def _read_for(self, reader: Reader, cursor: Cursor) -> None:
        try:
            async with self._turns:
                with suppress(TimeoutError):
                    async with asyncio.timeout(TURN_SECONDS):
                        await self._read_until_kept(reader, cursor)
        except LogUnreachable:
            await self._sleep(_RETRY_SECONDS)

    async def _read_until_kept(self, reader: Reader, cursor: Cursor) -> None:
        async with aclosing(self._log.follow(cursor.offsets)) as reading:
            async for reads in reading:
                for read in reads:
                    for record in read.records:
                        self._readers.bring(reader, record, messages_of(record))
                    self._readers.bring_to(reader, read)
                    await reader.outbox.room()
                if reader.outbox.ending or self._tail.covers(cursor):
                    return
