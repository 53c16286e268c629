"""How long a worker may believe that it still is a member."""

import pytest
from streaming_fakes import Ended, Endings, FakeClock

from streams.delivery import Lease


def test_a_new_lease_holds_for_less_than_a_session(endings: Endings, ticking: FakeClock) -> None:
    """A lease ends before the session that the coordinator counts."""
    lease = Lease(10, end=endings, clock=ticking)
    assert lease.remaining_seconds == pytest.approx(9)
    ticking.now += 9.5
    assert lease.remaining_seconds < 0


def test_a_live_lease_passes_the_check(endings: Endings, ticking: FakeClock) -> None:
    """Nothing happens at a check while the lease holds."""
    lease = Lease(10, end=endings, clock=ticking)
    ticking.now += 8.9
    lease.check("batch")
    assert endings.reasons == []


def test_a_lapsed_lease_ends_the_process(endings: Endings, ticking: FakeClock) -> None:
    """A check after the lease has lapsed ends the process, and says by how much it came too late."""
    lease = Lease(10, end=endings, clock=ticking)
    ticking.now += 12
    with pytest.raises(Ended):
        lease.check("batch")
    assert endings.reasons == ["lease lapsed"]
    assert endings.fields == [{"before": "batch", "overdue_seconds": pytest.approx(3)}]


async def test_a_lease_counts_from_when_the_heartbeat_was_sent(endings: Endings, ticking: FakeClock) -> None:
    """An answer that takes three seconds leaves three seconds less."""
    lease = Lease(10, end=endings, clock=ticking)
    ticking.now += 5

    async def slow() -> bool:
        ticking.now += 3
        return True

    assert await lease.observing(slow)()
    assert lease.remaining_seconds == pytest.approx(6)


async def test_a_refused_heartbeat_renews_nothing(endings: Endings, ticking: FakeClock) -> None:
    """A heartbeat that the coordinator does not answer well leaves the lease as it was, and is passed on."""
    lease = Lease(10, end=endings, clock=ticking)
    ticking.now += 5

    async def refused() -> bool:
        return False

    async def failed() -> bool:
        raise ConnectionError("gone")

    assert not await lease.observing(refused)()
    with pytest.raises(ConnectionError):
        await lease.observing(failed)()
    assert lease.remaining_seconds == pytest.approx(4)


def test_a_renewed_lease_counts_anew(endings: Endings, ticking: FakeClock) -> None:
    """A join renews the lease from now."""
    lease = Lease(10, end=endings, clock=ticking)
    ticking.now += 100
    lease.renew()
    assert lease.remaining_seconds == pytest.approx(9)
