"""Arrays that grow at their end, by one writer, while others read what is there."""

from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike, NDArray

_FIRST_ROOM: Final = 64


class Grown:
    """One number a row; readers take `numbers` once, and no more rows of it than they know to be there."""

    __slots__ = ("_count", "numbers")

    def __init__(self, dtype: DTypeLike) -> None:
        self.numbers: NDArray[Any] = np.zeros(_FIRST_ROOM, dtype)
        self._count = 0

    def append(self, number: int) -> None:
        """Add a row."""
        if self._count == len(self.numbers):
            # a new array, never one resized in place: somebody may be reading this one
            grown = np.zeros(2 * self._count, self.numbers.dtype)
            grown[: self._count] = self.numbers
            self.numbers = grown
        self.numbers[self._count] = number
        self._count += 1

    def __len__(self) -> int:
        return self._count

    @property
    def held(self) -> NDArray[Any]:
        """The rows there are."""
        count = self._count
        return self.numbers[:count]

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        return self.numbers.nbytes
