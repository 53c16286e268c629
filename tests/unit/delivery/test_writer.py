"""What agents write: gathered, and committed with the offset in one transaction or not at all."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError, KafkaTimeoutError, MessageSizeTooLargeError, ProducerFenced
from aiokafka.structs import OffsetAndMetadata
from streaming_fakes import Endings, Record, batch_of, settle_down, until

from streams.delivery import Batch, Outgoing, Partition, Writer
from streams.delivery import writer as writer_module

SOURCE = Partition("coded", 1)


class Sent(NamedTuple):
    offset: int


@dataclass
class FakeProducer:
    """A transactional producer: transactions that were committed, and what may go wrong on the way."""

    faults: dict[str, BaseException] = field(default_factory=dict)
    hold: dict[str, asyncio.Event] = field(default_factory=dict)
    transactions: list[tuple[list[Outgoing], dict[TopicPartition, int], str]] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    _records: list[Outgoing] = field(default_factory=list)
    _offsets: tuple[dict[TopicPartition, int], str] = field(default_factory=lambda: ({}, ""))

    async def _step(self, name: str) -> None:
        self.steps.append(name)
        if name in self.hold:
            await self.hold[name].wait()
        if name in self.faults:
            raise self.faults[name]

    async def start(self) -> None:
        await self._step("start")

    async def abandon(self) -> None:
        await self._step("abandon")

    async def begin_transaction(self) -> None:
        await self._step("begin")
        self._records = []

    async def send(
        self,
        topic: str,
        value: bytes | None = None,
        key: bytes | None = None,
        partition: int | None = None,
        headers: list[tuple[str, bytes]] | None = None,
    ) -> asyncio.Future[Any]:
        assert isinstance(headers, list), "aiokafka takes no other sequence"
        await self._step("send")
        self._records.append(Outgoing(topic, key, value, partition, tuple(headers)))
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if fault := self.faults.get("record"):
            future.set_exception(fault)
        else:
            future.set_result(Sent(len(self._records) + 99))
        return future

    async def send_offsets_to_transaction(
        self, offsets: Mapping[TopicPartition, OffsetAndMetadata], group_id: str
    ) -> None:
        await self._step("offsets")
        self._offsets = ({tp: offset.offset for tp, offset in offsets.items()}, group_id)

    async def commit_transaction(self) -> None:
        await self._step("commit")
        self.transactions.append((self._records, *self._offsets))


@dataclass
class Told:
    """What the writer said of its commits."""

    commits: list[tuple[Partition, int, list[Outgoing], dict[tuple[str, int], int]]] = field(
        default_factory=list
    )

    def __call__(
        self,
        source: Partition,
        next_offset: int,
        written: Sequence[Outgoing],
        ends: Mapping[tuple[str, int], int],
    ) -> None:
        self.commits.append((source, next_offset, list(written), dict(ends)))


@asynccontextmanager
async def writing(
    producer: FakeProducer, endings: Endings, told: Told | None = None, *, tells_position: bool = False
) -> AsyncIterator[Writer]:
    def position_record(source: Partition, at: int) -> Outgoing | None:
        return Outgoing("log", b"position", b"%d" % at, source.number) if tells_position else None

    writer = Writer(
        SOURCE,
        group="count",
        producer=producer,
        position_record=position_record,
        on_committed=told or Told(),
        end=endings,
    )
    await writer.open()
    try:
        yield writer
    finally:
        await writer.close()


@pytest.fixture(autouse=True)
def _gathers_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "GATHER_SECONDS", 0)


def numbered(number: int) -> Batch:
    return batch_of(Record(number), kafka_topic="coded", partition=1)


def outgoing(*names: str) -> list[Outgoing]:
    return [Outgoing("out", name.encode(), b"value") for name in names]


async def test_records_and_offset_are_one_transaction(endings: Endings) -> None:
    """Kafka topic, key, value, partition and headers reach the producer unchanged, a null value too."""
    producer, told = FakeProducer(), Told()
    written = [Outgoing("log", b"k", b"v", 3, (("h", b"1"), ("h", b"2"))), Outgoing("dead", None, None)]
    async with writing(producer, endings, told) as writer:
        await writer.put(numbered(7), written)
        assert await writer.wait_empty(5)
    assert producer.transactions == [(written, {TopicPartition("coded", 1): 8}, "count")]
    assert told.commits == [(SOURCE, 8, written, {("log", 3): 101})]


async def test_what_waits_goes_together_in_the_order_of_put(endings: Endings) -> None:
    """While one transaction is committed the next one gathers; a batch that writes nothing goes along."""
    producer = FakeProducer(hold={"commit": asyncio.Event()})
    async with writing(producer, endings) as writer:
        await writer.put(numbered(0), outgoing("a"))
        await until(lambda: "commit" in producer.steps)
        await writer.put(numbered(1), outgoing("b", "c"))
        await writer.put(numbered(2), [])
        producer.hold["commit"].set()
        assert await writer.wait_empty(5)
    assert [([row.key for row in rows], *offsets.values()) for rows, offsets, _ in producer.transactions] == [
        ([b"a"], 1),
        ([b"b", b"c"], 3),
    ]


async def test_a_transaction_does_not_grow_without_bound(
    endings: Endings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once a transaction has its records, the next batch waits for the next one."""
    monkeypatch.setattr(writer_module, "MAX_TRANSACTION_RECORDS", 2)
    producer = FakeProducer(hold={"commit": asyncio.Event()})
    async with writing(producer, endings) as writer:
        for number in range(4):
            await writer.put(numbered(number), outgoing("x"))
        producer.hold["commit"].set()
        assert await writer.wait_empty(5)
    assert max(len(rows) for rows, _, _ in producer.transactions) == 2


