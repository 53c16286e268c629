"""One stage of the transactional design: its Kafka topics, its transactions, its workers, as plain tuples."""

from dataclasses import dataclass
from typing import Any, NamedTuple

Table = tuple[tuple[str, Any], ...]
"""Keys and values, ordered: what a worker holds of its partition."""

POSITION = "@"
"""The changelog key that tells the next offset of the input."""


class Entry(NamedTuple):
    """A record in a log; `epoch` is that of a transaction not yet settled here, 0 for what is committed."""

    key: str
    value: Any
    epoch: int = 0


Log = tuple[Entry | None, ...]
"""None is an offset of an aborted record, or of one that compaction has removed."""


class Transaction(NamedTuple):
    """A producer's present transaction; decided is to be committed, though not seen everywhere yet."""

    epoch: int
    offset: int | None = None
    decided: bool = False


class Pending(NamedTuple):
    """What a worker has processed and not heard to be committed, and its next step of writing that."""

    next_offset: int
    changelog: Table
    out: Table
    step: int = 0


class Worker(NamedTuple):
    """What one worker knows; a new process knows nothing."""

    phase: str = "idle"
    generation: int = -1
    epoch: int = 0
    looked: int | None = None
    position: int = 0
    offset: int = 0
    table: Table = ()
    left_at: int | None = None
    pending: Pending | None = None


class Stage(NamedTuple):
    """Everything of one stage."""

    workers: tuple[Worker, ...] = (Worker(), Worker())
    holder: int = 0
    generation: int = 0
    epoch: int = 0
    offset: int | None = None
    changelog: Log = ()
    out: Log = ()
    transactions: tuple[Transaction, ...] = ()


@dataclass(frozen=True)
class Design:
    """The mechanisms; a test takes one away at a time."""

    fences: bool = True
    completes_on_take_over: bool = True
    looks_after_fencing: bool = True
    recovers_committed: bool = True
    reads_committed: bool = True
    keeps_only_unchanged: bool = True
    ends_when_fenced: bool = True
    opens_again_when_behind: bool = True
    """Where the changelog tells less than the committed offset: somebody's commit is not seen everywhere."""
    tells_position: bool = True
    offset_within: bool = True
    offset_first: bool = False
    """Where it is not within the transaction: before it, else after."""
    supersedes: bool = True
    takes_back: bool = True


# --- logs and transactions ---------------------------------------------------------------------------------


def committed_prefix(log: Log) -> Log:
    """What a reader of committed records may see: up to the first record that is not settled."""
    for number, entry in enumerate(log):
        if entry and entry.epoch:
            return log[:number]
    return log


def folded(log: Log) -> dict[str, Any]:
    """The last value of each key."""
    return {entry.key: entry.value for entry in log if entry}


def frozen(table: dict[str, Any]) -> Table:
    """The table as part of a state."""
    return tuple(sorted(table.items()))


def settled(log: Log, epoch: int) -> Log:
    """The log once this transaction's mark is in it."""
    return tuple(entry._replace(epoch=0) if entry and entry.epoch == epoch else entry for entry in log)


def without(log: Log, epoch: int) -> Log:
    """The log once this transaction is aborted: its offsets stay empty."""
    return tuple(None if entry and entry.epoch == epoch else entry for entry in log)


def is_unsettled(log: Log, epoch: int) -> bool:
    """Whether this transaction still hides records of the log."""
    return any(entry and entry.epoch == epoch for entry in log)


def compacted(log: Log) -> Log:
    """The log without committed records that a later committed one of their key replaces.

    Compaction comes at once: whoever reads a changelog reads it to its end, and is given the same earlier.
    """
    stable = committed_prefix(log)
    last = {entry.key: number for number, entry in enumerate(stable) if entry}
    kept = [entry for number, entry in enumerate(stable) if entry and last[entry.key] == number]
    return (*kept, *log[len(stable) :])


def transaction_of(stage: Stage, epoch: int) -> Transaction | None:
    """The producer's present transaction."""
    return next((each for each in stage.transactions if each.epoch == epoch), None)


def with_transaction(stage: Stage, transaction: Transaction) -> Stage:
    """The stage with this transaction in place of the producer's present one."""
    others = (each for each in stage.transactions if each.epoch != transaction.epoch)
    return stage._replace(transactions=tuple(sorted([*others, transaction])))


def ended(stage: Stage, epoch: int) -> Stage:
    """The stage without this transaction where nothing of it is hidden any more."""
    transaction = transaction_of(stage, epoch)
    hidden = is_unsettled(stage.changelog, epoch) or is_unsettled(stage.out, epoch)
    if transaction is None or hidden or transaction.offset is not None:
        return stage
    return stage._replace(transactions=tuple(each for each in stage.transactions if each.epoch != epoch))


def completed(stage: Stage, transaction: Transaction) -> Stage:
    """The stage once everything of a decided transaction is seen."""
    return shown_offset(
        stage._replace(
            changelog=compacted(settled(stage.changelog, transaction.epoch)),
            out=settled(stage.out, transaction.epoch),
        ),
        transaction,
    )


def shown_offset(stage: Stage, transaction: Transaction) -> Stage:
    """The stage once the offset of a decided transaction is seen."""
    offset = stage.offset if transaction.offset is None else transaction.offset
    shown = with_transaction(stage, transaction._replace(offset=None))._replace(offset=offset)
    return ended(shown, transaction.epoch)


def aborted(stage: Stage, transaction: Transaction) -> Stage:
    """The stage without what an open transaction has written."""
    epoch = transaction.epoch
    return stage._replace(
        changelog=compacted(tuple(each for each in stage.changelog if each and each.epoch != epoch)),
        out=without(stage.out, epoch),
        transactions=tuple(each for each in stage.transactions if each.epoch != epoch),
    )


def with_worker(stage: Stage, number: int, worker: Worker) -> Stage:
    """The stage with this worker changed."""
    workers = list(stage.workers)
    workers[number] = worker
    return stage._replace(workers=tuple(workers))
