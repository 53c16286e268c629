"""The index kept in step with the tables: what they tell of what they commit, recover, open and close."""

from dataclasses import dataclass

from schemas.tally import TableName
from streams.index.changes import Changes
from streams.index.counts import Read
from streams.index.index import Held, Index


@dataclass(frozen=True)
class CountsFollower:
    """Follows one table of counts."""

    index: Index
    table: TableName

    def opened(self, partition: int, store: Held) -> None:
        """Take over what a partition has."""
        self.index.open_counts(self.table, partition, store, _read_while_open(store))

    def changed(self, partition: int, changes: Changes) -> None:
        """Take what a partition has committed."""
        self.index.apply_counts(self.table, partition, changes)

    def closed(self, partition: int) -> None:
        """Forget a partition."""
        self.index.close_counts(self.table, partition)


@dataclass(frozen=True)
class LedgerFollower:
    """Follows the ledger."""

    index: Index

    def opened(self, partition: int, store: Held) -> None:
        """Take over what a partition has."""
        self.index.open_stories(partition, store, _read_while_open(store))

    def changed(self, partition: int, changes: Changes) -> None:
        """Take what a partition has committed."""
        self.index.apply_stories(partition, changes)

    def closed(self, partition: int) -> None:
        """Forget a partition."""
        self.index.close_stories(partition)


def _read_while_open(store: Held) -> Read:
    """Reads from a store; nothing, once it is closed: whoever asks then finds that it is not held."""

    def read(key: bytes) -> bytes | None:
        try:
            return store.get(key)
        except OSError:
            return None

    return read
