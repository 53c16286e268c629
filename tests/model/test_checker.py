"""The checker finds the shortest way to a fault, and sees every state."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from checker import TooManyStates, explore


@dataclass(frozen=True)
class Steps:
    """From 0 by one or two, up to an end; some numbers are wrong."""

    end: int
    wrong: int | None = None
    initial: int = 0

    def successors(self, state: int) -> Iterator[tuple[str, int]]:
        yield from ((f"+{by}", state + by) for by in (1, 2) if state + by <= self.end)

    def fault(self, state: int, *, is_last: bool) -> str | None:
        if is_last and state != self.end:
            return "stopped early"
        return f"met {state}" if state == self.wrong else None


def test_every_state_is_seen() -> None:
    """Without a fault the number of states is that of all that can be reached."""
    assert str(explore(Steps(end=10))) == "11 states, no fault"


def test_the_way_to_a_fault_is_the_shortest() -> None:
    """A fault comes with the fewest steps that lead to it, and is printed with them."""
    found = explore(Steps(end=10, wrong=5))
    assert found.fault == "met 5"
    assert sorted(found.steps) == ["+1", "+2", "+2"]
    assert str(found).splitlines()[1].strip() == f"1 {found.steps[0]}"


def test_a_model_without_end_is_refused() -> None:
    """A model that is too large says so instead of taking all memory."""
    with pytest.raises(TooManyStates):
        explore(Steps(end=1_000), most_states=100)
