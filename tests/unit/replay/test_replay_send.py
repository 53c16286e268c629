"""The whole of a replay, on a producer of the tests' own."""

import asyncio
import gc
import inspect
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaTimeoutError, MessageSizeTooLargeError, OutOfOrderSequenceNumber
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from replay_fakes import FakeClock, FakeProducer, Position, sourced, until, write_json_lines

from streams.replay.bookmark import Bookmark
from streams.replay.items import Item, Note, Origin, Reason, Sourced, Unreadable
from streams.replay.pace import Pace
from streams.replay.producer import SendFailedError
from streams.replay.report import ReplayReport
from streams.replay.rounds import rounds
from streams.replay.send import replay
from streams.replay.sources import read_articles

DAY = datetime(2012, 8, 2, tzinfo=UTC)
BAD = Unreadable(b"{oops", Origin("feed.jsonl", 2), Reason.NOT_JSON, "feed.jsonl:2: not JSON")


def numbered(count: int) -> list[Item]:
    return [sourced(f"a{number}", DAY) for number in range(count)]


async def sent(items: list[Item], producer: FakeProducer, **options: object) -> ReplayReport:
    return await replay(iter(items), producer, kafka_topic="articles", pace=Pace(), **options)


@pytest.fixture
def open_bookmark(tmp_path: Path, clock: FakeClock) -> Callable[[], Bookmark]:
    feed = write_json_lines(tmp_path / "feed.jsonl", [])

    def open_it() -> Bookmark:
        bookmark = Bookmark.of(tmp_path, [str(feed)], cluster_id="c", kafka_topic="articles", clock=clock)
        assert bookmark is not None
        return bookmark

    return open_it


async def test_every_item_is_sent_in_order() -> None:
    """Articles and unreadable bytes go to the Kafka topic in the order in which they were read."""
    producer = FakeProducer()
    items = [sourced("a", DAY), BAD, sourced("b", DAY)]
    await sent(items, producer)
    assert producer.keys == ["a", producer.keys[1], "b"]
    assert {kafka_topic for kafka_topic, _, _, _ in producer.records} == {"articles"}
    assert producer.records[1][2] == BAD.raw


async def test_the_report_counts_what_the_broker_has() -> None:
    """The report tells articles, unreadable bytes, undated articles, bytes, offsets and notes apart."""
    producer, faults = FakeProducer(partitions=2), list[str]()
    undated = Sourced(sourced("b").article, Origin("b.txt"), Note.NO_DATE)
    dated = Sourced(sourced("c", DAY).article, Origin("c.txt"), Note.DATELINE_DATE)
    report = await sent([sourced("a", DAY), undated, BAD, dated, dated], producer, on_fault=faults.append)
    assert report == ReplayReport(
        sent=4,
        unreadable=1,
        refused=0,
        undated=1,
        skipped=0,
        sent_bytes=sum(len(value) for _, _, value, _ in producer.records),
        last_offsets={0: 2, 1: 1},
        notes={Note.NO_DATE: 1, Note.DATELINE_DATE: 2},
    )
    assert faults == ["feed.jsonl:2: not JSON"]


async def test_an_offset_that_is_not_told_is_none() -> None:
    """A record that the broker had already is acknowledged without its offset, which moves nothing back."""
    producer = FakeProducer(by_hand=True)
    replaying = asyncio.create_task(sent(numbered(3), producer))
    await until(lambda: len(producer.futures) == 3)
    for future, position in zip(producer.futures, [(0, 7), (0, -1), (1, -1)], strict=True):
        future.set_result(Position(*position))
    assert (await replaying).last_offsets == {0: 7}


async def test_nothing_is_done_before_it_is_acknowledged() -> None:
    """The replay ends when the broker has acknowledged the last record, and not before."""
    producer = FakeProducer(by_hand=True)
    replaying = asyncio.create_task(sent(numbered(2), producer))
    await until(lambda: len(producer.futures) == 2)
    producer.acknowledge(1)
    await asyncio.sleep(0.01)
    assert not replaying.done()
    producer.acknowledge(0)
    assert (await replaying).sent == 2


async def test_few_are_in_flight() -> None:
    """No more than the given number are unacknowledged, and each acknowledgement lets one more go."""
    producer = FakeProducer(by_hand=True)
    replaying = asyncio.create_task(sent(numbered(20), producer, max_in_flight=3))
    for number in range(20):
        await until(lambda number=number: len(producer.futures) == min(number + 3, 20))
        producer.acknowledge(number)
    assert (await replaying).sent == 20
    assert producer.most_in_flight == 3


