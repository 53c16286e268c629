"""The order of keys in a number each: things of equal value are listed by key, and may be millions."""

from bisect import bisect_right
from typing import Final

_PREFIXES: Final = sorted((b"country:", b"gov:", b"group:", b"org:", b"person:", b"region:", b"role:"))
"""What most keys begin with: it would fill the number and tell nothing."""

_BYTES: Final = 7


def key_order(key: bytes) -> int:
    """A number below 2**64 that is no greater than that of any greater key; it may be equal."""
    place = bisect_right(_PREFIXES, key)
    prefix = _PREFIXES[place - 1] if place else b""
    if place and key.startswith(prefix):
        return _number(2 * place - 1, key[len(prefix) :])
    return _number(2 * place, key)


def _number(rank: int, rest: bytes) -> int:
    return rank << 8 * _BYTES | int.from_bytes(rest[:_BYTES].ljust(_BYTES, b"\0"))
