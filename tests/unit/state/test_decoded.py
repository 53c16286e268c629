"""Decoded values: those used last are kept."""

from streams.state.decoded import Decoded


def test_the_one_unused_for_longest_goes() -> None:
    """Reading and writing both count as use."""
    decoded: Decoded[int] = Decoded(3)
    for number in range(3):
        decoded.put(b"%d" % number, number)
    decoded.get(b"0")
    decoded.put(b"1", 11)
    decoded.put(b"3", 3)
    assert [decoded.get(b"%d" % number) for number in range(4)] == [0, 11, None, 3]


def test_what_is_forgotten_is_not_found() -> None:
    """One value or all may be forgotten; forgetting what is not there is no fault."""
    decoded: Decoded[int] = Decoded(3)
    decoded.put(b"a", 1)
    decoded.put(b"b", 2)
    decoded.forget(b"a")
    decoded.forget(b"a")
    assert (decoded.get(b"a"), decoded.get(b"b")) == (None, 2)
    decoded.clear()
    assert len(decoded) == 0
