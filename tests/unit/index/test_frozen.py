"""Frozen lists: how long a list is kept under its name."""

from dataclasses import dataclass

import pytest

from streams.index.frozen import FrozenLists
from streams.index.parts import SnapshotGone


@dataclass(frozen=True)
class Bytes:
    """A list of so many bytes."""

    nbytes: int


def test_a_list_is_kept_while_it_is_used() -> None:
    """Minutes count from the last use, not from the first."""
    now = 0.0
    lists: FrozenLists[Bytes] = FrozenLists(kept_seconds=300, clock=lambda: now)
    lists.keep("a", "q", Bytes(1))
    lists.keep("b", "r", Bytes(1))
    now = 200.0
    assert lists.get("a") == Bytes(1)
    now = 400.0
    assert lists.get("a") == Bytes(1)
    with pytest.raises(SnapshotGone, match="'b'"):
        lists.get("b")


def test_lists_unused_for_longest_go_where_there_are_too_many_bytes() -> None:
    """The newest list stays even where it alone is too large."""
    lists: FrozenLists[Bytes] = FrozenLists(kept_bytes=100)
    for name in "abc":
        lists.keep(name, name, Bytes(40))
    with pytest.raises(SnapshotGone):
        lists.get("a")
    assert (lists.get("b"), lists.nbytes) == (Bytes(40), 80)
    lists.keep("d", "d", Bytes(500))
    assert (lists.get("d"), lists.nbytes) == (Bytes(500), 500)


def test_equal_questions_share_a_list() -> None:
    """A thousand readers of one question cost the bytes of one list, until the last of them is gone."""
    lists: FrozenLists[Bytes] = FrozenLists(kept_names=10)
    shared = Bytes(40)
    for number in range(1000):
        lists.keep(str(number), "q", lists.same("q") or shared)
    assert lists.get("999") is shared
    assert lists.nbytes == 40
    with pytest.raises(SnapshotGone):
        lists.get("989")
    lists.forget(lambda kept: kept is shared)
    assert (lists.same("q"), lists.nbytes) == (None, 0)


def test_a_name_that_comes_again_has_its_last_list() -> None:
    """Asked again after a failure, the page belongs to the second answer."""
    lists: FrozenLists[Bytes] = FrozenLists()
    lists.keep("a", "q", Bytes(1))
    lists.keep("a", "r", Bytes(2))
    assert (lists.get("a"), lists.nbytes, lists.same("q")) == (Bytes(2), 2, None)
