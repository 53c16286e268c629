"""Lists that stay as they were while somebody turns their pages."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, Generic, Protocol, TypeVar

from streams.index.parts import SnapshotGone

KEPT_BYTES: Final = 256 * 1024 * 1024
KEPT_SECONDS: Final = 300.0


class Sized(Protocol):
    """What knows its bytes."""

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""


L = TypeVar("L", bound=Sized)


@dataclass
class _Kept(Generic[L]):
    list: L
    key: Hashable
    used: float


@dataclass
class FrozenLists(Generic[L]):
    """Lists by snapshot; those unused for longest go first, at a number of bytes or after some minutes."""

    kept_bytes: int = KEPT_BYTES
    kept_seconds: float = KEPT_SECONDS
    clock: Callable[[], float] = time.monotonic
    _kept: OrderedDict[str, _Kept[L]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def keep(self, snapshot: str, key: Hashable, frozen: L) -> None:
        """Keep a list under a snapshot; `key` is what it answers."""
        with self._lock:
            self._kept[snapshot] = _Kept(frozen, key, self.clock())
            self._kept.move_to_end(snapshot)
            self._drop_old()

    def get(self, snapshot: str, key: Hashable) -> L:
        """The list of a snapshot; raises SnapshotGone where it is not there, or answers something else."""
        with self._lock:
            self._drop_old()
            kept = self._kept.get(snapshot)
            if kept is None or kept.key != key:
                raise SnapshotGone(f"snapshot {snapshot!r} is no longer there; ask for the first page again")
            kept.used = self.clock()
            self._kept.move_to_end(snapshot)
            return kept.list

    def forget(self, of: Callable[[L], bool]) -> None:
        """Forget the lists of which this holds."""
        with self._lock:
            for snapshot in [name for name, kept in self._kept.items() if of(kept.list)]:
                del self._kept[snapshot]

    def _drop_old(self) -> None:
        oldest = self.clock() - self.kept_seconds
        sizes = {id(kept.list): kept.list.nbytes for kept in self._kept.values()}
        while self._kept:
            kept = next(iter(self._kept.values()))
            newest = len(self._kept) == 1
            if kept.used >= oldest and (newest or sum(sizes.values()) <= self.kept_bytes):
                return
            self._kept.popitem(last=False)
            if not any(other.list is kept.list for other in self._kept.values()):
                del sizes[id(kept.list)]

    @property
    def nbytes(self) -> int:
        """Bytes of memory of what is kept."""
        with self._lock:
            lists = {id(kept.list): kept.list for kept in self._kept.values()}
        return sum(each.nbytes for each in lists.values())
