"""Which partitions a member holds, what it may process of them, and what it may commit."""

import asyncio
from collections.abc import Mapping

import pytest
from streaming_fakes import (
    Ended,
    Endings,
    FakeClock,
    FakePositions,
    FakeSender,
    batch_of,
    delivery_of,
    opened,
    opening_of,
    records,
    running,
    settle_down,
    stream_of,
    until,
)

from streams.delivery import Batch, Delivery, Outbox, Outgoing
from streams.delivery.delivery import BATCH_RECORDS, NONE_LIVE, Partition, Phase

FIRST, SECOND = Partition("coded", 0), Partition("coded", 1)
OTHER = Partition("tallies", 0)


def taken(delivery: Delivery, kafka_topic: str = "coded") -> list[Batch]:
    """What lies in an agent's inbox."""
    inbox = delivery.inboxes[kafka_topic]
    return [inbox.get_nowait() for _ in range(inbox.qsize())]


# --- opening -----------------------------------------------------------------------------------------------


async def test_partitions_open_after_recovery_each_sought_before_it_is_fetched(endings: Endings) -> None:
    """Nothing is sought before the tables are recovered, and nothing fetched before it is sought."""
    positions, recovered = FakePositions({FIRST: 5}), asyncio.Event()

    async def recover(assigned: frozenset[Partition], kept: frozenset[Partition]) -> None:
        assert (assigned, kept) == (frozenset({FIRST, SECOND}), frozenset())
        await recovered.wait()

    delivery = delivery_of(positions, endings, recover=recover)
    assert delivery.phase is Phase.JOINING
    delivery.begin(1, frozenset({FIRST, SECOND}))
    await settle_down()
    assert (delivery.phase, positions.sought, delivery.opened) == (Phase.RECOVERING, [], frozenset())
    opened_at_seek = []
    positions.on_seek = lambda partition: opened_at_seek.append(partition in delivery.opened)
    recovered.set()
    await opening_of(delivery)
    assert (positions.sought, opened_at_seek) == ([FIRST, SECOND], [False, False])
    assert (delivery.phase, delivery.opened) == (Phase.OPEN, {FIRST, SECOND})
    assert delivery.holds("coded") == {0, 1}
    assert delivery.committed == {FIRST: 5, SECOND: 0}


async def test_a_member_without_partitions_is_open_too(endings: Endings) -> None:
    """More workers than partitions: one that is assigned nothing is ready, and holds nothing."""
    delivery = await opened(delivery_of(FakePositions(), endings))
    assert (delivery.phase, delivery.holds("coded")) == (Phase.OPEN, frozenset())


async def test_a_failed_recovery_ends_the_process(endings: Endings) -> None:
    """A changelog that cannot be read ends the process; nothing is opened."""

    async def recover(*_: object) -> None:
        raise RuntimeError("stalled")

    positions = FakePositions()
    delivery = delivery_of(positions, endings, recover=recover)
    delivery.begin(1, frozenset({FIRST}))
    with pytest.raises(Ended):
        await opening_of(delivery)
    assert endings.reasons == ["recovery failed"]
    assert (positions.sought, delivery.phase) == ([], Phase.RECOVERING)


async def test_a_delivery_without_its_consumer_says_so(endings: Endings) -> None:
    """Positions before `attach` are a fault of the wiring, named as such."""
    delivery = Delivery(
        delivery_of(FakePositions(), endings).lease, recover=_never, end=endings, drain_seconds=1
    )
    with pytest.raises(RuntimeError, match="attach"):
        _ = delivery.positions


async def _never(*_: object) -> None:
    raise AssertionError("nothing is recovered here")


# --- records in --------------------------------------------------------------------------------------------


