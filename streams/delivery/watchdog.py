"""A worker that has work and does none of it ends: the next one may do better."""

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Final

from streams.delivery.delivery import Delivery, Phase
from streams.delivery.ending import End

_LOOK_SECONDS: Final = 1.0

Waiting = tuple[object, ...]


async def watch(
    delivery: Delivery,
    *,
    recovered: Callable[[], int],
    stall_seconds: float,
    end: End,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """End the process where something has waited for so long and has not moved at all.

    Partitions are looked at one by one: others that go on must not hide the one that is stuck.
    """
    since: dict[Waiting, float] = {}
    while True:
        since = {waiting: since.get(waiting, clock()) for waiting in _waiting(delivery, recovered)}
        if any(clock() - began > stall_seconds for began in since.values()):
            end("no progress", phase=delivery.standing.value, seconds=stall_seconds, lag=_lag(delivery))
        await asyncio.sleep(_LOOK_SECONDS)


def _waiting(delivery: Delivery, recovered: Callable[[], int]) -> Iterator[Waiting]:
    """What waits, and how far it is: the opening of the partitions, or records of each of them."""
    if delivery.phase is Phase.OPEN:
        for source, records in delivery.lag().items():
            if records:
                yield source, delivery.generation, delivery.offsets.get(source)
    elif delivery.phase is not Phase.CLOSED:
        yield delivery.phase, delivery.generation, recovered()


def _lag(delivery: Delivery) -> dict[str, int]:
    return {f"{source.kafka_topic}/{source.number}": records for source, records in delivery.lag().items()}
