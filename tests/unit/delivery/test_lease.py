"""How long a worker may answer for its partitions."""

import pytest
from streaming_fakes import FakeClock

from streams.delivery import Lease


def test_a_new_lease_holds_for_less_than_a_session(ticking: FakeClock) -> None:
    """A lease ends before the session that the coordinator counts."""
    lease = Lease(10, clock=ticking)
    assert lease.remaining_seconds == pytest.approx(9)
    ticking.now += 9.5
    assert lease.remaining_seconds < 0


async def test_a_lease_counts_from_when_the_heartbeat_was_sent(ticking: FakeClock) -> None:
    """An answer that takes three seconds leaves three seconds less."""
    lease = Lease(10, clock=ticking)
    ticking.now += 5

    async def slow() -> bool:
        ticking.now += 3
        return True

    assert await lease.observing(slow)()
    assert lease.remaining_seconds == pytest.approx(6)


async def test_a_refused_heartbeat_renews_nothing(ticking: FakeClock) -> None:
    """A heartbeat that the coordinator does not answer well leaves the lease as it was, and is passed on."""
    lease = Lease(10, clock=ticking)
    ticking.now += 5

    async def refused() -> bool:
        return False

    async def failed() -> bool:
        raise ConnectionError("gone")

    assert not await lease.observing(refused)()
    with pytest.raises(ConnectionError):
        await lease.observing(failed)()
    assert lease.remaining_seconds == pytest.approx(4)


def test_a_renewed_lease_counts_anew(ticking: FakeClock) -> None:
    """A join renews the lease from now."""
    lease = Lease(10, clock=ticking)
    ticking.now += 100
    lease.renew()
    assert lease.remaining_seconds == pytest.approx(9)
