"""Which partitions a member holds, what it may process of them, and where it goes on."""

import asyncio
from collections.abc import Callable, Mapping

import pytest
from aiokafka.errors import (
    CoordinatorNotAvailableError,
    IllegalStateError,
    KafkaConnectionError,
    KafkaError,
    TopicAuthorizationFailedError,
)
from streaming_fakes import (
    Ended,
    Endings,
    FakeClock,
    FakePositions,
    Journal,
    Record,
    batch_of,
    delivery_of,
    opened,
    opening_of,
    records,
    settle_down,
    stream_of,
)
from structlog.testing import capture_logs

from streams.delivery import Batch, Delivery, Outgoing, Partition
from streams.delivery import delivery as delivery_module
from streams.delivery.batch import Fetched
from streams.delivery.delivery import BATCH_RECORDS, NONE_LIVE, Phase

FIRST, SECOND = Partition("coded", 0), Partition("coded", 1)
OTHER = Partition("tallies", 0)


@pytest.fixture(autouse=True)
def _tries_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery_module, "_RETRY_SECONDS", 0)


def fetched(*offsets: int, before: int | None = None, after: int | None = None) -> Fetched:
    """One fetch that met these records; marks of transactions lie between `after` and the last of them."""
    start = offsets[0] if before is None else before
    return Fetched(start, records(*offsets), offsets[-1] + 1 if after is None else after)


def taken(delivery: Delivery, kafka_topic: str = "coded") -> list[Batch]:
    """What lies in an agent's inbox."""
    inbox = delivery.inboxes[kafka_topic]
    return [inbox.get_nowait() for _ in range(inbox.qsize())]


class Recovery:
    """Stands for the tables: tells what it is given, one answer for each recovery, the last one for good."""

    def __init__(self, *tells: Mapping[Partition, int]) -> None:
        self.tells = list(tells) or [{}]

    async def __call__(self, assigned: frozenset[Partition]) -> Mapping[Partition, int]:
        return self.tells.pop(0) if len(self.tells) > 1 else self.tells[0]


# --- opening -----------------------------------------------------------------------------------------------


async def test_a_partition_is_fenced_then_recovered_then_looked_up_then_sought(endings: Endings) -> None:
    """Whoever had it before can change nothing any more when its offset and its tables are read."""
    order, journal = list[str](), Journal()
    positions = FakePositions({FIRST: 5}, on_committed=lambda: order.append(f"look {len(journal.opened)}"))

    async def recover(*_: frozenset[Partition]) -> Mapping[Partition, int]:
        order.append(f"recover {len(journal.opened)}")
        return {}

    delivery = delivery_of(positions, endings, journal=journal, recover=recover)
    assert delivery.phase is Phase.JOINING
    await opened(delivery, FIRST, SECOND)
    assert (journal.opened, order) == ([FIRST, SECOND], ["recover 2", "look 2"])
    assert positions.went_to == [{FIRST: 5, SECOND: None}]
    assert (delivery.phase, delivery.opened) == (Phase.OPEN, {FIRST, SECOND})
    assert delivery.holds("coded") == {0, 1}
    assert delivery.offsets == {FIRST: 5, SECOND: 0}


async def test_nothing_is_fetched_before_it_is_open(endings: Endings) -> None:
    """While tables are recovered no partition may be fetched from."""
    go_on = asyncio.Event()

    async def recover(*_: frozenset[Partition]) -> Mapping[Partition, int]:
        await go_on.wait()
        return {}

    delivery = delivery_of(FakePositions({FIRST: 5}), endings, recover=recover)
    delivery.begin(1, frozenset({FIRST}))
    await settle_down()
    assert (delivery.phase, delivery.opened) == (Phase.RECOVERING, frozenset())
    go_on.set()
    await opening_of(delivery)
    assert delivery.opened == {FIRST}


