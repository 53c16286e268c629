"""How fast articles go out."""

from datetime import UTC, datetime, timedelta

import pytest
from replay_fakes import FakeClock

from streams.replay.pace import Pace, PaceUnknownError, speed_of

START = datetime(2012, 8, 2, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("words", "speed"),
    [("1x", 1.0), ("60x", 60.0), ("0.5x", 0.5), ("60", 60.0), ("1e3x", 1000.0), ("max", None)],
)
def test_reads_a_speed(words: str, speed: float | None) -> None:
    """A speed is a multiple of event time, or none at all."""
    assert speed_of(words) == speed


@pytest.mark.parametrize("words", ["", "x", "0x", "-1x", "fast", "infx", "nanx", "60xx", "MAXIMUM"])
def test_refuses_what_is_no_speed(words: str) -> None:
    """A speed that is none is named, with what can be given."""
    with pytest.raises(PaceUnknownError, match="is no speed; give 1x, 60x, another multiple, or max"):
        speed_of(words)


@pytest.mark.parametrize("rate", [0, -1, float("inf"), float("nan")])
def test_refuses_what_is_no_rate(rate: float) -> None:
    """A rate must be a number of articles per second, more than none."""
    with pytest.raises(PaceUnknownError, match="is no rate; give articles per second"):
        Pace(per_second=rate)


async def waits(pace: Pace, clock: FakeClock, dates: list[datetime | None]) -> list[float]:
    """How long each of the dates is waited for."""
    found = []
    for day in dates:
        before = clock.now
        await pace.wait(day)
        found.append(round(clock.now - before, 6))
    return found


@pytest.mark.parametrize(
    ("speed", "dates", "expected"),
    [
        (1.0, [at(0), at(10), at(15), at(15)], [0, 10, 5, 0]),
        (60.0, [at(0), at(60), at(3600)], [0, 1, 59]),
        (0.5, [at(0), at(10)], [0, 20]),
        (1.0, [at(0), None, at(10), None], [0, 0, 10, 0]),
        (1.0, [None, at(0), at(10)], [0, 0, 10]),
        (1.0, [at(0), at(10), at(5), at(12)], [0, 10, 0, 2]),
        (1.0, [at(100), at(50), at(0)], [0, 0, 0]),
        (None, [at(0), at(10), at(3600)], [0, 0, 0]),
    ],
)
async def test_gaps_between_dates_are_divided(
    clock: FakeClock, speed: float | None, dates: list[datetime | None], expected: list[float]
) -> None:
    """Gaps are divided by the speed; undated and late articles go at once and do not move what follows."""
    pace = Pace(speed=speed, clock=clock, sleep=clock.sleep)
    assert await waits(pace, clock, dates) == expected
    assert all(seconds > 0 for seconds in clock.slept)


async def test_lost_time_is_made_up(clock: FakeClock) -> None:
    """When sending took longer than a gap, the next article is not held back by that gap as well."""
    pace = Pace(speed=1.0, clock=clock, sleep=clock.sleep)
    await pace.wait(at(0))
    clock.now += 12
    assert await waits(pace, clock, [at(10), at(15)]) == [0, 3]


async def test_a_new_round_begins_at_its_own_first_date(clock: FakeClock) -> None:
    """After a restart the gaps count from the next date, though it lies before the last."""
    pace = Pace(speed=1.0, clock=clock, sleep=clock.sleep)
    await waits(pace, clock, [at(0), at(10)])
    pace.restart()
    assert await waits(pace, clock, [at(0), at(10)]) == [0, 10]


async def test_a_rate_holds_from_the_first_article(clock: FakeClock) -> None:
    """At ten a second, articles go out a tenth of a second apart, dated or not."""
    pace = Pace(per_second=10, clock=clock, sleep=clock.sleep)
    assert await waits(pace, clock, [None, at(0), at(99), None]) == [0, 0.1, 0.1, 0.1]


@pytest.mark.parametrize("rate", [0.5, 3, 10, 1000, 12_345])
async def test_a_rate_is_kept_over_any_stretch(clock: FakeClock, rate: float) -> None:
    """However the sender stutters, no second sees more than the rate and the tenth that a bucket holds."""
    pace, sent = Pace(per_second=rate, clock=clock, sleep=clock.sleep), []
    for number in range(500):
        await pace.wait(None)
        sent.append(clock.now)
        clock.now += (number % 7) / (10 * rate)
    for first in range(0, 500, 50):
        within = sum(sent[first] <= moment < sent[first] + 1 for moment in sent)
        assert within <= rate + max(1, rate / 10) + 1


async def test_an_idle_bucket_holds_a_tenth_of_a_second(clock: FakeClock) -> None:
    """After a pause only a short burst goes out at once."""
    pace = Pace(per_second=100, clock=clock, sleep=clock.sleep)
    clock.now += 3600
    assert await waits(pace, clock, [None] * 12) == [0] * 10 + [0.01] * 2


async def test_the_longer_wait_counts(clock: FakeClock) -> None:
    """With a speed and a rate, an article waits until it is due by both."""
    pace = Pace(speed=1.0, per_second=2, clock=clock, sleep=clock.sleep)
    assert await waits(pace, clock, [at(0), at(0.1), at(10)]) == [0, 0.5, 9.5]


async def test_a_wait_is_told_before_it_begins(clock: FakeClock) -> None:
    """Who watches hears how long the next article is not due, and nothing where there is no wait."""
    pace, told = Pace(speed=60.0, clock=clock, sleep=clock.sleep), list[tuple[float, float]]()
    for moment in (at(0), at(86_400), at(86_400)):
        await pace.wait(moment, on_wait=lambda seconds: told.append((seconds, clock.now)))
    assert told == [(1440.0, 1000.0)]