@pytest.mark.parametrize("when", ["refuse_on_send", "refuse_later"])
async def test_a_failed_send_ends_the_replay(when: str) -> None:
    """A record that the broker does not take ends the replay, with its name and the remedy."""
    producer = FakeProducer(**{when: {b"a2": KafkaTimeoutError()}})
    with pytest.raises(SendFailedError) as caught:
        await sent(numbered(1000), producer, max_in_flight=5)
    assert str(caught.value) == (
        "feed.jsonl:1: article 'a2' was not taken by Kafka topic 'articles' (KafkaTimeoutError()); "
        "check that the broker is up, then replay again: what was sent already counts once"
    )
    assert isinstance(caught.value.__cause__, KafkaTimeoutError)
    assert len(producer.records) < 10


@pytest.mark.parametrize("when", ["refuse_on_send", "refuse_later"])
async def test_a_record_too_large_is_told_and_passed_over(when: str) -> None:
    """A record that is too large, for the producer or for the broker, is counted and the rest goes on."""
    producer, faults = FakeProducer(**{when: {b"a1": MessageSizeTooLargeError()}}), list[str]()
    report = await sent(numbered(4), producer, on_fault=faults.append)
    assert (report.sent, report.refused) == (3, 1)
    assert len(faults) == 1
    assert faults[0].startswith("feed.jsonl:1: article 'a1' has ")
    assert faults[0].endswith(
        "bytes, too large for Kafka topic 'articles'; "
        "raise its max.message.bytes and the producer's max_request_size, or shorten the text"
    )


async def test_a_producer_stuck_behind_a_refusal_is_explained() -> None:
    """After the broker refused a batch, an idempotent producer fails with a riddle; the message solves it."""
    producer = FakeProducer(
        refuse_later={b"a1": MessageSizeTooLargeError(), b"a2": OutOfOrderSequenceNumber()}
    )
    with pytest.raises(
        SendFailedError, match=r"give it the Kafka topic's max\.message\.bytes as max_request_size"
    ):
        await sent(numbered(4), producer)


async def test_a_fault_of_the_source_is_raised_as_it_is() -> None:
    """What the reading raises ends the replay as itself and in no group."""

    def items() -> Iterator[Item]:
        yield sourced("a")
        raise FileNotFoundError("gone")

    with pytest.raises(FileNotFoundError, match="gone"):
        await replay(items(), FakeProducer(), kafka_topic="articles", pace=Pace())


async def test_a_failed_replay_leaves_no_unseen_exceptions() -> None:
    """When many sends fail at once, the first is raised and none is left for asyncio to complain about."""
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    failing = {f"a{number}".encode(): KafkaTimeoutError() for number in range(50)}
    producer = FakeProducer(by_hand=True, refuse_later=failing)
    replaying = asyncio.create_task(sent(numbered(50), producer))
    await until(lambda: len(producer.futures) == 50)
    for number in range(50):
        producer.acknowledge(number)
    with pytest.raises(SendFailedError, match="'a0'"):
        await replaying
    del replaying
    producer.futures.clear()
    gc.collect()
    await asyncio.sleep(0)
    assert complaints == []


async def test_progress_is_told_ten_times_a_second_and_at_the_end(clock: FakeClock) -> None:
    """Who watches is not flooded, however fast the broker, and sees the last state."""
    seen: list[int] = []
    report = await sent(
        numbered(1000),
        FakeProducer(),
        on_progress=lambda so_far: seen.append(so_far.sent),
        max_in_flight=1,
        sleep=clock.sleep,
    )
    assert set(clock.slept) == {0.1}
    assert len(seen) <= len(clock.slept) + 1
    assert seen == sorted(seen)
    assert seen[-1] == report.sent == 1000


async def test_the_last_progress_of_a_failed_replay_is_told() -> None:
    """Even when a replay fails, who watches learns what the broker has."""
    seen: list[int] = []
    producer = FakeProducer(refuse_later={b"a2": KafkaTimeoutError()})
    with pytest.raises(SendFailedError):
        await sent(numbered(5), producer, on_progress=lambda so_far: seen.append(so_far.sent))
    assert seen[-1] == 2


async def test_the_pace_is_kept(clock: FakeClock) -> None:
    """Dated articles are sent apart, and who watches hears how long the next is not due."""
    producer, waits = FakeProducer(), list[float]()
    items = [sourced("a", DAY), sourced("b", DAY + timedelta(hours=1)), sourced("c"), BAD]
    pace = Pace(speed=60.0, clock=clock, sleep=clock.sleep)
    await replay(iter(items), producer, kafka_topic="articles", pace=pace, on_wait=waits.append)
    assert waits == clock.slept == [60.0]


async def test_each_round_keeps_the_pace(clock: FakeClock) -> None:
    """When the input begins again, so does the measuring of its gaps."""
    pace = Pace(speed=1.0, clock=clock, sleep=clock.sleep)
    items = [sourced("a", DAY), sourced("b", DAY + timedelta(seconds=10))]
    three_rounds = islice(rounds(lambda: iter(items)), 6)
    await replay(three_rounds, FakeProducer(), kafka_topic="articles", pace=pace)
    assert clock.slept == [10.0, 10.0, 10.0]