async def test_a_member_without_partitions_is_open_too(endings: Endings) -> None:
    """More workers than partitions: one that is assigned nothing is ready, and holds nothing."""
    delivery = await opened(delivery_of(FakePositions(), endings))
    assert (delivery.phase, delivery.holds("coded")) == (Phase.OPEN, frozenset())


@pytest.mark.parametrize(
    ("committed", "told", "start"),
    [(5, 5, 5), (None, 7, 7), (5, 7, 7), (5, None, 5), (None, None, None), (5, 3, 5)],
)
async def test_a_partition_goes_on_where_offset_or_tables_tell(
    committed: int | None, told: int | None, start: int | None, endings: Endings
) -> None:
    """A committed offset that expired is told by the tables; nothing they have seen is read again."""
    positions = FakePositions({FIRST: committed} if committed is not None else {})
    recovery = Recovery({FIRST: told} if told is not None else {})
    await opened(delivery_of(positions, endings, recover=recovery), FIRST)
    assert positions.went_to == [{FIRST: start}]


async def test_tables_that_are_behind_the_committed_offset_are_opened_again(endings: Endings) -> None:
    """An earlier owner that fenced after us, and committed, is fenced again; then the tables are whole."""
    journal, positions = Journal(), FakePositions({FIRST: 7})
    recovery = Recovery({FIRST: 5}, {FIRST: 7})
    await opened(
        delivery_of(positions, endings, journal=journal, recover=recovery, tells_offsets=True), FIRST
    )
    assert (journal.opened, positions.went_to) == ([FIRST, FIRST], [{FIRST: 7}])


async def test_a_changelog_that_lost_its_end_stops_nothing(endings: Endings) -> None:
    """Where it is not another owner, the loss is told and the worker goes on at the committed offset."""
    positions = FakePositions({FIRST: 7})
    await opened(delivery_of(positions, endings, recover=Recovery({FIRST: 5}), tells_offsets=True), FIRST)
    assert positions.went_to == [{FIRST: 7}]


async def test_all_openings_end_before_the_next_attempt(endings: Endings) -> None:
    """One that went on would take the transactional id from its own successor."""
    journal = Journal(refuse=[KafkaConnectionError("gone")])
    await opened(delivery_of(FakePositions(), endings, journal=journal), FIRST, SECOND)
    assert journal.opened == [FIRST, SECOND, FIRST, SECOND]
    assert journal.closed == [FIRST, SECOND]


@pytest.mark.parametrize(
    "fault",
    [CoordinatorNotAvailableError(), IllegalStateError("revoked meanwhile"), asyncio.CancelledError()],
)
async def test_opening_is_tried_again_where_kafka_asks_for_it(fault: KafkaError, endings: Endings) -> None:
    """A coordinator that is moving is no reason to end; the writers of the first attempt are closed."""
    faults, journal = [fault], Journal()

    def once() -> None:
        if faults:
            raise faults.pop()

    positions = FakePositions({FIRST: 5}, on_committed=once)
    delivery = await opened(delivery_of(positions, endings, journal=journal), FIRST)
    assert (delivery.phase, endings.reasons) == (Phase.OPEN, [])
    assert (journal.opened, journal.closed) == ([FIRST, FIRST], [FIRST])


@pytest.mark.parametrize("fault", [RuntimeError("stalled"), TopicAuthorizationFailedError("coded")])
async def test_an_opening_that_cannot_succeed_ends_the_process(fault: Exception, endings: Endings) -> None:
    """A changelog that cannot be read ends the process; nothing is opened."""

    async def recover(*_: frozenset[Partition]) -> Mapping[Partition, int]:
        raise fault

    delivery = delivery_of(FakePositions(), endings, recover=recover)
    delivery.begin(1, frozenset({FIRST}))
    with pytest.raises(Ended):
        await opening_of(delivery)
    assert endings.reasons == ["partitions could not be opened"]
    assert (delivery.opened, delivery.phase) == (frozenset(), Phase.RECOVERING)


