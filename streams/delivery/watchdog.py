"""A worker that has work and does none of it ends: the next one may do better."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from streams.delivery.delivery import Delivery, Phase
from streams.delivery.ending import End

_LOOK_SECONDS: Final = 1.0


async def watch(
    delivery: Delivery,
    *,
    recovered: Callable[[], int],
    stall_seconds: float,
    end: End,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """End the process where nothing moves for so long: no phase, no offset, no recovery, and records wait."""
    state, since = _state(delivery, recovered), clock()
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        before, state = state, _state(delivery, recovered)
        if state != before or not _is_waiting(delivery):
            since = clock()
        if clock() - since > stall_seconds:
            end("no progress", phase=delivery.standing.value, seconds=stall_seconds, lag=_lag(delivery))


def _state(delivery: Delivery, recovered: Callable[[], int]) -> tuple[object, ...]:
    return delivery.phase, delivery.generation, recovered(), tuple(sorted(delivery.offsets.items()))


def _is_waiting(delivery: Delivery) -> bool:
    if delivery.phase is Phase.CLOSED:
        return False
    return delivery.phase is not Phase.OPEN or any(delivery.lag().values())


def _lag(delivery: Delivery) -> dict[str, int]:
    return {f"{source.kafka_topic}/{source.number}": records for source, records in delivery.lag().items()}
