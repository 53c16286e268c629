"""What the workers of one stage do, step by step; between any two steps anything else may happen."""

from collections.abc import Callable, Iterator

from stage import (
    POSITION,
    Design,
    Entry,
    Log,
    Pending,
    Stage,
    Table,
    Transaction,
    Worker,
    aborted,
    committed_prefix,
    completed,
    folded,
    frozen,
    transaction_of,
    with_transaction,
    with_worker,
)

React = Callable[[dict[str, object], int, Entry], tuple[Table, Table]]
"""Changes a table for the record at an offset; gives changelog records and what goes on."""

Following = Iterator[tuple[str, Stage]]


class _Fenced(Exception):
    """Another producer has the transactional id."""


def work(stage: Stage, number: int, *, design: Design, source: Log, react: React) -> Following:
    """What this worker may do next."""
    worker = stage.workers[number]
    if worker.generation < stage.generation and worker.phase != "idle":
        yield "notices that its generation is over", _noticed(stage, number)
    if worker.phase == "idle" and stage.holder == number:
        begun = worker._replace(phase=_phases(design)[0], generation=stage.generation)
        yield "is assigned the partition", with_worker(stage, number, begun)
    elif worker.phase in ("fence", "look", "recover"):
        yield _opened_further(stage, number, design)
    elif worker.phase == "open":
        yield from _at_work(stage, number, design, source, react)


def _phases(design: Design) -> tuple[str, ...]:
    order = ("fence", "look") if design.looks_after_fencing else ("look", "fence")
    return (*order, "recover", "open")


def _noticed(stage: Stage, number: int) -> Stage:
    """Whoever has writes on their way ends; who gets the same partition again remembers where it was."""
    worker = stage.workers[number]
    comes_back = stage.holder == number and worker.phase == "open" and worker.pending is None
    left = Worker(table=worker.table, left_at=worker.offset) if comes_back else Worker()
    return with_worker(stage, number, left)


# --- opening -----------------------------------------------------------------------------------------------


def _opened_further(stage: Stage, number: int, design: Design) -> tuple[str, Stage]:
    worker = stage.workers[number]
    phases = _phases(design)
    following = phases[phases.index(worker.phase) + 1]
    if worker.phase == "look":
        looked = worker._replace(phase=following, looked=stage.offset)
        return f"finds the committed offset {stage.offset}", with_worker(stage, number, looked)
    if worker.phase == "recover":
        step, opened = _recovered(stage, worker, design)
        return step, with_worker(stage, number, opened)
    fenced = _fenced_before(stage, design)
    taken = worker._replace(phase=following, epoch=fenced.epoch + 1)
    return (
        f"takes the transactional id, epoch {taken.epoch}",
        with_worker(fenced._replace(epoch=taken.epoch), number, taken),
    )


def _fenced_before(stage: Stage, design: Design) -> Stage:
    """What Kafka does to transactions of epochs before: those decided are completed, those open aborted."""
    for transaction in stage.transactions:
        if transaction.decided and design.completes_on_take_over:
            stage = completed(stage, transaction)
        if not transaction.decided and design.fences:
            stage = aborted(stage, transaction)
    return stage


def _recovered(stage: Stage, worker: Worker, design: Design) -> tuple[str, Worker]:
    kept = worker.left_at is not None and (worker.looked == worker.left_at or not design.keeps_only_unchanged)
    if kept:
        table, told = dict(worker.table), worker.left_at
    else:
        readable = committed_prefix(stage.changelog) if design.recovers_committed else stage.changelog
        table = folded(readable)
        told = table.pop(POSITION, None)
    asks_again = design.opens_again_when_behind and design.tells_position and not kept
    if asks_again and _is_behind(told, worker.looked):
        return "finds its changelog behind", Worker(phase=_phases(design)[0], generation=worker.generation)
    position = max((offset for offset in (worker.looked, told) if offset is not None), default=0)
    opened = worker._replace(
        phase="open", looked=None, position=position, offset=position, table=frozen(table), left_at=None
    )
    return f"holds {table} and goes on at {position}", opened


def _is_behind(told: int | None, committed: int | None) -> bool:
    return committed is not None and (told is None or told < committed)