async def test_a_delivery_without_its_consumer_says_so(endings: Endings) -> None:
    """Positions before `attach` are a fault of the wiring, named as such."""
    delivery = Delivery(
        lease=delivery_of(FakePositions(), endings).lease,
        recover=Recovery(),
        new_writer=Journal().new_writer,
        end=endings,
        drain_seconds=1,
    )
    with pytest.raises(RuntimeError, match="attach"):
        _ = delivery.positions


# --- records in --------------------------------------------------------------------------------------------


async def test_records_reach_the_inbox_in_small_batches(endings: Endings) -> None:
    """Fetched records come in order, in batches that hold the event loop only for a while."""
    delivery = await opened(delivery_of(FakePositions({FIRST: 3}), endings), FIRST)
    await delivery.take(1, FIRST, fetched(*range(3, 3 + 2 * BATCH_RECORDS + 1)))
    batches = taken(delivery)
    assert [len(batch.records) for batch in batches] == [BATCH_RECORDS, BATCH_RECORDS, 1]
    assert [record.offset for batch in batches for record in batch.records] == list(range(3, 104))
    assert {(batch.source, batch.generation) for batch in batches} == {(FIRST, 1)}
    assert [batch.next_offset for batch in batches] == [53, 103, 104]


async def test_the_last_batch_passes_the_marks_of_transactions(endings: Endings) -> None:
    """The offset to go on from is the consumer's position, so that the end of the log is reached."""
    delivery = await opened(delivery_of(FakePositions({FIRST: 3}), endings), FIRST)
    await delivery.take(1, FIRST, fetched(3, 6, after=9))
    assert [batch.next_offset for batch in taken(delivery)] == [9]
    await delivery.take(1, FIRST, Fetched(9, (), 12))
    assert [(batch.records, batch.next_offset) for batch in taken(delivery)] == [((), 12)]


@pytest.mark.parametrize("before", [4, 7])
async def test_a_position_that_moved_by_itself_ends_the_process(before: int, endings: Endings) -> None:
    """Every fetch goes on where the last one ended, the first one at the committed offset."""
    delivery = await opened(delivery_of(FakePositions({FIRST: 5}), endings), FIRST)
    with pytest.raises(Ended):
        await delivery.take(1, FIRST, fetched(before))
    assert endings.fields == [{"partition": FIRST, "expected": 5, "at": before}]
    assert taken(delivery) == []


async def test_records_that_are_gone_are_passed_and_counted(endings: Endings) -> None:
    """What retention deleted before it was read stops nothing, and is told."""
    delivery = await opened(delivery_of(FakePositions({FIRST: 5}), endings), FIRST)
    delivery.skip_lost(FIRST, first=40)
    await delivery.take(1, FIRST, fetched(40))
    assert (delivery.lost_records, len(taken(delivery))) == ({"coded": 35}, 1)


async def test_records_of_another_generation_are_left_out(endings: Endings) -> None:
    """What was fetched for an earlier generation, or for a partition not yet open, is not taken."""
    delivery = await opened(delivery_of(FakePositions(), endings), FIRST, generation=2)
    await delivery.take(1, FIRST, fetched(0))
    await delivery.take(NONE_LIVE, FIRST, fetched(0))
    await delivery.take(2, SECOND, fetched(0))
    assert taken(delivery) == []
    await delivery.take(2, FIRST, fetched(0))
    assert len(taken(delivery)) == 1


async def test_batches_of_an_old_generation_are_dropped(endings: Endings) -> None:
    """A batch that waited in an inbox through a rebalance is not processed: its offset comes again."""
    delivery = await opened(delivery_of(FakePositions(), endings), FIRST, generation=2)
    old, new = (batch_of(*records(7), kafka_topic="coded", generation=number) for number in (1, 2))
    assert [batch async for batch in delivery.live(stream_of(old, new, old))] == [new]


