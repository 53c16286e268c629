"""What a worker says of itself."""

from streaming_fakes import FakeClock

from streams.metrics import Metrics
from streams.worker_state import RATE_SECONDS, Rate


def test_a_rate_is_that_of_the_last_minute() -> None:
    """What was counted before the last minute is forgotten, all labels together."""
    clock, counter = FakeClock(), Metrics().articles_counted
    rate = Rate(counter, clock)
    rate.sample()
    for _ in range(40):  # two articles a second for as long as is remembered twice
        clock.now += 5
        counter.labels("first").inc(4)
        counter.labels("repeat").inc(6)
        rate.sample()
    assert rate.per_second() == 2.0
    for _ in range(int(RATE_SECONDS / 5)):
        clock.now += 5
        rate.sample()
    assert rate.per_second() == 0.0


def test_a_rate_begins_at_zero() -> None:
    """Before any time has passed nothing is told."""
    assert Rate(Metrics().articles_coded, FakeClock()).per_second() == 0.0
