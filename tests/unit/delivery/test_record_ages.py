"""How old stories are when what was made of them is committed."""

from dataclasses import dataclass, field

import pytest
from streaming_fakes import Endings, FakeClock, FakePositions, Journal, Record, delivery_of, opened

from streams.delivery import Partition
from streams.delivery.ages import Ages, arrival_of, arrival_told_by
from streams.delivery.batch import Fetched

FIRST, OTHER = Partition("coded", 0), Partition("coded", 1)


def made_of_story(offset: int, *, arrived: float) -> Record:
    return Record(offset, headers=[("other", b"x"), ("tidings-arrived", b"%d" % (arrived * 1000))])


@dataclass
class Watched:
    clock: FakeClock = field(default_factory=FakeClock)
    seen: list[tuple[str, float]] = field(default_factory=list)

    def ages(self, **options: bool) -> Ages:
        return Ages(observe=lambda *seen: self.seen.append(seen), now=self.clock, **options)


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_a_story_is_as_old_as_the_time_since_it_arrived(watched: Watched) -> None:
    """Each story is told once, when it is committed, with the seconds since its own arrival."""
    ages = watched.ages()
    ages.fetched(FIRST, [made_of_story(4, arrived=990), made_of_story(6, arrived=998.5)])
    ages.committed(FIRST, 5)
    assert watched.seen == [("coded", 10)]
    watched.clock.now = 1001
    ages.committed(FIRST, 7)
    ages.committed(FIRST, 7)
    assert watched.seen == [("coded", 10), ("coded", 2.5)]


def test_articles_are_stories_themselves(watched: Watched) -> None:
    """An article arrived when Kafka says so; other records without a header are no story of their own."""
    for ages in (watched.ages(of_articles=True), watched.ages()):
        ages.fetched(FIRST, [Record(4, timestamp=997_000)])
        ages.committed(FIRST, 5)
    assert watched.seen == [("coded", 3)]


def test_a_clock_ahead_of_ours_makes_no_negative_age(watched: Watched) -> None:
    """Clocks differ: a story from the future is told as new."""
    ages = watched.ages()
    ages.fetched(FIRST, [made_of_story(1, arrived=5000)])
    assert ages.oldest_seconds() == {"coded": 0}
    ages.committed(FIRST, 2)
    assert watched.seen == [("coded", 0)]


def test_the_oldest_that_waits_tells_how_far_behind(watched: Watched) -> None:
    """Over all partitions the oldest counts, and 0 once all is committed."""
    ages = watched.ages()
    ages.fetched(FIRST, [made_of_story(1, arrived=970)])
    ages.fetched(OTHER, [made_of_story(1, arrived=990)])
    assert ages.oldest_seconds() == {"coded": 30}
    ages.committed(FIRST, 2)
    assert ages.oldest_seconds() == {"coded": 10}
    ages.committed(OTHER, 2)
    assert ages.oldest_seconds() == {"coded": 0}


def test_arrival_is_passed_on_as_it_came() -> None:
    """What is made of a story carries its arrival, and nothing else of its headers."""
    header = arrival_of(Record(1, timestamp=970_000))
    assert header == (("tidings-arrived", b"970000"),)
    assert arrival_told_by(made_of_story(1, arrived=970)) == header
    assert arrival_of(Record(1, timestamp=-1)) == arrival_told_by(Record(1)) == ()


@pytest.mark.parametrize("value", [b"", b"soon", b"-5", "\u0661".encode(), b"0", b"9" * 5000, None])
def test_a_header_that_tells_no_time_is_none(watched: Watched, value: bytes) -> None:
    """Whoever writes nonsense into the header stops nothing, and it goes no further."""
    ages = watched.ages()
    ages.fetched(FIRST, [Record(1, headers=[("tidings-arrived", value)])])
    assert ages.oldest_seconds() == {}
    assert arrival_told_by(Record(1, headers=[("tidings-arrived", value)])) == ()


async def test_a_delivery_tells_ages_until_the_generation_ends(watched: Watched) -> None:
    """A new generation fetches again what is not committed, so nothing waits twice."""
    journal = Journal(by_hand=True)
    delivery = await opened(
        delivery_of(FakePositions(), Endings(), journal=journal, kafka_topics=["coded"]), FIRST
    )
    delivery.ages = watched.ages()
    await delivery.take(delivery.generation, FIRST, Fetched(0, [made_of_story(0, arrived=970)], 1))
    assert delivery.seconds_behind() == {"coded": 30}
    await delivery.revoke()
    assert delivery.seconds_behind() == {}


async def test_a_delivery_tells_transactions(watched: Watched) -> None:
    """Whoever listens hears of each commit how long it took and how old its stories were."""
    delivery = await opened(delivery_of(FakePositions(), Endings(), kafka_topics=["coded"]), FIRST)
    transactions: list[tuple[str, float]] = []
    delivery.ages, delivery.on_transaction = watched.ages(), lambda *told: transactions.append(told)
    await delivery.take(delivery.generation, FIRST, Fetched(0, [made_of_story(0, arrived=970)], 1))
    await delivery.put(delivery.inboxes["coded"].get_nowait(), [])
    assert watched.seen == [("coded", 30)]
    assert transactions == [("coded", 0.0)]
    assert delivery.seconds_behind() == {"coded": 0}