# --- at work -----------------------------------------------------------------------------------------------


def _at_work(stage: Stage, number: int, design: Design, source: Log, react: React) -> Following:
    worker = stage.workers[number]
    if worker.pending is None:
        readable = committed_prefix(source) if design.reads_committed else source
        yield from _read(stage, number, readable, design, react)
        return
    step = _steps(design, worker.pending)[worker.pending.step]
    if step == "send" and (before := transaction_of(stage, worker.epoch)) and before.decided:
        return  # Kafka lets a transaction begin when the one before is complete
    try:
        yield _WRITE[step](stage, number, worker.pending, design)
    except _Fenced:
        yield "is fenced", _on_fenced(stage, number, design)


def _read(stage: Stage, number: int, readable: Log, design: Design, react: React) -> Following:
    worker = stage.workers[number]
    for offset in range(worker.position, len(readable)):
        if entry := readable[offset]:
            table = dict(worker.table)
            changelog, out = react(table, offset, entry)
            if design.tells_position:
                changelog = (*changelog, (POSITION, offset + 1))
            pending = Pending(offset + 1, changelog, out)
            after = worker._replace(position=offset + 1, table=frozen(table), pending=pending)
            yield f"processes {entry.key}={entry.value} at {offset}", with_worker(stage, number, after)
            return


def _steps(design: Design, pending: Pending) -> tuple[str, ...]:
    sends = ("send", "send on") if pending.out else ("send",)
    if design.offset_within:
        return (*sends, "commit", "learn")
    if design.offset_first:
        return ("offset alone", *sends, "commit", "learn")
    return (*sends, "commit", "offset alone", "learn")


def _on_fenced(stage: Stage, number: int, design: Design) -> Stage:
    if design.ends_when_fenced:
        return with_worker(stage, number, Worker())
    worker = stage.workers[number]
    return with_worker(stage, number, Worker(table=worker.table, left_at=worker.offset))


def _check(stage: Stage, worker: Worker, design: Design) -> None:
    if design.fences and worker.epoch < stage.epoch:
        raise _Fenced


def _next_step(stage: Stage, number: int) -> Stage:
    worker = stage.workers[number]
    pending = worker.pending and worker.pending._replace(step=worker.pending.step + 1)
    return with_worker(stage, number, worker._replace(pending=pending))


def _entries(records: Table, epoch: int) -> Log:
    return tuple(Entry(key, value, epoch) for key, value in records)


def _send(stage: Stage, number: int, pending: Pending, design: Design) -> tuple[str, Stage]:
    worker = stage.workers[number]
    _check(stage, worker, design)
    begun = with_transaction(stage, Transaction(worker.epoch))
    sent = begun._replace(changelog=begun.changelog + _entries(pending.changelog, worker.epoch))
    return f"sends changelog records {dict(pending.changelog)}", _next_step(sent, number)


def _send_on(stage: Stage, number: int, pending: Pending, design: Design) -> tuple[str, Stage]:
    worker = stage.workers[number]
    _check(stage, worker, design)
    sent = stage._replace(out=stage.out + _entries(pending.out, worker.epoch))
    return f"sends on {dict(pending.out)}", _next_step(sent, number)


def _commit(stage: Stage, number: int, pending: Pending, design: Design) -> tuple[str, Stage]:
    worker = stage.workers[number]
    _check(stage, worker, design)
    offset = pending.next_offset if design.offset_within else None
    decided = with_transaction(stage, Transaction(worker.epoch, offset, decided=True))
    return f"commits, with offset {offset}", _next_step(decided, number)


def _offset_alone(stage: Stage, number: int, pending: Pending, design: Design) -> tuple[str, Stage]:
    return (
        f"commits offset {pending.next_offset} by itself",
        _next_step(stage._replace(offset=pending.next_offset), number),
    )


def _learn(stage: Stage, number: int, pending: Pending, design: Design) -> tuple[str, Stage]:
    worker = stage.workers[number]._replace(pending=None, offset=pending.next_offset)
    return "hears that it is committed", with_worker(stage, number, worker)


_WRITE = {
    "send": _send,
    "send on": _send_on,
    "commit": _commit,
    "offset alone": _offset_alone,
    "learn": _learn,
}
