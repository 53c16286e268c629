"""The tables in state: committed values in stores, what is not yet committed in memory beside them."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, TypeVar

from schemas.counts import DayCounts
from schemas.ledger import LedgerEntry
from schemas.tally import TableName
from schemas.wire import decode, encode
from streams.delivery import Outgoing
from streams.index.following import CountsFollower, LedgerFollower
from streams.index.index import Index
from streams.kafka_topics import Catalogue
from streams.state import MemoryStores, Store, Stores
from streams.state.decoded import Decoded
from streams.state.store import RESERVED

V = TypeVar("V", LedgerEntry, DayCounts)

POSITION_KEY: Final = RESERVED + b"position"
"""The changelog key that tells how far the input partition has been processed."""


class Observer(Protocol):
    """Hears what one table has committed, from the thread that commits, recovers, opens or closes it."""

    def opened(self, partition: int, store: Store) -> None:
        """A store was opened, with what an earlier process left in it."""

    def changed(self, partition: int, changes: Mapping[bytes, bytes | None]) -> None:
        """The store has taken these values; None removes."""

    def closed(self, partition: int) -> None:
        """The store is about to be closed."""


class _Nobody:
    """Hears nothing."""

    def opened(self, partition: int, store: Store) -> None: ...

    def changed(self, partition: int, changes: Mapping[bytes, bytes | None]) -> None: ...

    def closed(self, partition: int) -> None: ...


NOBODY: Final = _Nobody()


@dataclass
class _Put(Generic[V]):
    """A value whose transaction has not committed; None removes the key."""

    value: V | None
    record: Outgoing | None = None


class Values(Generic[V]):
    """One changelog partition's values: a committed prefix in the store, later ones in memory."""

    def __init__(
        self, changelog: str, partition: int, kind: type[V], stores: Stores, observer: Observer = NOBODY
    ) -> None:
        self.changelog, self.partition = changelog, partition
        self._kind: type[V] = kind
        self._stores, self._observer = stores, observer
        self._puts: dict[bytes, _Put[V]] = {}
        self._decoded: Decoded[V] = Decoded()
        self.store: Store = self._open()
        self.recovering = False

    def _open(self) -> Store:
        store = self._stores.open(self.changelog, self.partition)
        self._observer.opened(self.partition, store)
        return store

    def value(self, key: bytes) -> V | None:
        """The present value of a key, None where there is none."""
        if put := self._puts.get(key):
            return put.value
        if (value := self._decoded.get(key)) is not None:
            return value
        raw = self.store.get(key)
        if raw is None:
            return None
        value = decode(self._kind, raw)
        self._decoded.put(key, value)
        return value

    def put(self, key: bytes, value: V | None) -> None:
        """Set a value, or remove it; the store takes it once it is committed."""
        self._puts[key] = _Put(value)

    def record(self, key: bytes) -> Outgoing:
        """The changelog record of the present value."""
        put = self._puts.get(key)
        if put and put.record:
            return put.record
        value = put.value if put else self.value(key)
        raw = None if value is None else encode(value)
        record = Outgoing(self.changelog, key, raw, self.partition)
        if put:
            put.record = record
        return record

    def committed(self, records: Sequence[Outgoing], *, end: int, as_of: float) -> None:
        """Take what a transaction has written into the store; what was put after it stays in memory."""
        if self.recovering or end <= (self.store.position or 0):
            return  # recovery reads it, or has read it, from the changelog
        self._apply({record.key or b"": record.value for record in records}, position=end, as_of=as_of)
        for record in records:
            self._settle(record)

    def restore(self, changes: Mapping[bytes, bytes | None], *, position: int, as_of: float) -> None:
        """Take consecutive changelog records, as recovery reads them, into the store."""
        self._apply(changes, position=position, as_of=as_of)

    def _apply(self, changes: Mapping[bytes, bytes | None], *, position: int, as_of: float) -> None:
        self.store.apply(changes, position=position, as_of=as_of)
        for key in changes:
            self._decoded.forget(key)
        self._observer.changed(self.partition, changes)

    def _settle(self, record: Outgoing) -> None:
        key = record.key or b""
        put = self._puts.get(key)
        # The same record, not an equal one: a value may come back after another one (A, B, A).
        if put is None or put.record is not record:
            return
        del self._puts[key]
        if put.value is not None:
            self._decoded.put(key, put.value)

    def discard_uncommitted(self) -> None:
        """Forget what was put and is not committed."""
        self._puts.clear()

    def start_anew(self) -> None:
        """Forget everything, on the disk too: the changelog is read from its first record."""
        self._observer.closed(self.partition)
        self.store.drop()
        self.discard_uncommitted()
        self._decoded.clear()
        self.store = self._open()

    def close(self) -> None:
        """Let go of the store; what is on a disk stays there."""
        self._observer.closed(self.partition)
        self.store.close()

    def items(self, prefix: bytes = b"") -> Iterator[tuple[bytes, V]]:
        """Keys that begin so and their present values."""
        for key, raw in self.store.items(prefix):
            if key not in self._puts:
                yield key, self._read(key, raw)
        for key, put in self._puts.items():
            if put.value is not None and key.startswith(prefix):
                yield key, put.value

    def _read(self, key: bytes, raw: bytes) -> V:
        if (value := self._decoded.get(key)) is not None:
            return value
        return decode(self._kind, raw)

    def __len__(self) -> int:
        changed = sum(
            (put.value is not None) - (self.store.get(key) is not None) for key, put in self._puts.items()
        )
        return len(self.store) + changed