async def test_kafka_may_number_two_generations_alike(endings: Endings) -> None:
    """A static member that joins again is given the same number: what it held before is old all the same."""
    delivery = await opened(delivery_of(FakePositions(), endings), FIRST, generation=4)
    await delivery.take(4, FIRST, fetched(0))
    (held,) = taken(delivery)
    await delivery.revoke()
    await opened(delivery, FIRST, generation=4)
    assert not delivery.may_process(held)
    await delivery.take(delivery.generation, FIRST, fetched(0))
    assert [delivery.may_process(batch) for batch in taken(delivery)] == [True]


async def test_a_generation_begins_with_nothing_open(endings: Endings) -> None:
    """Where nobody has revoked what was open, nothing is fetched until it is opened anew."""
    delivery = await opened(delivery_of(FakePositions(), endings), FIRST, generation=4)
    delivery.begin(5, frozenset({FIRST}))
    assert delivery.opened == frozenset()
    await delivery.take(5, FIRST, fetched(0))
    assert taken(delivery) == []
    await opening_of(delivery)
    assert delivery.opened == {FIRST}


async def test_a_lost_offset_is_committed_again(endings: Endings) -> None:
    """Where only the tables tell how far a partition is, its group soon does again, without a new record."""
    journal = Journal()
    told = Recovery({FIRST: 7, SECOND: 9})
    positions = FakePositions({SECOND: 9})
    await opened(delivery_of(positions, endings, journal=journal, recover=told), FIRST, SECOND, OTHER)
    assert [(batch.source, batch.next_offset, rows) for batch, rows in journal.put] == [(FIRST, 7, ())]


@pytest.mark.parametrize("tells", [{}, {FIRST: 3}])
async def test_a_changelog_that_lost_its_end_is_told_and_gone_on_from(
    endings: Endings, tells: dict[Partition, int]
) -> None:
    """Whether some of it or all is gone: the log names the partition and the remedy, and nothing sticks."""
    positions = FakePositions({FIRST: 5})
    with capture_logs() as said:
        delivery = await opened(
            delivery_of(positions, endings, recover=Recovery(tells), tells_offsets=True), FIRST, SECOND
        )
    (told,) = [line for line in said if line["log_level"] == "error"]
    assert (told["partition"], told["committed"], told["remedy"]) == (
        FIRST,
        5,
        "tidings rebuild --from NAMESPACE",
    )
    assert delivery.offsets == {FIRST: 5, SECOND: 0}


async def test_a_full_inbox_makes_fetching_wait(endings: Endings) -> None:
    """Fetching waits for the agent: memory stays bounded."""
    delivery = await opened(delivery_of(FakePositions(), endings, inbox_batches=1), FIRST)
    fetching = asyncio.create_task(delivery.take(1, FIRST, fetched(*range(BATCH_RECORDS + 1))))
    await settle_down()
    assert not fetching.done()
    delivery.inboxes["coded"].get_nowait()
    await fetching


# --- records out -------------------------------------------------------------------------------------------


async def test_what_is_committed_moves_the_offset_and_is_told(endings: Endings) -> None:
    """A transaction's end is what lag counts from, and what the tables hear of."""
    told: list[tuple[Partition, int, list[Outgoing]]] = []
    delivery = await opened(delivery_of(FakePositions({FIRST: 5}, ends={FIRST: 9}), endings), FIRST)
    delivery.on_committed = lambda source, at, written, _ends: told.append((source, at, list(written)))
    row = Outgoing("out", b"k", b"v")
    await delivery.put(batch_of(*records(5, 6), kafka_topic="coded"), [row])
    assert (delivery.offsets, told) == ({FIRST: 7}, [(FIRST, 7, [row])])
    assert delivery.lag() == {FIRST: 2}


