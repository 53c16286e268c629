"""The transactional design as a model: ledger and tally stage, two workers each, and what may go wrong."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, NamedTuple

from stage import (
    POSITION,
    Design,
    Entry,
    Log,
    Stage,
    Table,
    Worker,
    aborted,
    committed_prefix,
    compacted,
    ended,
    folded,
    frozen,
    is_unsettled,
    settled,
    shown_offset,
    transaction_of,
    with_worker,
)
from steps import React, work

LEDGER: Final = "ledger"
TALLY: Final = "tally"
THING: Final = "x"


class Troubles(NamedTuple):
    """How often each may still happen."""

    take_overs: int = 0
    kills: int = 0
    expiries: int = 0


class State(NamedTuple):
    """The stages, as numbers in the model's list of them: quick to compare; and the troubles left."""

    stages: tuple[int, ...]
    left: Troubles


class Version(NamedTuple):
    """A version of the one story that there is, and how much it counts."""

    number: int
    amount: int


Following = tuple[tuple[str, Stage, Troubles], ...]


@dataclass(eq=False)
class Transactions:
    """The model: which stages there are, what they read, how much trouble comes."""

    coded: tuple[Version, ...]
    troubles: Troubles = field(default_factory=Troubles)
    stages: tuple[str, ...] = (LEDGER, TALLY)
    design: Design = field(default_factory=Design)
    _stages: list[Stage] = field(default_factory=list)
    _numbers: dict[Stage, int] = field(default_factory=dict)
    _following: dict[tuple[int, int, Log, Troubles], Any] = field(default_factory=dict)

    @property
    def initial(self) -> State:
        """Nobody has begun."""
        return State(tuple(self._number(Stage()) for _ in self.stages), self.troubles)

    @property
    def expected(self) -> int:
        """What the loop counts."""
        return max(self.coded).amount

    def _number(self, stage: Stage) -> int:
        if stage not in self._numbers:
            self._numbers[stage] = len(self._stages)
            self._stages.append(stage)
        return self._numbers[stage]

    def _source(self, state: State, place: int) -> Log:
        """What this stage reads: what was coded, or what the stage before sends on."""
        if place:
            return self._stages[state.stages[place - 1]].out
        if self.stages[0] == LEDGER:
            return tuple(Entry("story", version) for version in self.coded)
        changes = [
            new.amount - old.amount
            for new, old in zip(self.coded, (Version(0, 0), *self.coded), strict=False)
        ]
        tallies = [Entry(f"of coded {offset}", change) for offset, change in enumerate(changes)]
        return (tallies[0], None, *tallies[1:])

    # --- what may happen -----------------------------------------------------------------------------------

    def successors(self, state: State) -> Iterator[tuple[str, State]]:
        """Every step of every worker and of Kafka, and every trouble."""
        for place, number in enumerate(state.stages):
            key = (place, number, self._source(state, place), state.left)
            if key not in self._following:
                self._following[key] = [
                    (f"{self.stages[place]}: {step}", self._number(after), left)
                    for step, after, left in self._steps(place, self._stages[number], key[2], state.left)
                ]
            for step, after, left in self._following[key]:
                yield step, State((*state.stages[:place], after, *state.stages[place + 1 :]), left)

    def _steps(
        self, place: int, stage: Stage, source: Log, left: Troubles
    ) -> Iterator[tuple[str, Stage, Troubles]]:
        for step, after in self._within(place, stage, source):
            yield step, after, left
        yield from self._trouble(stage, left)

    def _within(self, place: int, stage: Stage, source: Log) -> Iterator[tuple[str, Stage]]:
        react = self._react(self.stages[place])
        for worker in range(len(stage.workers)):
            for step, after in work(stage, worker, design=self.design, source=source, react=react):
                yield f"worker {worker} {step}", after
        yield from _shown(stage)
        yield from _timed_out(stage)

    def _trouble(self, stage: Stage, left: Troubles) -> Iterator[tuple[str, Stage, Troubles]]:
        if left.take_overs:
            for holder in range(len(stage.workers)):
                after = stage._replace(holder=holder, generation=stage.generation + 1)
                fewer = left._replace(take_overs=left.take_overs - 1)
                yield f"a new generation gives the partition to worker {holder}", after, fewer
        for number, worker in enumerate(stage.workers):
            if left.kills and worker.phase != "idle":
                fewer = left._replace(kills=left.kills - 1)
                yield f"worker {number} is killed", with_worker(stage, number, Worker()), fewer
        if left.expiries and stage.offset is not None:
            fewer = left._replace(expiries=left.expiries - 1)
            yield "the committed offset expires", stage._replace(offset=None), fewer

    def _react(self, stage: str) -> React:
        return partial(_settle, design=self.design) if stage == LEDGER else _tally

    # --- what must hold ------------------------------------------------------------------------------------

    def fault(self, state: State, *, is_last: bool) -> str | None:
        """No tally twice, ever; where all is quiet the counts are the loop's; nothing ends otherwise."""
        stages = [self._stages[number] for number in state.stages]
        if twice := _sent_twice(stages[0]):
            return f"tally {twice} is committed twice"
        if not all(self._is_quiet(stage, self._source(state, at)) for at, stage in enumerate(stages)):
            return "it stands still and is not done" if is_last else None
        for name, stage in zip(self.stages, stages, strict=True):
            held, recovered = stage.workers[stage.holder].table, _recovered(stage)
            if held != recovered:
                return f"{name}: held {dict(held)}, recovered {dict(recovered)}"
        counted = self._counted(stages[-1])
        return None if counted == self.expected else f"the loop counts {self.expected}, we count {counted}"

    def _counted(self, last: Stage) -> int:
        if self.stages[-1] == LEDGER:
            return sum(entry.value for entry in last.out if entry)
        return int(dict(_recovered(last)).get(THING, 0))

    def _is_quiet(self, stage: Stage, source: Log) -> bool:
        holder = stage.workers[stage.holder]
        is_open = holder.phase == "open" and holder.generation == stage.generation
        read_all = not any(source[holder.position :])
        return is_open and read_all and holder.pending is None and not stage.transactions


