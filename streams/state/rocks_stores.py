"""The RocksDB stores of one worker: its folder, which it locks, and the memory that they share."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from rocksdict import (
    BlockBasedOptions,
    Cache,
    DBCompressionType,
    Options,
    WriteBufferManager,
)

from streams.state.faults import StateFolderInUse, StoreUnusable
from streams.state.rocks import RocksStore, is_of_the_files, move_aside

_MIB: Final = 1024 * 1024
_BLOCK_CACHE_BYTES: Final = 32 * _MIB
_WRITE_BUFFERS_BYTES: Final = 32 * _MIB
_WRITE_BUFFER_BYTES: Final = 4 * _MIB
_WAL_BYTES: Final = 16 * _MIB
_OPEN_FILES: Final = 64
_BLOOM_BITS: Final = 10


def _nothing(_: Exception) -> None:
    """The default for `on_broken`: the exception that follows says it."""


class RocksStores:
    """Opens stores under one folder, which no other process may use meanwhile."""

    def __init__(self, folder: Path, *, on_broken: Callable[[Exception], None] = _nothing) -> None:
        """Lock the folder; raises StateFolderInUse. `on_broken` hears of a store that failed while in use."""
        self._folder = folder
        self._on_broken = on_broken
        self._lock = _locked(folder)
        self._cache = Cache(_BLOCK_CACHE_BYTES)
        self._write_buffers = WriteBufferManager(_WRITE_BUFFERS_BYTES, False)
        self.corrupt = 0

    def open(self, changelog: str, partition: int) -> RocksStore:
        """The store of one changelog partition; one that cannot be read is moved aside and starts empty.

        Raises StoreUnusable where the disk is the reason.
        """
        folder = self._folder / f"{changelog}-{partition}"
        try:
            return RocksStore(folder, self._options(), self._on_broken)
        except Exception as error:
            if not is_of_the_files(error):
                raise StoreUnusable(f"{folder}: {error}") from error
            move_aside(folder, error)
            self.corrupt += 1
        return RocksStore(folder, self._options(), self._on_broken)

    def close(self) -> None:
        """Unlock the folder, once all stores are closed."""
        os.close(self._lock)

    def _options(self) -> Options:
        """Small, and for all stores together: there is one for each partition of each table."""
        blocks = BlockBasedOptions()
        blocks.set_block_cache(self._cache)
        blocks.set_cache_index_and_filter_blocks(True)
        blocks.set_bloom_filter(_BLOOM_BITS, False)
        options = Options(raw_mode=True)
        options.create_if_missing(True)
        options.set_block_based_table_factory(blocks)
        options.set_write_buffer_manager(self._write_buffers)
        options.set_write_buffer_size(_WRITE_BUFFER_BYTES)
        options.set_max_write_buffer_number(2)
        options.set_max_total_wal_size(_WAL_BYTES)
        options.set_max_open_files(_OPEN_FILES)
        options.set_compression_type(DBCompressionType.lz4())
        options.set_keep_log_file_num(2)
        options.set_max_log_file_size(_MIB)
        options.set_stats_dump_period_sec(0)
        options.set_stats_persist_period_sec(0)
        return options


def _locked(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise StateFolderInUse(
            f"{folder}: another worker uses this folder; give each worker a TIDINGS_STATE_DIR of its own"
        ) from error
    return descriptor
