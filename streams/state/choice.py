"""The stores that the settings ask for."""

from collections.abc import Callable

from streams.settings import Settings
from streams.state.memory import MemoryStores
from streams.state.rocks_stores import RocksStores
from streams.state.store import Stores


def stores_of(settings: Settings, *, on_broken: Callable[[Exception], None]) -> Stores:
    """Stores in memory, or in RocksDB under the state folder; raises StateFolderInUse.

    `on_broken` hears of a store that fails while in use, whoever was using it: the process must end.
    """
    if settings.tables_in == "memory":
        return MemoryStores()
    return RocksStores(settings.state_dir / "tables" / settings.namespace, on_broken=on_broken)