async def test_records_reach_the_inbox_in_small_batches(endings: Endings) -> None:
    """Fetched records come in order, in batches that hold the event loop only for a while."""
    delivery = await opened(delivery_of(FakePositions({FIRST: 3}), endings), FIRST)
    await delivery.take(1, FIRST, records(*range(3, 3 + 2 * BATCH_RECORDS + 1)))
    batches = taken(delivery)
    assert [len(batch.records) for batch in batches] == [BATCH_RECORDS, BATCH_RECORDS, 1]
    assert [record.offset for batch in batches for record in batch.records] == list(range(3, 104))
    assert {(batch.kafka_topic, batch.partition, batch.generation) for batch in batches} == {("coded", 0, 1)}
    assert batches[-1].next_offset == 104


@pytest.mark.parametrize("first", [4, 7])
async def test_a_first_record_off_the_committed_offset_ends_the_process(first: int, endings: Endings) -> None:
    """A partition starts at its committed offset, neither before nor behind it."""
    delivery = await opened(delivery_of(FakePositions({FIRST: 5}), endings), FIRST)
    with pytest.raises(Ended):
        await delivery.take(1, FIRST, records(first))
    assert endings.fields == [{"partition": FIRST, "expected": 5, "got": [first]}]
    assert taken(delivery) == []


async def test_a_hole_between_fetches_ends_the_process(endings: Endings) -> None:
    """Every fetch goes on where the last one ended."""
    delivery = await opened(delivery_of(FakePositions({FIRST: 5}), endings), FIRST)
    await delivery.take(1, FIRST, records(5, 6))
    with pytest.raises(Ended):
        await delivery.take(1, FIRST, records(8))
    assert endings.reasons == ["hole in what was fetched"]


async def test_a_hole_inside_a_fetch_ends_the_process(endings: Endings) -> None:
    """Within one fetch every record is the next one, too."""
    delivery = await opened(delivery_of(FakePositions({FIRST: 5}), endings), FIRST)
    with pytest.raises(Ended):
        await delivery.take(1, FIRST, records(5, 7))


async def test_a_partition_never_committed_starts_where_its_log_starts(endings: Endings) -> None:
    """Without a committed offset the first record fixes the position; from then on there is no hole."""
    delivery = await opened(delivery_of(FakePositions(), endings), FIRST)
    await delivery.take(1, FIRST, records(40, 41))
    assert len(taken(delivery)) == 1
    with pytest.raises(Ended):
        await delivery.take(1, FIRST, records(43))


async def test_records_of_another_generation_are_left_out(endings: Endings) -> None:
    """What was fetched for an earlier generation, or for a partition not yet open, is not taken."""
    delivery = await opened(delivery_of(FakePositions(), endings), FIRST, generation=2)
    await delivery.take(1, FIRST, records(0))
    await delivery.take(NONE_LIVE, FIRST, records(0))
    await delivery.take(2, SECOND, records(0))
    assert taken(delivery) == []
    await delivery.take(2, FIRST, records(0))
    assert len(taken(delivery)) == 1


async def test_batches_of_an_old_generation_are_dropped(endings: Endings) -> None:
    """A batch that waited in an inbox through a rebalance is not processed: its offset comes again."""
    delivery = await opened(delivery_of(FakePositions(), endings), FIRST, generation=2)
    old, new = (batch_of(*records(7), kafka_topic="coded", generation=number) for number in (1, 2))
    assert [batch async for batch in delivery.live(stream_of(old, new, old))] == [new]


async def test_a_batch_after_a_lapsed_lease_ends_the_process(endings: Endings, ticking: FakeClock) -> None:
    """A worker that was paused for longer than its session processes nothing more."""
    delivery = await opened(delivery_of(FakePositions(), endings, clock=ticking), FIRST)
    ticking.now += 60
    with pytest.raises(Ended):
        _ = [batch async for batch in delivery.live(stream_of(batch_of(*records(0), kafka_topic="coded")))]
    assert endings.reasons == ["lease lapsed"]


