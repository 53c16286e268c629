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
"""How long a list is kept after it was last asked for."""

KEPT_NAMES: Final = 50_000
"""Every first page gives its list a name, whether or not anybody ever asks for the next one."""


class Sized(Protocol):
    """What knows its bytes."""

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""


L = TypeVar("L", bound=Sized)


@dataclass(slots=True)
class _Kept(Generic[L]):
    list: L
    names: int = 0


@dataclass
class FrozenLists(Generic[L]):
    """Lists by name; the names unused for longest go first. Equal questions share one list."""

    kept_bytes: int = KEPT_BYTES
    kept_seconds: float = KEPT_SECONDS
    kept_names: int = KEPT_NAMES
    clock: Callable[[], float] = time.monotonic
    nbytes: int = 0
    """Bytes of memory of what is kept."""
    _lists: dict[Hashable, _Kept[L]] = field(default_factory=dict)
    _names: OrderedDict[str, tuple[Hashable, float]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def keep(self, name: str, question: Hashable, frozen: L) -> None:
        """Keep a list under a name; `question` is what it answers, and of which moment."""
        with self._lock:
            self._let_go(name)
            kept = self._lists.get(question)
            if kept is None:
                kept = self._lists[question] = _Kept(frozen)
                self.nbytes += frozen.nbytes
            kept.names += 1
            self._names[name] = question, self.clock()
            self._drop_old()

    def same(self, question: Hashable) -> L | None:
        """The list that answers the same question of the same moment."""
        with self._lock:
            kept = self._lists.get(question)
            return kept.list if kept else None

    def get(self, name: str) -> L:
        """The list of a name; raises SnapshotGone."""
        with self._lock:
            self._drop_old()
            if name not in self._names:
                raise SnapshotGone(f"the list {name!r} is no longer kept: ask for its first page again")
            question, _ = self._names[name]
            self._names[name] = question, self.clock()
            self._names.move_to_end(name)
            return self._lists[question].list

    def forget(self, of: Callable[[L], bool]) -> None:
        """Forget the lists of which this holds."""
        with self._lock:
            gone = {question for question, kept in self._lists.items() if of(kept.list)}
            for name in [name for name, (question, _) in self._names.items() if question in gone]:
                self._let_go(name)

    def _drop_old(self) -> None:
        oldest = self.clock() - self.kept_seconds
        while self._names:
            name, (_, used) = next(iter(self._names.items()))
            many = len(self._names) > self.kept_names
            large = self.nbytes > self.kept_bytes and len(self._lists) > 1
            if used >= oldest and not many and not large:
                return
            self._let_go(name)

    def _let_go(self, name: str) -> None:
        question, _ = self._names.pop(name, (None, 0.0))
        if question is None:
            return
        kept = self._lists[question]
        kept.names -= 1
        if not kept.names:
            del self._lists[question]
            self.nbytes -= kept.list.nbytes
