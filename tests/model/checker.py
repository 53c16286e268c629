"""Breadth-first search through every state of a small model, with the shortest way to a fault."""

from collections import deque
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

S = TypeVar("S", bound=Hashable)


class Model(Protocol[S]):
    """What can happen: where it begins, what may follow, and what must never be."""

    @property
    def initial(self) -> S:
        """The first state."""

    def successors(self, state: S) -> Iterable[tuple[str, S]]:
        """Everything that may happen next: in words, and the state after it."""

    def fault(self, state: S, *, is_last: bool) -> str | None:
        """What is wrong with this state; `is_last` where nothing can follow it."""


@dataclass(frozen=True)
class Found:
    """How many states there are; the fault and the shortest way to it, where there is one."""

    states: int
    fault: str | None = None
    steps: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.fault is None:
            return f"{self.states:,} states, no fault"
        return "\n".join([f"after {self.states:,} states: {self.fault}", *_numbered(self.steps)])


def _numbered(steps: Iterable[str]) -> Iterator[str]:
    return (f"{number:4} {step}" for number, step in enumerate(steps, start=1))


class TooManyStates(RuntimeError):
    """The model has more states than it may have: bound it more tightly."""


def explore(model: Model[S], *, most_states: int = 5_000_000) -> Found:
    """Look at every state that can be reached, nearest first; raises TooManyStates."""
    came_from: dict[S, tuple[str, S] | None] = {model.initial: None}
    waiting = deque([model.initial])
    while waiting:
        state = waiting.popleft()
        following = list(model.successors(state))
        if fault := model.fault(state, is_last=not following):
            return Found(len(came_from), fault, _steps_to(state, came_from))
        for step, after in following:
            if after not in came_from:
                came_from[after] = (step, state)
                waiting.append(after)
        if len(came_from) > most_states:
            raise TooManyStates(f"more than {most_states:,}")
    return Found(len(came_from))


def _steps_to(state: S, came_from: dict[S, tuple[str, S] | None]) -> tuple[str, ...]:
    steps: list[str] = []
    while origin := came_from[state]:
        step, state = origin
        steps.append(step)
    return tuple(reversed(steps))
