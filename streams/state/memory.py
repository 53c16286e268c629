"""Stores in memory: read back from the changelogs by each process."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from streams.state.store import is_reserved


@dataclass
class MemoryStore:
    """One changelog partition's values in a dict."""

    position: int | None = None
    as_of: float | None = None
    _values: dict[bytes, bytes] = field(default_factory=dict)
    _reserved: dict[bytes, bytes] = field(default_factory=dict)

    def get(self, key: bytes) -> bytes | None:
        """The raw value of a key, reserved ones too; None where there is none."""
        return self._holding(key).get(key)

    def items(self, prefix: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """Keys that begin so and their raw values, without reserved keys."""
        return ((key, raw) for key, raw in self._values.items() if key.startswith(prefix))

    def __len__(self) -> int:
        return len(self._values)

    def apply(self, changes: Mapping[bytes, bytes | None], *, position: int, as_of: float) -> None:
        """Set values and remove those that are None, in one step with the position."""
        for key, raw in changes.items():
            if raw is None:
                self._holding(key).pop(key, None)
            else:
                self._holding(key)[key] = raw
        self.position, self.as_of = position, as_of

    def close(self) -> None:
        """Let go of the values: nothing outlives a store in memory."""
        self._values, self._reserved = {}, {}
        self.position = self.as_of = None

    drop = close

    def _holding(self, key: bytes) -> dict[bytes, bytes]:
        return self._reserved if is_reserved(key) else self._values


@dataclass(frozen=True)
class MemoryStores:
    """Makes stores that start empty."""

    corrupt: int = 0

    def open(self, changelog: str, partition: int) -> MemoryStore:
        """An empty store."""
        return MemoryStore()

    def close(self) -> None:
        """Nothing to let go of."""