async def test_a_full_inbox_makes_fetching_wait(endings: Endings) -> None:
    """Fetching waits for the agent: memory stays bounded."""
    delivery = await opened(delivery_of(FakePositions(), endings, inbox_batches=1), FIRST)
    fetching = asyncio.create_task(delivery.take(1, FIRST, records(*range(BATCH_RECORDS + 1))))
    await settle_down()
    assert not fetching.done()
    delivery.inboxes["coded"].get_nowait()
    await fetching


# --- offsets out -------------------------------------------------------------------------------------------


async def test_only_what_is_done_is_committed(endings: Endings) -> None:
    """A commit holds the next offset of the last batch done; without one nothing is committed."""
    positions = FakePositions({FIRST: 5})
    delivery = await opened(delivery_of(positions, endings), FIRST, SECOND)
    async with running(lambda: delivery.commit_every(0)):
        await settle_down()
        assert positions.commits == []
        delivery.mark_done(batch_of(*records(5, 6), kafka_topic="coded"))
        delivery.mark_done(batch_of(*records(7), kafka_topic="coded"))
        await until(lambda: positions.commits)
        await settle_down()
    assert positions.commits == [{FIRST: 8}]
    assert delivery.committed_offset("coded", 0) == 8
    assert delivery.committed_offset("coded", 1) == 0
    assert delivery.committed_offset("other", 9) == 0


async def test_a_refused_commit_is_not_believed(endings: Endings) -> None:
    """An offset that the broker has not taken is not known to be committed."""
    positions = FakePositions({FIRST: 5}, takes_commits=False)
    delivery = await opened(delivery_of(positions, endings), FIRST)
    delivery.mark_done(batch_of(*records(5), kafka_topic="coded"))
    async with running(lambda: delivery.commit_every(0)):
        await until(lambda: positions.commits)
    assert delivery.committed_offset("coded", 0) == 5


async def test_a_refused_commit_is_tried_again(endings: Endings) -> None:
    """In the same generation, an offset stays to be committed until the broker has taken it."""
    positions = FakePositions({FIRST: 5}, takes_commits=False)
    delivery = await opened(delivery_of(positions, endings), FIRST)
    delivery.mark_done(batch_of(*records(5), kafka_topic="coded"))
    async with running(lambda: delivery.commit_every(0)):
        await until(lambda: positions.commits)
        positions.takes_commits = True
        await settle_down()
    assert delivery.committed_offset("coded", 0) == 6


async def test_what_an_old_generation_did_is_not_committed(endings: Endings) -> None:
    """A batch of a generation that has ended is committed by nobody: another may hold its partition."""
    positions = FakePositions({FIRST: 5})
    delivery = await opened(delivery_of(positions, endings), FIRST, generation=2)
    delivery.mark_done(batch_of(*records(5), kafka_topic="coded", generation=1))
    await delivery.revoke()
    delivery.mark_done(batch_of(*records(5), kafka_topic="coded", generation=2))
    await opened(delivery, FIRST, generation=3)
    await delivery.revoke()
    assert positions.commits == []


async def test_lag_is_the_logs_end_less_the_committed_offset(endings: Endings) -> None:
    """Lag is told for each partition held whose end is known, and never below zero."""
    third = Partition("coded", 2)
    positions = FakePositions({FIRST: 5, SECOND: 9}, ends={FIRST: 12, SECOND: 8})
    delivery = await opened(delivery_of(positions, endings), FIRST, SECOND, third)
    assert delivery.lag() == {FIRST: 7, SECOND: 0}
    positions.ends[third] = 4
    assert delivery.lag()[third] == 4


async def test_holds_tells_the_open_partitions_of_one_kafka_topic(endings: Endings) -> None:
    """Only while all is open, and only those of the Kafka topic that is asked for."""
    delivery = await opened(delivery_of(FakePositions(), endings), FIRST, SECOND, OTHER)
    assert (delivery.holds("coded"), delivery.holds("tallies")) == ({0, 1}, {0})
    await delivery.revoke()
    assert delivery.holds("coded") == delivery.holds("tallies") == frozenset()


