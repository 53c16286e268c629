"""Lists that are kept for later pages."""

import pytest
from streaming_fakes import FakeClock

from streams.index.frozen import KEPT_SECONDS
from streams.index.parts import SnapshotGone
from streams.web.gather.frozen import Frozen


def gone(frozen: Frozen[str], name: str) -> bool:
    try:
        frozen.find(name)
    except SnapshotGone:
        return True
    return False


def test_the_longest_unused_goes_first() -> None:
    """What was asked for last stays, whichever came first."""
    frozen: Frozen[str] = Frozen(10)
    for name in ("one", "two", "three"):
        frozen.keep(name, name.upper(), 3)
    assert frozen.find("one") == "ONE"
    frozen.keep("four", "FOUR", 3)
    assert [name for name in ("one", "two", "three", "four") if gone(frozen, name)] == ["two"]


def test_the_last_is_kept_whatever_it_weighs() -> None:
    """A list that is too long for all others is still there for its next page."""
    frozen: Frozen[str] = Frozen(10)
    frozen.keep("small", "SMALL", 1)
    frozen.keep("huge", "HUGE", 1000)
    assert gone(frozen, "small")
    assert frozen.find("huge") == "HUGE"


def test_what_nobody_asks_for_goes_after_some_minutes() -> None:
    """The time counts from the last question, not from the first page."""
    clock = FakeClock()
    frozen: Frozen[str] = Frozen(10, clock=clock)
    frozen.keep("list", "LIST", 1)
    for _ in range(3):
        clock.now += KEPT_SECONDS - 1
        assert frozen.find("list") == "LIST"
    clock.now += KEPT_SECONDS + 1
    with pytest.raises(SnapshotGone, match="'list'"):
        frozen.find("list")


def test_a_name_that_is_kept_again_weighs_once() -> None:
    """A second part under a name takes the place of the first."""
    frozen: Frozen[str] = Frozen(10)
    for weight in (4, 8):
        frozen.keep("other", "OTHER", 1)
        frozen.keep("list", "LIST", weight)
    assert not gone(frozen, "other")
