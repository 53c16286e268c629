"""Mechanisms that can be taken away from a worker, each to show that the suite then fails."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Switch:
    """How one mechanism is taken away, and which faults it is there for."""

    mechanism: str
    take_away: Callable[[], None]
    faults: tuple[str, ...]


def _no_lease() -> None:
    from streams.delivery.lease import Lease

    Lease.check = lambda self, before: None  # type: ignore[method-assign]


def _no_hole_check() -> None:
    from streams.delivery import delivery

    delivery.Delivery._end_at_hole = lambda *_told, **_: None  # type: ignore[attr-defined]


def _no_content_hash() -> None:
    from streams.agents import guard

    fresh = iter(range(10**9))
    guard.content_hash = lambda article: f"never-{next(fresh)}"


SWITCHES: Final = {
    "lease": Switch("a worker whose lease has lapsed writes no more", _no_lease, ("pause", "cut")),
    "hole": Switch("a hole in what is read ends the process", _no_hole_check, ("kill", "pause", "join")),
    "content-hash": Switch("the same content again is a duplicate", _no_content_hash, ("kill",)),
}
"""A further one is a function that patches, and its line here."""
