"""Kafka's transactions in memory: logs with open, committed and aborted records, epochs, offsets, compaction.

As in Kafka a commit is decided at one moment and seen partition by partition afterwards, and a producer is
told of the decision, not of the last partition.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from streaming_fakes import Record

Place = tuple[str, int]
Headers = tuple[tuple[str, bytes], ...]


class State(StrEnum):
    OPEN = "open"
    DECIDED = "decided"
    """To be committed, not yet seen everywhere."""
    ENDED = "ended"


class Fenced(Exception):
    """Another producer has taken the transactional id."""


@dataclass(eq=False)
class Transaction:
    """Records at some places and offsets of consumer groups, seen all or none."""

    id: str
    epoch: int
    state: State = State.OPEN
    places: dict[Place, None] = field(default_factory=dict)
    offsets: dict[Place, int] = field(default_factory=dict)
    committed_at: set[Place] = field(default_factory=set)
    aborted: bool = False

    def is_settled_at(self, place: Place) -> bool:
        return self.aborted or place in self.committed_at


@dataclass(frozen=True, slots=True)
class Entry:
    """A record in a log, or a mark of a transaction."""

    offset: int
    record: Record | None
    transaction: Transaction | None = None

    def is_committed_at(self, place: Place) -> bool:
        return self.transaction is None or place in self.transaction.committed_at

    def is_settled_at(self, place: Place) -> bool:
        return self.transaction is None or self.transaction.is_settled_at(place)


@dataclass
class SimulatedKafka:
    """All logs, transactions and committed offsets; the switches take away what Kafka guarantees."""

    fences: bool = True
    completes_on_take_over: bool = True
    logs: dict[Place, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    ends: dict[Place, int] = field(default_factory=lambda: defaultdict(int))
    offsets: dict[Place, int] = field(default_factory=dict)
    epochs: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    transactions: list[Transaction] = field(default_factory=list)

    # --- producers -----------------------------------------------------------------------------------------

    def take_over(self, transactional_id: str) -> int:
        """A new epoch: completes what is decided, and aborts what is open."""
        for transaction in self.transactions:
            if transaction.id != transactional_id:
                continue
            if transaction.state is State.DECIDED and self.completes_on_take_over:
                self._complete(transaction)
            if transaction.state is State.OPEN and self.fences:
                self._abort(transaction)
        self.epochs[transactional_id] += 1
        return self.epochs[transactional_id]

    def begin(self, transactional_id: str, epoch: int) -> Transaction:
        """A new transaction, once the one before is complete; raises Fenced."""
        self._check(transactional_id, epoch)
        for before in self.transactions:
            if (before.id, before.epoch, before.state) == (transactional_id, epoch, State.DECIDED):
                self._complete(before)
        self.transactions.append(Transaction(transactional_id, epoch))
        return self.transactions[-1]

    def send(self, transaction: Transaction, place: Place, record: Record) -> int:
        """Append a record that nobody sees yet, and give its offset; raises Fenced."""
        self._check(transaction.id, transaction.epoch)
        transaction.places[place] = None
        return self.append(place, record, transaction)

    def send_offset(self, transaction: Transaction, place: Place, next_offset: int) -> None:
        """Commit an offset with the transaction; raises Fenced."""
        self._check(transaction.id, transaction.epoch)
        transaction.offsets[place] = next_offset

    def commit(self, transaction: Transaction) -> None:
        """Decide that the transaction is committed; raises Fenced."""
        self._check(transaction.id, transaction.epoch)
        transaction.state = State.DECIDED

    def _check(self, transactional_id: str, epoch: int) -> None:
        if self.fences and epoch < self.epochs[transactional_id]:
            raise Fenced(transactional_id)

    def append(self, place: Place, record: Record | None, transaction: Transaction | None = None) -> int:
        """Append what a producer sends, or a mark; the offset it has got."""
        offset = self.ends[place]
        told = record and replace(record, offset=offset)
        self.logs[place].append(Entry(offset, told, transaction if record else None))
        self.ends[place] += 1
        return offset

    # --- what the broker does by itself --------------------------------------------------------------------

    def show_some(self, draw: random.Random) -> None:
        """One more place, or the offsets, of one decided transaction becomes seen."""
        decided = [each for each in self.transactions if each.state is State.DECIDED]
        if decided:
            self._show_next(draw.choice(decided), draw.choice)

    def complete_all(self) -> None:
        for transaction in self.transactions:
            if transaction.state is State.DECIDED:
                self._complete(transaction)

    def _complete(self, transaction: Transaction) -> None:
        while transaction.state is State.DECIDED:
            self._show_next(transaction, min)

    def _show_next(self, transaction: Transaction, choose: Callable[[list[Place]], Place]) -> None:
        hidden = [place for place in transaction.places if place not in transaction.committed_at]
        waiting = [*hidden, *transaction.offsets]
        if waiting:
            place = choose(waiting)
            if place in transaction.offsets:
                self.offsets[place] = transaction.offsets.pop(place)
            else:
                transaction.committed_at.add(place)
                self.append(place, None)
        if len(waiting) <= 1:
            transaction.state = State.ENDED

    def _abort(self, transaction: Transaction) -> None:
        transaction.state, transaction.aborted = State.ENDED, True
        for place in transaction.places:
            self.append(place, None)

    def compact(self, place: Place) -> None:
        """Keep of each key the last committed record, and what is not yet settled."""
        stable = self.stable_end(place)
        last = {
            entry.record.key: entry.offset
            for entry in self.logs[place]
            if entry.record and entry.offset < stable and entry.is_committed_at(place)
        }
        self.logs[place] = [
            entry
            for entry in self.logs[place]
            if entry.offset >= stable or (entry.record and last.get(entry.record.key) == entry.offset)
        ]

    def forget_offset(self, place: Place) -> None:
        """The group was away for too long."""
        self.offsets.pop(place, None)

    # --- consumers -----------------------------------------------------------------------------------------

    def stable_end(self, place: Place) -> int:
        """Where readers of committed records stop: at the first record of an unsettled transaction."""
        unsettled = (entry.offset for entry in self.logs[place] if not entry.is_settled_at(place))
        return next(unsettled, self.ends[place])

    def read(
        self, place: Place, position: int, *, most: int | None = None, uncommitted: bool = False
    ) -> tuple[list[Record], int]:
        """Records from a position on, and the position after them; the end may be that of marks only."""
        end = self.ends[place] if uncommitted else self.stable_end(place)
        found = [
            entry.record
            for entry in self.logs[place]
            if position <= entry.offset < end
            and entry.record
            and (uncommitted or entry.is_committed_at(place))
        ]
        if most is not None and len(found) > most:
            return found[:most], found[most - 1].offset + 1
        return found, max(end, position)

    def committed(self) -> Mapping[Place, int]:
        """The committed offsets."""
        return self.offsets