class Table(Generic[V]):
    """One table's values by partition and raw key."""

    def __init__(
        self, changelog: str, kind: type[V], stores: Stores | None = None, observer: Observer = NOBODY
    ) -> None:
        self.changelog = changelog
        self._kind: type[V] = kind
        self._stores = stores or MemoryStores()
        self._observer = observer
        self._partitions: dict[int, Values[V]] = {}

    def of_partition(self, partition: int) -> Values[V]:
        """The values of a partition, opened where they are not open."""
        if partition not in self._partitions:
            self._partitions[partition] = Values(
                self.changelog, partition, self._kind, self._stores, self._observer
            )
        return self._partitions[partition]

    def begin_recovery(self, partition: int) -> Values[V]:
        """The committed values of a partition, which take no commits until they are read to the end."""
        values = self.of_partition(partition)
        values.recovering = True
        values.discard_uncommitted()
        return values

    def value(self, partition: int, key: bytes) -> V | None:
        """The value of a key, None where there is none."""
        values = self._partitions.get(partition)
        return None if values is None else values.value(key)

    def put(self, partition: int, key: bytes, value: V) -> None:
        """Set a value; `changelog_record` is what must be sent for it."""
        self.of_partition(partition).put(key, value)

    def remove(self, partition: int, key: bytes) -> None:
        """Remove a key; its changelog record is then a tombstone."""
        self.of_partition(partition).put(key, None)

    def changelog_record(self, partition: int, key: bytes) -> Outgoing:
        """The changelog record of a key's present value; `committed` wants this very object again."""
        return self.of_partition(partition).record(key)

    def committed(self, partition: int, records: Sequence[Outgoing], *, end: int, as_of: float) -> None:
        """Take what a transaction has written; nothing where the partition is no longer held."""
        values = self._partitions.get(partition)
        if values is not None:  # one without keys is false
            values.committed(records, end=end, as_of=as_of)

    def told_position(self, partition: int) -> int | None:
        """The input offset to go on at, as the changelog tells it; None where it does not."""
        values = self._partitions.get(partition)
        raw = None if values is None else values.store.get(POSITION_KEY)
        return None if raw is None else int(raw)

    def close_all_but(self, partitions: frozenset[int]) -> None:
        """Let go of every other partition: another worker may hold it."""
        for partition in self._partitions.keys() - partitions:
            self._partitions.pop(partition).close()

    def items(self, partitions: frozenset[int], *, prefix: bytes = b"") -> Iterator[tuple[bytes, V]]:
        """Keys of these partitions that begin so, and their values: no others are decoded."""
        for partition in partitions:
            values = self._partitions.get(partition)
            if values is not None:
                yield from values.items(prefix)

    def __len__(self) -> int:
        return sum(len(values) for values in self._partitions.values())


