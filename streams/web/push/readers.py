"""Who reads: each with its own outbox, and its own place in the changelog while the tail is elsewhere."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from streams.web.push.log import LedgerRecord, Read
from streams.web.push.messages import Kind, encoded, framed
from streams.web.push.offsets import Cursor
from streams.web.push.outbox import Outbox
from streams.web.push.told import Interest, Message

Count = Callable[[Kind, int], None]
"""Told of each kind how many messages were given."""

GAP: Final = encoded({"why": "records are gone, or never were; the stream goes on from what there is"})


@dataclass(eq=False)
class Reader:
    """One open stream. Without an interest it has no events; without a cursor it is where the tail is."""

    interest: Interest | None
    outbox: Outbox
    cursor: Cursor | None
    wants_status: bool = True
    greeted: bool = False
    """Whether it has had the state of the service once, and is told it with all others."""
    seen: frozenset[str] = field(default=frozenset())
    """Keys of events that it was shown before it began to read."""

    def take(self, record: LedgerRecord, messages: tuple[Message, ...]) -> Iterator[Kind]:
        """Be told a record that the tail has told, or will tell, to others; the kinds of what it is given."""
        cursor = self.cursor
        if cursor is None or cursor.has_passed(record.partition, record.offset):
            return
        told = cursor.told_of(record.partition, record.offset)
        for number, message in enumerate(messages[told:], start=told + 1):
            move(cursor, record, number, of=len(messages))
            if self._is_to_have(message):
                self.outbox.put(framed(message.kind, message.data(), event_id=str(cursor.place)))
                yield message.kind
        cursor.move_to(record.partition, record.offset + 1)

    def skip_to(self, read: Read) -> None:
        """Go on to where a partition is read on; hear of it where records are lost."""
        if self.cursor is None:
            return
        if read.lost or not self.cursor.has_passed(read.partition, read.next_offset):
            self.cursor.move_to(read.partition, read.next_offset)
        if read.lost:
            self.outbox.put(framed(Kind.GAP, GAP, event_id=str(self.cursor.place)))

    def _is_to_have(self, message: Message) -> bool:
        return (
            self.interest is not None
            and not (self.seen and message.key in self.seen)
            and message.is_for(self.interest)
        )


def move(cursor: Cursor, record: LedgerRecord, number: int, *, of: int) -> None:
    """Move on to where so many of a record's messages are told."""
    if number < of:
        cursor.move_within(record.partition, record.offset, number)
    else:
        cursor.move_to(record.partition, record.offset + 1)


class Readers:
    """All readers that the tail tells; those that want the same are asked, and written for, once."""

    def __init__(self, count: Count = lambda *_: None) -> None:
        self._count = count
        self._in_step: dict[Interest | None, set[Reader]] = {}
        self._ahead: set[Reader] = set()

    @property
    def want_events(self) -> bool:
        """Whether anybody wants any event."""
        interests = (*self._in_step, *(reader.interest for reader in self._ahead))
        return any(interest is not None for interest in interests)

    def add(self, reader: Reader, tail: Cursor) -> None:
        """Tell this reader what the tail reads from now on, as far as it has not been told."""
        self._ahead.add(reader)
        self._let_in_step(reader, tail)

    def remove(self, reader: Reader) -> None:
        """Tell it nothing more."""
        self._ahead.discard(reader)
        if same := self._in_step.get(reader.interest):
            same.discard(reader)
            if not same:
                del self._in_step[reader.interest]

    def bring(self, reader: Reader, record: LedgerRecord, messages: tuple[Message, ...]) -> None:
        """Tell a record to one reader that has its own place."""
        for kind in reader.take(record, messages):
            self._count(kind, 1)

    def bring_to(self, reader: Reader, read: Read) -> None:
        """Let one reader that has its own place go on to where a partition is read on."""
        reader.skip_to(read)
        self._count(Kind.GAP, read.lost)

    def tell(self, record: LedgerRecord, messages: tuple[Message, ...], tail: Cursor) -> None:
        """Tell a record to all, and move the tail over it."""
        for reader in self._ahead:
            self.bring(reader, record, messages)
        for number, message in enumerate(messages, start=1):
            move(tail, record, number, of=len(messages))
            self._tell_in_step(message, tail)
        tail.move_to(record.partition, record.offset + 1)

    def _tell_in_step(self, message: Message, tail: Cursor) -> None:
        frame = b""
        for interest, readers in self._in_step.items():
            if interest is None or not message.is_for(interest):
                continue
            frame = frame or framed(message.kind, message.data(), event_id=str(tail.place))
            for reader in readers:
                reader.outbox.put(frame)
            self._count(message.kind, len(readers))

    def skip_to(self, read: Read, tail: Cursor) -> None:
        """Go on to where a partition is read on."""
        tail.move_to(read.partition, read.next_offset)
        if read.lost:
            self.give(Kind.GAP, GAP, [*chain.from_iterable(self._in_step.values())], tail)
        for reader in tuple(self._ahead):
            self.bring_to(reader, read)
            self._let_in_step(reader, tail)

    def give(self, kind: Kind, data: bytes, to: Collection[Reader], tail: Cursor) -> None:
        """Give these readers a message that is of no record; its id is where each of them is."""
        shared = framed(kind, data, event_id=str(tail.place)) if to else b""
        for reader in to:
            own = reader.cursor and framed(kind, data, event_id=str(reader.cursor.place))
            reader.outbox.put(own or shared)
        self._count(kind, len(to))

    def _let_in_step(self, reader: Reader, tail: Cursor) -> None:
        own = reader.cursor
        if own and not (own.is_between_records and tail.is_at_or_after(own.offsets) and not reader.seen):
            return
        reader.cursor = None
        self._ahead.discard(reader)
        self._in_step.setdefault(reader.interest, set()).add(reader)
