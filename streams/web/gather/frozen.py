"""Lists kept as they were when their first page was asked for, so that later pages go on where it ended."""

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from streams.index.frozen import KEPT_SECONDS  # a list lasts as long as the parts that it is made of
from streams.index.parts import SnapshotGone

T = TypeVar("T")


class Frozen(Generic[T]):
    """Values by name, each with a weight; the longest unused go first where they are too many together."""

    def __init__(self, most: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        self._kept: OrderedDict[str, tuple[T, int, float]] = OrderedDict()
        self._weight = 0
        self._lock = Lock()  # lists are made in several threads

    def keep(self, name: str, value: T, weight: int) -> None:
        """Keep a value; the last one is kept whatever it weighs, so that its next page can be asked for."""
        with self._lock:
            self._drop(name)
            self._kept[name] = value, weight, self._clock()
            self._weight += weight
            self._tidy()

    def find(self, name: str) -> T:
        """The value of this name; raises SnapshotGone."""
        with self._lock:
            self._tidy()
            if name not in self._kept:
                raise SnapshotGone(f"the list {name!r} is no longer kept")
            value, weight, _ = self._kept.pop(name)
            self._kept[name] = value, weight, self._clock()
            return value

    def _tidy(self) -> None:
        oldest = self._clock() - KEPT_SECONDS
        while self._kept:
            name, (_, _, used) = next(iter(self._kept.items()))
            fits = self._weight <= self._most or len(self._kept) == 1
            if fits and used >= oldest:
                return
            self._drop(name)

    def _drop(self, name: str) -> None:
        if name in self._kept:
            self._weight -= self._kept.pop(name)[1]