@dataclass
class RecoveryState:
    """How far recovery is and what it had to throw away, for metrics and health."""

    running: bool = False
    remaining_records: int = 0
    total_records: int = 0
    discarded_stores: int = 0
    corrupt_stores: int = 0
    seconds: float = 0.0
    """How long the last one took, with the filling of the query index."""


class Tables:
    """The ledger and the tables of counted things, with the Kafka topics that feed them."""

    def __init__(
        self,
        catalogue: Catalogue,
        stores: Stores | None = None,
        *,
        now: Callable[[], float] = time.time,
        index: Index | None = None,
    ) -> None:
        self._catalogue = catalogue
        self.stores: Stores = stores or MemoryStores()
        self.now = now
        self.index = Index() if index is None else index
        self.ledger = Table(
            catalogue.ledger_changelog, LedgerEntry, self.stores, LedgerFollower(index) if index else NOBODY
        )
        self.counts = {
            name: Table(
                catalogue.table_changelog(name),
                DayCounts,
                self.stores,
                CountsFollower(index, name) if index else NOBODY,
            )
            for name in TableName
        }
        self.recovery = RecoveryState()

    def sizes(self) -> tuple[tuple[str, int], ...]:
        """How many keys each table holds."""
        return (
            ("ledger", len(self.ledger)),
            *((name.value, len(table)) for name, table in self.counts.items()),
        )

    @property
    def sources(self) -> tuple[str, str]:
        """The Kafka topics that feed tables."""
        return self._catalogue.coded, self._catalogue.tallies

    def fed_by(self, kafka_topic: str) -> tuple[Table[Any], ...]:
        """The tables whose partitions go with those of this Kafka topic; the first tells positions."""
        if kafka_topic == self._catalogue.coded:
            return (self.ledger,)
        if kafka_topic == self._catalogue.tallies:
            return tuple(self.counts.values())
        return ()

    def position_record(self, kafka_topic: str, partition: int, next_offset: int) -> Outgoing | None:
        """The record that tells inside a changelog, and so in the same transaction, how far its input is."""
        tables = self.fed_by(kafka_topic)
        if not tables:
            return None
        return Outgoing(tables[0].changelog, POSITION_KEY, str(next_offset).encode(), partition)

    def told_position(self, kafka_topic: str, partition: int) -> int | None:
        """What the last such record in the changelog tells; None where there is none."""
        tables = self.fed_by(kafka_topic)
        return tables[0].told_position(partition) if tables else None

    def committed(self, written: Sequence[Outgoing], ends: Mapping[tuple[str, int], int]) -> None:
        """Take what a committed transaction has written, in order, into the stores.

        `ends` has, for each changelog partition written to, the offset after its last record.
        """
        now = self.now()
        tables: dict[str, Table[Any]] = {table.changelog: table for table in self._all()}
        for (changelog, partition), records in _by_partition(written).items():
            if changelog in tables:
                tables[changelog].committed(partition, records, end=ends[changelog, partition], as_of=now)

    async def close(self) -> None:
        """Close every store, so that the next process finds all that was committed."""
        for table in self._all():
            table.close_all_but(frozenset())
        self.stores.close()

    def _all(self) -> tuple[Table[Any], ...]:
        return (self.ledger, *self.counts.values())


def _by_partition(written: Sequence[Outgoing]) -> dict[tuple[str, int], list[Outgoing]]:
    found: dict[tuple[str, int], list[Outgoing]] = {}
    for record in written:
        if record.partition is not None:
            found.setdefault((record.kafka_topic, record.partition), []).append(record)
    return found
