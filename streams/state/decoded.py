"""Decoded values kept beside their raw bytes: reading JSON again and again is what costs."""

from collections import OrderedDict
from typing import Generic, TypeVar

V = TypeVar("V")


class Decoded(Generic[V]):
    """The values used last, at most so many; None keeps all."""

    def __init__(self, most: int | None) -> None:
        self._most = most
        self._values: OrderedDict[bytes, V] = OrderedDict()

    @property
    def keeps_all(self) -> bool:
        """Whether nothing is ever dropped, so that reading everything displaces nothing."""
        return self._most is None

    def get(self, key: bytes) -> V | None:
        """The value, which is then the one used last."""
        value = self._values.get(key)
        if value is not None and self._most is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: bytes, value: V) -> None:
        """Keep a value; the one unused for longest goes where there are too many."""
        self._values[key] = value
        if self._most is not None:
            self._values.move_to_end(key)
            if len(self._values) > self._most:
                self._values.popitem(last=False)

    def forget(self, key: bytes) -> None:
        """Keep the value no longer."""
        self._values.pop(key, None)

    def clear(self) -> None:
        """Keep nothing."""
        self._values.clear()

    def __len__(self) -> int:
        return len(self._values)