# --- the end of a generation -------------------------------------------------------------------------------


async def test_revoke_drains_and_commits(endings: Endings) -> None:
    """At the end of a generation what is on its way is finished, then committed, and nothing else begins."""
    positions, sender = FakePositions({FIRST: 5}), FakeSender(by_hand=True)
    delivery = await opened(delivery_of(positions, endings), FIRST)
    outbox = Outbox(sender, on_done=delivery.mark_done, end=endings)
    delivery.outboxes.append(outbox)
    async with running(*outbox.loops()):
        await outbox.put(batch_of(*records(5), kafka_topic="coded"), [Outgoing("out", b"k", b"v")])
        await until(lambda: sender.futures)
        revoking = asyncio.create_task(delivery.revoke())
        await settle_down()
        assert (delivery.generation, positions.commits) == (NONE_LIVE, [])
        assert not delivery.may_process(batch_of(*records(6), kafka_topic="coded"))
        sender.futures[0].set_result(None)
        await revoking
    assert positions.commits == [{FIRST: 6}]
    assert (delivery.phase, delivery.lag()) == (Phase.JOINING, {})


async def test_a_revoke_that_cannot_drain_ends_the_process(endings: Endings) -> None:
    """Writes that are not acknowledged in time would be written beside those of the next holder."""
    sender = FakeSender(by_hand=True)
    delivery = await opened(delivery_of(FakePositions(), endings), FIRST)
    outbox = Outbox(sender, on_done=delivery.mark_done, end=endings)
    delivery.outboxes.append(outbox)
    async with running(*outbox.loops()):
        await outbox.put(batch_of(*records(0), kafka_topic="coded"), [Outgoing("out", b"k", b"v")])
        with pytest.raises(Ended):
            await delivery.revoke()
        assert endings.reasons == ["writes are not acknowledged at the end of a generation"]
        sender.futures[0].set_result(None)
        await settle_down()


async def test_a_revoke_stops_an_opening(endings: Endings) -> None:
    """A rebalance in the middle of recovery stops it; nothing of the old generation opens later."""
    positions, go_on, stopped = FakePositions(), asyncio.Event(), list[bool]()

    async def recover(*_: object) -> None:
        try:
            await go_on.wait()
        except asyncio.CancelledError:
            stopped.append(True)
            raise

    delivery = delivery_of(positions, endings, recover=recover)
    delivery.begin(1, frozenset({FIRST}))
    await settle_down()
    await delivery.revoke()
    await settle_down()
    go_on.set()
    await settle_down()
    assert stopped == [True]
    assert (delivery.phase, positions.sought) == (Phase.JOINING, [])


@pytest.mark.parametrize(
    ("next_generation", "kept"), [(2, frozenset({FIRST})), (3, frozenset()), (1, frozenset())]
)
async def test_tables_are_kept_only_across_consecutive_generations(
    next_generation: int, kept: frozenset[Partition], endings: Endings
) -> None:
    """Where a generation went by without this worker, another may have held its partitions."""
    told = list[frozenset[Partition]]()

    async def recover(_: frozenset[Partition], stayed: frozenset[Partition]) -> None:
        told.append(stayed)

    delivery = await opened(delivery_of(FakePositions(), endings, recover=recover), FIRST, SECOND)
    await delivery.revoke()
    await opened(delivery, FIRST, OTHER, generation=next_generation)
    assert told == [frozenset(), kept]


async def test_tables_are_not_kept_over_a_lapsed_lease(endings: Endings, ticking: FakeClock) -> None:
    """A worker whose lease had lapsed when its generation ended recovers everything."""
    told = list[frozenset[Partition]]()

    async def recover(_: frozenset[Partition], stayed: frozenset[Partition]) -> None:
        told.append(stayed)

    delivery = delivery_of(FakePositions(), endings, recover=recover, clock=ticking)
    await opened(delivery, FIRST)
    ticking.now += 60
    await delivery.revoke()
    delivery.lease.renew()
    await opened(delivery, FIRST, generation=2)
    assert told == [frozenset(), frozenset()]


