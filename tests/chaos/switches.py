"""Mechanisms that can be taken away from a worker, each to show that the suite then fails."""

import asyncio
import functools
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True)
class Switch:
    """How one mechanism is taken away, and which faults it is there for."""

    mechanism: str
    take_away: Callable[[], None]
    faults: tuple[str, ...]


def _differences() -> None:
    from streams.counting import ledger

    _ = ledger.difference
    ledger.difference = lambda new, _old: tuple(new)


def _fencing() -> None:
    from streams import members

    usual = members.transactional_producer
    members.transactional_producer = lambda options, name: usual(options, f"{name}-{os.getpid()}")


def _one_transaction() -> None:
    from aiokafka import AIOKafkaProducer

    usual = AIOKafkaProducer.send_offsets_to_transaction

    async def after_the_records(self: Any, *told: Any) -> None:
        await self.commit_transaction()
        await self.begin_transaction()
        await usual(self, *told)

    AIOKafkaProducer.send_offsets_to_transaction = after_the_records


def _committed_input() -> None:
    from streams.delivery import consumer

    consumer.aiokafka.AIOKafkaConsumer = _reading_all(consumer.aiokafka.AIOKafkaConsumer)


def _committed_recovery() -> None:
    from streams import recovery

    recovery.AIOKafkaConsumer = _reading_all(recovery.AIOKafkaConsumer)  # type: ignore[misc]


def _reading_all(usual: Any) -> Any:
    @functools.wraps(usual, updated=())
    def made(*topics: str, **options: Any) -> Any:
        return usual(*topics, **{**options, "isolation_level": "read_uncommitted"})

    return made


def _read_on() -> None:
    from streams.recovery import ChangelogReader

    usual = ChangelogReader._opened

    async def only_what_is_new(self: Any, partitions: Any) -> Any:
        held = getattr(self, "held_before", frozenset())
        self.held_before = partitions
        return await usual(self, partitions - held)

    ChangelogReader._opened = only_what_is_new  # type: ignore[method-assign]


def _discard() -> None:
    from streams.tables import Values

    _ = Values.discard_uncommitted
    Values.discard_uncommitted = lambda self: None  # type: ignore[method-assign]


def _generations() -> None:
    from streams.delivery.delivery import Delivery

    _ = Delivery.may_process
    Delivery.may_process = lambda self, batch: True  # type: ignore[method-assign]


def _watchdog() -> None:
    from streams import app

    async def never(*_told: Any, **_: Any) -> None:
        await asyncio.Event().wait()

    _ = app.watch
    app.watch = never  # type: ignore[assignment]


SWITCHES: Final = {
    "differences": Switch("a correction sends the difference", _differences, ("kill",)),
    "fencing": Switch(
        "a new owner fences the old one's transactions", _fencing, ("pause", "late-bytes", "cut", "join")
    ),
    "one-transaction": Switch(
        "records and offset are committed together", _one_transaction, ("kill", "kill-all", "late-bytes")
    ),
    "committed-input": Switch(
        "what is read is committed", _committed_input, ("kill", "kill-all", "late-bytes", "pause")
    ),
    "committed-recovery": Switch(
        "tables are recovered from what is committed", _committed_recovery, ("kill", "kill-all", "late-bytes")
    ),
    "read-on": Switch(
        "tables that stayed are read on, should somebody have written", _read_on, ("pause", "join", "cut")
    ),
    "discard": Switch(
        "values that were not committed are dropped at a rebalance", _discard, ("pause", "join", "cut")
    ),
    "generations": Switch(
        "batches of an old generation are not processed", _generations, ("join", "roll-workers", "pause")
    ),
    "watchdog": Switch("a worker that makes no progress ends", _watchdog, ("cut", "kill-broker")),
}
"""A further one is a function that patches, and its line here; it must fail where the name is not there."""
