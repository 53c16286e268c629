"""Where a table's committed values are kept: one store for each partition of each changelog."""

from streams.state.choice import stores_of
from streams.state.faults import StateFolderInUse, StoreCorrupt, StoreUnusable
from streams.state.memory import MemoryStores
from streams.state.rocks_stores import RocksStores
from streams.state.store import Store, Stores

__all__ = [
    "MemoryStores",
    "RocksStores",
    "StateFolderInUse",
    "Store",
    "StoreCorrupt",
    "StoreUnusable",
    "Stores",
    "stores_of",
]
