"""What agents write: sent in order, done in order."""

import asyncio
from collections.abc import Iterable

import pytest
from aiokafka.errors import KafkaError, KafkaTimeoutError
from streaming_fakes import (
    Ended,
    Endings,
    FakeSender,
    batch_of,
    records,
    running,
    settle_down,
    until,
)

from streams.delivery import Batch, Outbox, Outgoing


def outgoing(*names: str) -> list[Outgoing]:
    return [Outgoing("out", name.encode(), b"value") for name in names]


def numbered(number: int) -> Batch:
    return batch_of(*records(number))


def offsets(done: Iterable[Batch]) -> list[int]:
    return [batch.records[0].offset for batch in done]


async def test_a_record_is_sent_as_the_agent_wrote_it(endings: Endings) -> None:
    """Kafka topic, key, value, partition and headers reach the producer unchanged; a null value too."""
    sender, done = FakeSender(), list[Batch]()
    outbox = Outbox(sender, on_done=done.append, end=endings)
    written = [
        Outgoing("log", b"k", b"v", 3, (("h", b"1"), ("h", b"2"))),
        Outgoing("dead", None, None),
    ]
    async with running(*outbox.loops()):
        await outbox.put(numbered(0), written)
        assert await outbox.wait_empty(5)
    assert sender.sent == [
        ("log", b"k", b"v", 3, (("h", b"1"), ("h", b"2"))),
        ("dead", None, None, None, ()),
    ]


async def test_batches_are_sent_and_done_in_the_order_of_put(endings: Endings) -> None:
    """Records go out in the order in which batches were put, and batches are done in that order."""
    sender, done = FakeSender(), list[Batch]()
    outbox = Outbox(sender, on_done=done.append, end=endings)
    async with running(*outbox.loops()):
        for number in range(5):
            await outbox.put(numbered(number), outgoing(f"{number}a", f"{number}b"))
        assert await outbox.wait_empty(5)
    assert sender.keys == [f"{number}{half}".encode() for number in range(5) for half in "ab"]
    assert offsets(done) == [0, 1, 2, 3, 4]


async def test_a_batch_is_done_only_when_all_before_it_is_acknowledged(endings: Endings) -> None:
    """Later acknowledgements wait for earlier ones, within a batch and across batches."""
    sender, done = FakeSender(by_hand=True), list[Batch]()
    outbox = Outbox(sender, on_done=done.append, end=endings)
    async with running(*outbox.loops()):
        await outbox.put(numbered(0), outgoing("a", "b"))
        await outbox.put(numbered(1), outgoing("c"))
        await until(lambda: len(sender.futures) == 3)
        for number, expected in ((2, []), (1, []), (0, [0, 1])):
            sender.futures[number].set_result(None)
            await settle_down()
            assert offsets(done) == expected


async def test_sending_does_not_wait_for_acknowledgements(endings: Endings) -> None:
    """A slow broker does not keep later records from being sent."""
    sender = FakeSender(by_hand=True)
    outbox = Outbox(sender, on_done=lambda _: None, end=endings)
    async with running(*outbox.loops()):
        for number in range(10):
            await outbox.put(numbered(number), outgoing("x"))
        await until(lambda: len(sender.sent) == 10)


async def test_a_batch_that_writes_nothing_waits_too(endings: Endings) -> None:
    """A batch with nothing to send is not done before what was written before it."""
    sender, done = FakeSender(by_hand=True), list[Batch]()
    outbox = Outbox(sender, on_done=done.append, end=endings)
    async with running(*outbox.loops()):
        await outbox.put(numbered(0), outgoing("a"))
        await outbox.put(numbered(1), [])
        await until(lambda: sender.futures)
        await settle_down()
        assert done == []
        sender.futures[0].set_result(None)
        assert await outbox.wait_empty(5)
    assert offsets(done) == [0, 1]