def _shown(stage: Stage) -> Iterator[tuple[str, Stage]]:
    """A decided transaction is seen log by log, and its offset apart from them."""
    for transaction in stage.transactions:
        epoch = transaction.epoch
        if not transaction.decided:
            continue
        if is_unsettled(stage.changelog, epoch):
            after = ended(stage._replace(changelog=compacted(settled(stage.changelog, epoch))), epoch)
            yield f"the changelog shows the transaction of epoch {epoch}", after
        if is_unsettled(stage.out, epoch):
            after = ended(stage._replace(out=settled(stage.out, epoch)), epoch)
            yield f"the tallies show the transaction of epoch {epoch}", after
        if transaction.offset is not None:
            yield f"the group shows offset {transaction.offset}", shown_offset(stage, transaction)


def _timed_out(stage: Stage) -> Iterator[tuple[str, Stage]]:
    """Kafka aborts in time what nobody goes on with."""
    at_work = {worker.epoch for worker in stage.workers}
    for transaction in stage.transactions:
        if not transaction.decided and transaction.epoch not in at_work:
            yield f"the transaction of epoch {transaction.epoch} times out", aborted(stage, transaction)


def _sent_twice(ledger: Stage) -> str | None:
    seen = set()
    for entry in filter(None, ledger.out):
        transaction = transaction_of(ledger, entry.epoch) if entry.epoch else None
        if transaction and not transaction.decided:
            continue
        if entry.key in seen:
            return entry.key
        seen.add(entry.key)
    return None


def _recovered(stage: Stage) -> Table:
    table = folded(committed_prefix(stage.changelog))
    table.pop(POSITION, None)
    return frozen(table)


# --- what the agents do, in small --------------------------------------------------------------------------


def _settle(table: dict[str, Any], offset: int, entry: Entry, *, design: Design) -> tuple[Table, Table]:
    number, amount = entry.value
    held_number, held_amount = table.get(entry.key, (-1, 0))
    if design.supersedes and number <= held_number:
        return (), ()
    table[entry.key] = (number, amount)
    change = amount - held_amount if design.takes_back else amount
    return ((entry.key, (number, amount)),), (((f"of coded {offset}", change),) if change else ())


def _tally(table: dict[str, Any], offset: int, entry: Entry) -> tuple[Table, Table]:
    table[THING] = table.get(THING, 0) + entry.value
    return ((THING, table[THING]),), ()
