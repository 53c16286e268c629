"""A worker that has work and does none of it."""

import asyncio

import pytest
from streaming_fakes import Ended, Endings, FakeClock, FakePositions, delivery_of, opened, settle_down

from streams.delivery import Delivery, Partition, watchdog

FIRST, SECOND = Partition("coded", 0), Partition("coded", 1)


@pytest.fixture(autouse=True)
def _looks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "_LOOK_SECONDS", 0)


async def _watched(
    delivery: Delivery, endings: Endings, clock: FakeClock, *, recovered: list[int] | None = None
) -> "asyncio.Task[None]":
    told = recovered or [0]
    watching = asyncio.create_task(
        watchdog.watch(delivery, recovered=lambda: told[0], stall_seconds=60, end=endings, clock=clock)
    )
    await settle_down()
    return watching


async def _ends(watching: "asyncio.Task[None]") -> bool:
    await settle_down()
    if watching.done():
        with pytest.raises(Ended):
            watching.result()
        return True
    watching.cancel()
    return False


async def test_records_that_wait_while_nothing_moves_end_the_process(endings: Endings) -> None:
    """Lag without progress ends the process, and says where the records wait."""
    clock = FakeClock()
    delivery = await opened(delivery_of(FakePositions({FIRST: 5}, ends={FIRST: 9}), endings), FIRST)
    watching = await _watched(delivery, endings, clock)
    clock.now += 61
    assert await _ends(watching)
    assert endings.reasons == ["no progress"]
    assert endings.fields[0]["lag"] == {"coded/0": 4}


async def test_progress_in_time_is_enough(endings: Endings) -> None:
    """A worker that is slow, and moves, goes on."""
    clock = FakeClock()
    delivery = await opened(delivery_of(FakePositions({FIRST: 5}, ends={FIRST: 9}), endings), FIRST)
    watching = await _watched(delivery, endings, clock)
    clock.now += 50
    delivery.offsets[FIRST] = 6
    await settle_down()
    clock.now += 50
    assert not await _ends(watching)


async def test_a_partition_that_is_stuck_is_not_hidden_by_others(endings: Endings) -> None:
    """Each partition has to move by itself: steady work in one is no reason to leave another waiting."""
    clock = FakeClock()
    positions = FakePositions({FIRST: 5, SECOND: 5}, ends={FIRST: 9, SECOND: 99})
    delivery = await opened(delivery_of(positions, endings), FIRST, SECOND)
    watching = await _watched(delivery, endings, clock)
    for _ in range(7):
        clock.now += 9
        delivery.offsets[SECOND] += 1
        await settle_down()
    assert await _ends(watching)


async def test_a_worker_without_work_may_rest(endings: Endings) -> None:
    """Without lag nothing has to move."""
    clock = FakeClock()
    delivery = await opened(delivery_of(FakePositions({FIRST: 9}, ends={FIRST: 9}), endings), FIRST)
    watching = await _watched(delivery, endings, clock)
    clock.now += 1000
    assert not await _ends(watching)


async def test_a_worker_that_never_gets_its_partitions_ends(endings: Endings) -> None:
    """A group that cannot be joined is no rest."""
    clock = FakeClock()
    watching = await _watched(delivery_of(FakePositions(), endings), endings, clock)
    clock.now += 61
    assert await _ends(watching)
    assert endings.fields[0]["phase"] == "joining"


async def test_a_recovery_that_goes_on_is_progress(endings: Endings) -> None:
    """Reading a long changelog back may take longer than any record may wait."""
    clock, recovered = FakeClock(), [1000]
    watching = await _watched(delivery_of(FakePositions(), endings), endings, clock, recovered=recovered)
    clock.now += 50
    recovered[0] = 500
    await settle_down()
    clock.now += 50
    assert not await _ends(watching)


async def test_a_closed_delivery_is_not_watched(endings: Endings) -> None:
    """A worker that stops in good order is not stalled."""
    clock = FakeClock()
    delivery = await opened(delivery_of(FakePositions({FIRST: 5}, ends={FIRST: 9}), endings), FIRST)
    await delivery.close()
    watching = await _watched(delivery, endings, clock)
    clock.now += 1000
    assert not await _ends(watching)
