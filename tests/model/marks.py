"""The refused design: offsets inside values, an idempotent producer, a lease, the highest mark recovered.

One counted thing, one partition of tallies, two workers. What a worker has sent may reach the changelog at
any later time, in order, also when the worker is dead or has lost the partition; the lease keeps it from
processing anything more.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

TALLIES = (1, 2, 4)
EXPECTED = sum(TALLIES)


class Value(NamedTuple):
    """A count, and the offset after the last tally in it."""

    total: int
    seen: int


class Holder(NamedTuple):
    """What the worker that holds the partition has in memory."""

    value: Value
    position: int


class State(NamedTuple):
    """The changelog, the committed offset, what is on its way by worker, and who holds the partition."""

    changelog: tuple[Value, ...] = ()
    committed: int = 0
    on_its_way: tuple[tuple[Value, ...], ...] = ((), ())
    worker: int = 0
    holder: Holder | None = None
    take_overs: int = 0


@dataclass(frozen=True)
class Marks:
    """The design with its environment; a switch off takes one trouble away."""

    compacts: bool = True
    late_bytes: bool = True
    take_overs: int = 1
    initial: State = field(default_factory=State)

    def successors(self, state: State) -> Iterator[tuple[str, State]]:
        """Recover or process, deliver, commit, take over, compact."""
        yield from self._work(state)
        yield from _deliver(state)
        if state.take_overs < self.take_overs:
            yield self._take_over(state)
        if self.compacts and len(state.changelog) > 1:
            yield "compaction keeps the last value written", state._replace(changelog=state.changelog[-1:])

    def _work(self, state: State) -> Iterator[tuple[str, State]]:
        name = f"worker {state.worker}"
        if state.holder is None:
            value = max(state.changelog, key=lambda value: value.seen, default=Value(0, 0))
            holder = Holder(value, state.committed)
            yield f"{name} recovers {value}, starts at {state.committed}", state._replace(holder=holder)
            return
        if state.holder.position < len(TALLIES):
            yield f"{name} processes tally {state.holder.position}", _processed(state, state.holder)
        arrived = not state.on_its_way[state.worker]
        if arrived and state.committed < state.holder.position:
            yield (
                f"{name} commits {state.holder.position}",
                state._replace(committed=state.holder.position),
            )

    def _take_over(self, state: State) -> tuple[str, State]:
        """The lease has lapsed before: the worker before processes nothing more."""
        other = 1 - state.worker
        after = state._replace(worker=other, holder=None, take_overs=state.take_overs + 1)
        if not self.late_bytes:
            after = after._replace(on_its_way=((), ()))
        return f"worker {state.worker} is paused, worker {other} takes over", after

    def fault(self, state: State, *, is_last: bool) -> str | None:
        """When all is processed, committed and has arrived, memory and recovery have the loop's count."""
        holder = state.holder
        if holder is None or any(state.on_its_way) or state.committed < len(TALLIES):
            return None
        recovered = max(state.changelog, key=lambda value: value.seen).total
        if holder.value.total == recovered == EXPECTED:
            return None
        return f"the loop counts {EXPECTED}, memory has {holder.value.total}, recovery gives {recovered}"


def _processed(state: State, holder: Holder) -> State:
    value, position = holder
    if position < value.seen:
        return state._replace(holder=Holder(value, position + 1))
    changed = Value(value.total + TALLIES[position], position + 1)
    sent = list(state.on_its_way)
    sent[state.worker] = (*sent[state.worker], changed)
    return state._replace(holder=Holder(changed, position + 1), on_its_way=tuple(sent))


def _deliver(state: State) -> Iterator[tuple[str, State]]:
    for worker, waiting in enumerate(state.on_its_way):
        if waiting:
            sent = list(state.on_its_way)
            sent[worker] = waiting[1:]
            after = state._replace(changelog=(*state.changelog, waiting[0]), on_its_way=tuple(sent))
            yield f"what worker {worker} sent arrives: {waiting[0]}", after
