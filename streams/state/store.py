"""What tables and recovery ask of a store."""

from collections.abc import Iterator, Mapping
from typing import Final, Protocol

RESERVED: Final = b"\xff"
"""What keys that are no things begin with: no UTF-8 text does."""


def is_reserved(key: bytes) -> bool:
    """Whether a key holds what the service tells itself, not a value of the table."""
    return key.startswith(RESERVED)


class Store(Protocol):
    """One changelog partition's values as raw bytes: always a committed prefix of that changelog."""

    @property
    def position(self) -> int | None:
        """The next changelog offset to read; None where nothing is known."""

    @property
    def as_of(self) -> float | None:
        """Epoch seconds since which every tombstone from `position` on counts as unread, not as gone."""

    def get(self, key: bytes) -> bytes | None:
        """The raw value of a key, reserved ones too; None where there is none."""

    def items(self, prefix: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """Keys that begin so and their raw values, without reserved keys."""

    def __len__(self) -> int:
        """How many keys `items` gives."""

    def apply(self, changes: Mapping[bytes, bytes | None], *, position: int, as_of: float) -> None:
        """Set values and remove those that are None, in one step with the position."""

    def close(self) -> None:
        """Let go of the store; what is on a disk stays there."""

    def drop(self) -> None:
        """Close, and forget the values for good."""


class Stores(Protocol):
    """Opens the stores of one worker."""

    @property
    def corrupt(self) -> int:
        """How many stores had to be moved aside so far, because what they held cannot be read."""

    def open(self, changelog: str, partition: int) -> Store:
        """The store of one changelog partition, with what an earlier process left in it."""

    def close(self) -> None:
        """Let go of everything, once all stores are closed."""