async def test_who_waits_to_put_goes_on_when_the_writer_is_closed(endings: Endings) -> None:
    """An agent or a coder's lane lives longer than its partitions: no closed writer may hold it for ever."""
    producer, told = FakeProducer(hold={"commit": asyncio.Event()}), Told()
    async with writing(producer, endings, told) as writer:
        await writer.put(numbered(0), outgoing("x"))
        await until(lambda: "commit" in producer.steps)
        for number in range(writer_module.MAX_WAITING_BATCHES):
            await writer.put(numbered(number + 1), outgoing("x"))
        waiting = asyncio.create_task(writer.put(numbered(99), outgoing("x")))
        await settle_down()
        assert not waiting.done()
    await asyncio.wait_for(waiting, 5)
    assert told.commits == []


async def test_the_tables_position_goes_with_the_transaction(endings: Endings) -> None:
    """The changelog tells the offset that the transaction commits."""
    producer = FakeProducer()
    async with writing(producer, endings, tells_position=True) as writer:
        await writer.put(numbered(7), outgoing("a"))
        assert await writer.wait_empty(5)
    assert producer.transactions[0][0][-1] == Outgoing("log", b"position", b"8", 1)


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        ("begin", ProducerFenced()),
        ("send", KafkaTimeoutError()),
        ("record", MessageSizeTooLargeError()),
        ("offsets", ProducerFenced()),
        ("commit", ProducerFenced()),
        ("commit", AssertionError("invalid state transition")),
    ],
)
async def test_a_transaction_that_fails_ends_the_process(
    step: str, fault: KafkaError, endings: Endings
) -> None:
    """Whatever fails, nothing is committed, nothing is told as committed, and nothing goes on."""
    producer, told = FakeProducer(faults={step: fault}), Told()
    async with writing(producer, endings, told) as writer:
        await writer.put(numbered(0), outgoing("a"))
        await until(lambda: endings.reasons)
        await settle_down()
        assert not await writer.wait_empty(0.01)
    assert (endings.reasons, endings.fields[0]["partition"]) == (["transaction failed"], SOURCE)
    assert (producer.transactions, told.commits) == ([], [])


async def test_a_writer_that_cannot_be_opened_says_so(endings: Endings) -> None:
    """What Kafka answers to the transactional id is the opener's to judge."""
    with pytest.raises(ProducerFenced):
        async with writing(FakeProducer(faults={"start": ProducerFenced()}), endings):
            pass


async def test_too_much_on_its_way_makes_agents_wait(endings: Endings) -> None:
    """Memory stays bounded: `put` waits while Kafka takes nothing."""
    producer = FakeProducer(hold={"commit": asyncio.Event()})
    async with writing(producer, endings) as writer:
        putting = asyncio.create_task(_put_many(writer, writer_module.MAX_WAITING_BATCHES * 3))
        await settle_down(500)
        assert not putting.done()
        producer.hold["commit"].set()
        await putting
        assert await writer.wait_empty(5)
    assert endings.reasons == []


async def _put_many(writer: Writer, count: int) -> None:
    for number in range(count):
        await writer.put(numbered(number), [])


async def test_a_put_that_is_given_up_is_not_waited_for(endings: Endings) -> None:
    """An agent that is cancelled while it waits for room leaves nothing to wait for."""
    producer = FakeProducer(hold={"commit": asyncio.Event()})
    async with writing(producer, endings) as writer:
        putting = asyncio.create_task(_put_many(writer, writer_module.MAX_WAITING_BATCHES * 3))
        await settle_down(500)
        putting.cancel()
        await asyncio.gather(putting, return_exceptions=True)
        producer.hold["commit"].set()
        assert await writer.wait_empty(5)


async def test_a_closed_writer_writes_nothing_more(endings: Endings) -> None:
    """What was not committed when it was closed never is: the next owner reads it again."""
    producer, told = FakeProducer(hold={"commit": asyncio.Event()}), Told()
    async with writing(producer, endings, told) as writer:
        await writer.put(numbered(0), outgoing("a"))
        await until(lambda: "commit" in producer.steps)
    producer.hold["commit"].set()
    await settle_down()
    assert (producer.steps[-1], producer.transactions, told.commits) == ("abandon", [], [])
    assert endings.reasons == []