async def test_what_an_old_generation_did_is_not_written(endings: Endings) -> None:
    """A batch of a generation that has ended is written by nobody: another may hold its partition."""
    journal = Journal()
    delivery = await opened(delivery_of(FakePositions(), endings, journal=journal), FIRST, generation=2)
    await delivery.put(batch_of(*records(5), kafka_topic="coded", generation=1), [])
    await delivery.revoke()
    await delivery.put(batch_of(*records(5), kafka_topic="coded", generation=2), [])
    assert journal.put == []


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


async def test_a_lapsed_lease_holds_nothing(endings: Endings, ticking: FakeClock) -> None:
    """A worker that wakes from a pause answers for no partition, before it has learned that they are gone."""
    delivery = await opened(delivery_of(FakePositions(), endings, clock=ticking), FIRST)
    assert (delivery.standing, delivery.holds("coded")) == (Phase.OPEN, {0})
    ticking.now += 60
    assert (delivery.standing, delivery.holds("coded")) == (Phase.LAPSED, frozenset())


# --- the end of a generation -------------------------------------------------------------------------------


def held_up(journal: Journal, delivery: Delivery) -> Callable[[], None]:
    """Makes what the first partition has put be committed."""
    return delivery._writers[FIRST].commit  # type: ignore[attr-defined,no-any-return] # a FakeWriter


async def test_revoke_waits_for_what_is_on_its_way(endings: Endings) -> None:
    """At the end of a generation what is on its way is committed, and nothing else begins."""
    journal = Journal(by_hand=True)
    delivery = await opened(delivery_of(FakePositions({FIRST: 5}), endings, journal=journal), FIRST)
    await delivery.put(batch_of(Record(5), kafka_topic="coded"), [])
    commit = held_up(journal, delivery)
    revoking = asyncio.create_task(delivery.revoke())
    await settle_down()
    assert (delivery.generation, revoking.done(), journal.closed) == (NONE_LIVE, False, [])
    assert not delivery.may_process(batch_of(Record(6), kafka_topic="coded"))
    commit()
    await revoking
    assert (delivery.phase, delivery.lag(), journal.closed) == (Phase.JOINING, {}, [FIRST])


async def test_a_revoke_leaves_what_takes_too_long(endings: Endings) -> None:
    """What is not committed in time is read again by the next holder, which aborts what was begun."""
    journal = Journal(by_hand=True)
    delivery = await opened(delivery_of(FakePositions(), endings, journal=journal), FIRST)
    await delivery.put(batch_of(Record(0), kafka_topic="coded"), [])
    await delivery.revoke()
    assert (delivery.phase, journal.closed, endings.reasons) == (Phase.JOINING, [FIRST], [])


async def test_a_revoke_stops_an_opening(endings: Endings) -> None:
    """A rebalance in the middle of recovery stops it; nothing of the old generation opens later."""
    positions, go_on, stopped = FakePositions(), asyncio.Event(), list[bool]()

    async def recover(*_: frozenset[Partition]) -> Mapping[Partition, int]:
        try:
            await go_on.wait()
        except asyncio.CancelledError:
            stopped.append(True)
            raise
        return {}

    delivery = delivery_of(positions, endings, recover=recover)
    delivery.begin(1, frozenset({FIRST}))
    await settle_down()
    await delivery.revoke()
    await settle_down()
    go_on.set()
    await settle_down()
    assert stopped == [True]
    assert (delivery.phase, positions.went_to) == (Phase.JOINING, [])


async def test_close_finishes_for_good(endings: Endings) -> None:
    """A closed delivery holds nothing, says so, and stays closed over another rebalance."""
    delivery = await opened(delivery_of(FakePositions({FIRST: 5}), endings), FIRST)
    await delivery.close()
    delivery.begin(2, frozenset({FIRST}))
    await settle_down()
    await delivery.revoke()
    assert (delivery.phase, delivery.assigned, delivery.generation) == (Phase.CLOSED, frozenset(), NONE_LIVE)
