"""Decoded values kept beside their raw bytes: reading JSON again and again is what costs."""

from collections import OrderedDict
from typing import Final, Generic, TypeVar

V = TypeVar("V")

DECODED_VALUES: Final = 1024
"""Of each partition: a ledger entry can take 20 kB, so about 20 MB where all are large.

Bytes cost the garbage collector nothing, decoded values do: with all of 300,000 kept, each of its full rounds
held every thread up for half a second.
"""


class Decoded(Generic[V]):
    """The values used last, at most so many."""

    def __init__(self, most: int = DECODED_VALUES) -> None:
        self._most = most
        self._values: OrderedDict[bytes, V] = OrderedDict()

    def get(self, key: bytes) -> V | None:
        """The value, which is then the one used last."""
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: bytes, value: V) -> None:
        """Keep a value; the one unused for longest goes where there are too many."""
        self._values[key] = value
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