async def test_tables_half_recovered_are_not_kept(endings: Endings) -> None:
    """A generation that ended before it was open leaves nothing that holds."""
    told, never = list[frozenset[Partition]](), asyncio.Event()

    async def recover(_: frozenset[Partition], stayed: frozenset[Partition]) -> None:
        told.append(stayed)
        if len(told) == 1:
            await never.wait()

    delivery = delivery_of(FakePositions(), endings, recover=recover)
    delivery.begin(1, frozenset({FIRST}))
    await settle_down()
    await delivery.revoke()
    await opened(delivery, FIRST, generation=2)
    assert told == [frozenset(), frozenset()]


async def test_each_generation_begins_at_its_committed_offset(endings: Endings) -> None:
    """After a rebalance a partition goes on at what was committed, whatever was fetched before."""
    positions = FakePositions({FIRST: 5})
    delivery = await opened(delivery_of(positions, endings), FIRST)
    await delivery.take(1, FIRST, records(5, 6, 7))
    delivery.mark_done(batch_of(*records(5), kafka_topic="coded"))
    await delivery.revoke()
    await opened(delivery, FIRST, generation=2)
    await delivery.take(2, FIRST, records(6, 7))
    assert endings.reasons == []


async def test_close_finishes_for_good(endings: Endings) -> None:
    """A closed delivery has committed what was done, holds nothing, and says that it is closed."""
    positions = FakePositions({FIRST: 5})
    delivery = await opened(delivery_of(positions, endings), FIRST)
    delivery.mark_done(batch_of(*records(5), kafka_topic="coded"))
    await delivery.close()
    assert positions.commits == [{FIRST: 6}]
    assert (delivery.phase, delivery.assigned, delivery.generation) == (Phase.CLOSED, frozenset(), NONE_LIVE)
    await delivery.revoke()
    assert delivery.phase is Phase.CLOSED


async def test_a_closed_delivery_stays_closed(endings: Endings) -> None:
    """A rebalance between close and the end of the app opens nothing again."""
    delivery = await opened(delivery_of(FakePositions(), endings), FIRST)
    await delivery.close()
    delivery.begin(2, frozenset({FIRST}))
    await settle_down()
    assert delivery.phase is Phase.CLOSED
    assert delivery.generation == NONE_LIVE


async def test_a_commit_that_a_rebalance_overtakes_is_not_tried_again(endings: Endings) -> None:
    """A commit on its way when its generation ends, and then refused, is not made in the next one."""
    answered = asyncio.Event()

    class Slow(FakePositions):
        async def commit_offsets(self, offsets: Mapping[Partition, int]) -> bool:
            self.commits.append(dict(offsets))
            await answered.wait()
            return False

    positions = Slow({FIRST: 5})
    delivery = await opened(delivery_of(positions, endings), FIRST)
    delivery.mark_done(batch_of(*records(5), kafka_topic="coded"))
    async with running(lambda: delivery.commit_every(0)):
        await until(lambda: positions.commits)
        await delivery.revoke()
        await opened(delivery, FIRST, generation=2)
        answered.set()
        await settle_down()
    assert positions.commits == [{FIRST: 6}]


async def test_a_lapsed_lease_holds_nothing(endings: Endings) -> None:
    """A worker that wakes from a pause answers for no partition, before it has learned that they are gone."""
    now = [0.0]
    delivery = await opened(delivery_of(FakePositions(), endings, clock=lambda: now[0]), FIRST)
    assert (delivery.standing, delivery.holds("coded")) == (Phase.OPEN, {0})
    now[0] = 60.0
    assert (delivery.standing, delivery.holds("coded")) == (Phase.LAPSED, frozenset())
