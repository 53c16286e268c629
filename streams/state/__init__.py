"""Where a table's committed values are kept: one store for each partition of each changelog."""

from streams.state.memory import MemoryStores
from streams.state.store import Store, Stores

__all__ = ["MemoryStores", "Store", "Stores"]