async def test_a_failed_send_ends_the_process(endings: Endings) -> None:
    """A record that the broker refuses ends the process, and neither it nor a later batch is ever done."""
    sender, done, told = FakeSender(by_hand=True), list[Batch](), list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context["exception"]))
    outbox = Outbox(sender, on_done=done.append, end=endings)
    async with running(*outbox.loops()):
        await outbox.put(numbered(0), outgoing("a"))
        await outbox.put(numbered(1), outgoing("b"))
        await until(lambda: len(sender.futures) == 2)
        sender.futures[1].set_result(None)
        sender.futures[0].set_exception(KafkaError("no"))
        await settle_down()
    assert endings.reasons == ["send failed"]
    assert endings.fields[0]["kafka_topic"] == "out"
    assert done == []
    assert [type(error) for error in told] == [Ended]


async def test_a_cancelled_send_ends_the_process(endings: Endings) -> None:
    """A send whose future is cancelled is as lost as one that failed."""
    sender = FakeSender(by_hand=True)
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    outbox = Outbox(sender, on_done=lambda _: None, end=endings)
    async with running(*outbox.loops()):
        await outbox.put(numbered(0), outgoing("a"))
        await until(lambda: sender.futures)
        sender.futures[0].cancel()
        await settle_down()
    assert endings.reasons == ["send failed"]


async def test_a_refused_send_ends_the_process(endings: Endings) -> None:
    """Where the producer's buffer stays full, later records would pass: that ends the process too."""
    sender = FakeSender(refuse=KafkaTimeoutError("full"))
    outbox = Outbox(sender, on_done=lambda _: None, end=endings)
    async with running(*outbox.loops()) as (sending, _):
        await outbox.put(numbered(0), outgoing("a"))
        with pytest.raises(Ended):
            await sending
    assert endings.reasons == ["send refused"]
    assert endings.fields[0]["kafka_topic"] == "out"


async def test_a_full_outbox_makes_the_agent_wait(endings: Endings) -> None:
    """At most so many batches are on their way; the next is taken when one is done."""
    sender, done = FakeSender(by_hand=True), list[Batch]()
    outbox = Outbox(sender, on_done=done.append, end=endings, max_batches=2)
    async with running(*outbox.loops()):
        await outbox.put(numbered(0), outgoing("a"))
        await outbox.put(numbered(1), outgoing("b"))
        third = asyncio.create_task(outbox.put(numbered(2), outgoing("c")))
        await settle_down()
        assert not third.done()
        sender.futures[0].set_result(None)
        await third
        await until(lambda: len(sender.futures) == 3)
        for future in sender.futures[1:]:
            future.set_result(None)
        assert await outbox.wait_empty(5)
    assert offsets(done) == [0, 1, 2]


async def test_an_outbox_says_whether_it_is_empty(endings: Endings) -> None:
    """`wait_empty` is true at once where nothing is on its way, and false where acknowledgements stay out."""
    sender = FakeSender(by_hand=True)
    outbox = Outbox(sender, on_done=lambda _: None, end=endings)
    assert await outbox.wait_empty(0.01)
    async with running(*outbox.loops()):
        await outbox.put(numbered(0), outgoing("a"))
        assert not await outbox.wait_empty(0.01)
        await until(lambda: sender.futures)
        sender.futures[0].set_result(None)
        assert await outbox.wait_empty(5)


async def test_a_put_that_is_cancelled_leaves_nothing_pending(endings: Endings) -> None:
    """An agent that is cancelled while it waits for room does not keep the outbox from being empty."""
    sender = FakeSender(by_hand=True)
    outbox = Outbox(sender, on_done=lambda _: None, end=endings, max_batches=1)
    async with running(*outbox.loops()):
        await outbox.put(numbered(0), outgoing("a"))
        waiting = asyncio.create_task(outbox.put(numbered(1), outgoing("b")))
        await until(lambda: sender.futures)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        sender.futures[0].set_result(None)
        assert await outbox.wait_empty(0.05)