async def test_a_waiting_replay_is_up_to_date(
    open_bookmark: Callable[[], Bookmark], clock: FakeClock
) -> None:
    """While the next date is a day away, progress and bookmark are where the broker is."""
    seen: list[int] = []

    async def never(_: float) -> None:
        await asyncio.Event().wait()

    items = [sourced("a", DAY), sourced("b", DAY), sourced("c", DAY + timedelta(days=1))]
    replaying = asyncio.create_task(
        replay(
            iter(items),
            FakeProducer(),
            kafka_topic="articles",
            pace=Pace(speed=1.0, clock=clock, sleep=never),
            bookmark=open_bookmark(),
            on_progress=lambda so_far: seen.append(so_far.sent),
            sleep=clock.sleep,
        )
    )
    await until(lambda: open_bookmark().resumed == 2)
    assert seen[-1] == 2
    replaying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await replaying


async def test_the_bookmark_moves_without_gaps(open_bookmark: Callable[[], Bookmark]) -> None:
    """A record acknowledged before the one ahead of it does not move the bookmark past that one."""
    producer = FakeProducer(by_hand=True)
    replaying = asyncio.create_task(sent(numbered(5), producer, bookmark=open_bookmark()))
    await until(lambda: len(producer.futures) == 5)
    for number in (0, 1, 3, 4):
        producer.acknowledge(number)
    await asyncio.sleep(0.01)
    replaying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await replaying
    assert open_bookmark().resumed == 2


async def test_a_resumed_replay_skips_what_the_broker_has(open_bookmark: Callable[[], Bookmark]) -> None:
    """The items that the broker has are skipped and reported, and the end removes the bookmark."""
    bookmark = open_bookmark()
    bookmark.advance(3)
    bookmark.write()
    producer = FakeProducer()
    report = await sent([*numbered(2), BAD, *numbered(5)[3:]], producer, bookmark=open_bookmark())
    assert producer.keys == ["a3", "a4"]
    assert (report.skipped, report.sent, report.unreadable) == (3, 2, 0)
    assert open_bookmark().resumed == 0


async def test_a_refused_record_is_not_met_again(open_bookmark: Callable[[], Bookmark]) -> None:
    """After a failure behind a refused record, the next replay goes on behind that record."""
    producer = FakeProducer(
        refuse_later={b"a1": MessageSizeTooLargeError(), b"a2": OutOfOrderSequenceNumber()}
    )
    with pytest.raises(SendFailedError):
        await sent(numbered(4), producer, bookmark=open_bookmark())
    again = FakeProducer()
    await sent(numbered(4), again, bookmark=open_bookmark())
    assert again.keys == ["a2", "a3"]


@pytest.mark.parametrize("seed", range(20))
async def test_no_interruption_loses_an_article(open_bookmark: Callable[[], Bookmark], seed: int) -> None:
    """However often and wherever a replay fails, the broker has the whole input in the end."""
    chance, arrived = random.Random(seed), list[str]()
    for _ in range(100):
        failing = {f"a{chance.randrange(200)}".encode(): KafkaTimeoutError()}
        producer = FakeProducer(partitions=3, **{chance.choice(("refuse_on_send", "refuse_later")): failing})
        try:
            await sent(numbered(200), producer, bookmark=open_bookmark(), max_in_flight=chance.randint(1, 40))
        except SendFailedError:
            done = zip(producer.keys, producer.futures, strict=True)
            arrived += [key for key, future in done if not future.cancelled() and not future.exception()]
        else:
            arrived += producer.keys
            break
    else:
        pytest.fail("the replay never ended")
    assert set(arrived) == {f"a{number}" for number in range(200)}
    assert arrived[-1] == "a199"


async def test_files_arrive_as_they_are(tmp_path: Path) -> None:
    """From a file to the Kafka topic: every line in order, under its id, with its place."""
    records = [{"id": f"a{number}", "text": "Rain fell."} for number in range(300)]
    feed = write_json_lines(tmp_path / "feed.jsonl", records)
    producer = FakeProducer()
    report = await replay(read_articles([str(feed)]), producer, kafka_topic="articles", pace=Pace())
    assert producer.keys == [f"a{number}" for number in range(300)]
    assert producer.records[-1][3] == [("tidings-origin", b"feed.jsonl:300")]
    assert (report.sent, report.undated, report.notes) == (300, 300, {Note.NO_DATE: 300})


async def test_the_real_producer_takes_the_same_call() -> None:
    """What the fake takes, aiokafka takes: the arguments by name, and headers only as a list."""
    producer = FakeProducer()
    await sent([sourced("a")], producer)
    ((kafka_topic, key, value, headers),) = producer.records
    inspect.signature(AIOKafkaProducer.send).bind(None, kafka_topic, value, key, headers=headers)
    batch = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, 0, 16_384)
    assert batch.append(0, None, key, value, headers) is not None
