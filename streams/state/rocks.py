"""Stores in RocksDB: state larger than memory, and found again by the next process."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn

import orjson
import structlog
from rocksdict import Options, Rdict, WriteBatch

from streams.state.faults import StoreCorrupt, StoreUnusable
from streams.state.store import RESERVED, is_reserved

log = structlog.get_logger(__name__)

STANDING_KEY: Final = RESERVED + RESERVED + b"standing"
"""Where a store keeps its position, written in one batch with the values that it stands for."""

OF_THE_MACHINE: Final = (
    "No space left",
    "File too large",
    "Disk quota",
    "Read-only file system",
    "Permission denied",
    "Too many open files",
    "Input/output error",
    "Cannot allocate memory",
    "lock hold",
    "While lock file",
)
"""RocksDB's words for faults that are not those of the files: moving them aside would not help."""

_CORRUPTION: Final = "Corruption"


class Standing(NamedTuple):
    """How far a store has read its changelog, when that was last known to be its end, and its keys."""

    position: int
    as_of: float
    keys: int


class RocksStore:
    """One changelog partition's values in a RocksDB of its own."""

    def __init__(self, folder: Path, options: Options, on_broken: Callable[[Exception], None]) -> None:
        self._folder = folder
        self._on_broken = on_broken
        self._broken: Exception | None = None
        self._db = Rdict(str(folder), options)
        try:
            self._standing = self._stored_standing()
        except BaseException:
            self._db.close()
            raise

    def _stored_standing(self) -> Standing | None:
        raw = self._db.get(STANDING_KEY)
        return None if raw is None else Standing(*orjson.loads(raw))

    @property
    def position(self) -> int | None:
        """The next changelog offset to read; None where nothing is known."""
        return self._standing.position if self._standing else None

    @property
    def as_of(self) -> float | None:
        """Epoch seconds since which every tombstone from `position` on counts as unread, not as gone."""
        return self._standing.as_of if self._standing else None

    def get(self, key: bytes) -> bytes | None:
        """The raw value of a key, reserved ones too; raises StoreCorrupt, StoreUnusable."""
        self._hold()
        try:
            raw: bytes | None = self._db.get(key)
        except Exception as error:  # noqa: BLE001 - rocksdict raises nothing narrower
            self._break(error)
        return raw

    def items(self, prefix: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """Keys that begin so and their raw values, not reserved ones; raises StoreCorrupt, StoreUnusable."""
        self._hold()
        cursor = self._db.iter()
        cursor.seek(prefix)
        while cursor.valid():
            key: bytes = cursor.key()
            if is_reserved(key) or not key.startswith(prefix):
                break
            yield key, cursor.value()
            cursor.next()
        try:
            cursor.status()  # without asking, a block that cannot be read looks like the end
        except Exception as error:  # noqa: BLE001 - rocksdict raises nothing narrower
            del cursor  # as long as it lives, the folder stays open
            self._break(error)

    def __len__(self) -> int:
        return self._standing.keys if self._standing else 0

    def apply(self, changes: Mapping[bytes, bytes | None], *, position: int, as_of: float) -> None:
        """Set values and remove those that are None, in one step with the position.

        Raises StoreCorrupt, StoreUnusable; after either the store takes nothing more, since what comes
        later must not be written over a gap.
        """
        self._hold()
        batch = WriteBatch(raw_mode=True)
        for key, raw in changes.items():
            if raw is None:
                batch.delete(key)
            else:
                batch[key] = raw
        try:
            standing = Standing(position, as_of, len(self) + self._more_keys(changes))
            batch[STANDING_KEY] = orjson.dumps(tuple(standing))
            self._db.write(batch)
        except Exception as error:  # noqa: BLE001 - rocksdict raises nothing narrower
            self._break(error)
        self._standing = standing

    def _more_keys(self, changes: Mapping[bytes, bytes | None]) -> int:
        keys: list[Any] = [key for key in changes if not is_reserved(key)]
        held: Any = self._db.get(keys) if keys else []
        return sum(
            (changes[key] is not None) - (before is not None) for key, before in zip(keys, held, strict=True)
        )

    def close(self) -> None:
        """Let go of the folder; what is in it stays."""
        if self._broken is None:
            self._broken = StoreUnusable(f"{self._folder}: the store is closed")
            self._close()

    def _close(self) -> None:
        try:
            self._db.close()
        except Exception as error:  # noqa: BLE001 - rocksdict raises nothing narrower
            # what it could not write to its tables now is in its log, and is found there when it is opened
            log.warning("store did not close cleanly", folder=str(self._folder), error=str(error))

    def drop(self) -> None:
        """Close, and remove the folder."""
        self.close()
        shutil.rmtree(self._folder)

    def _hold(self) -> None:
        if self._broken is not None:
            raise self._broken

    def _break(self, error: Exception) -> NoReturn:
        """Take nothing more; what cannot be read is moved aside, so that the next process rebuilds it."""
        if self._broken is not None:  # closed by one thread while another read: no fault of the store
            raise self._broken from error
        fault: Exception = StoreUnusable(f"{self._folder}: {error}")
        self._broken = fault
        self._close()
        if _CORRUPTION in str(error):
            aside = move_aside(self._folder, error)
            self._broken = fault = StoreCorrupt(f"{self._folder}: {error}; moved to {aside}")
        self._on_broken(fault)
        raise fault from error


def is_of_the_files(error: Exception) -> bool:
    """Whether the fault lies in what the folder holds rather than in the machine around it."""
    return not any(words in str(error) for words in OF_THE_MACHINE)


def move_aside(folder: Path, error: Exception) -> Path:
    """Rename a folder that cannot be read to the first free `.corrupt-<n>`, and say so."""
    number = 1
    while (aside := folder.with_name(f"{folder.name}.corrupt-{number}")).exists():
        number += 1
    folder.rename(aside)
    log.error("store is corrupt: moved aside, to be rebuilt", moved_to=str(aside), error=str(error))
    return aside
