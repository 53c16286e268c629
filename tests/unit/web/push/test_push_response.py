"""The HTTP side of a stream: readers that stop reading, and those that only listen."""

import asyncio

from stream_fakes import Connection, until

from streams.web.push.outbox import Ending, Outbox
from streams.web.push.response import StreamResponse


class Answered:
    """A stream with short times, sent to a connection."""

    def __init__(self, **seconds: float) -> None:
        self.outbox, self.connection = Outbox(), Connection()
        self.endings: list[Ending] = []
        self.waits = asyncio.Event()
        response = StreamResponse(self.outbox, self._work(), self.endings.append, **seconds)
        connection = self.connection
        self.task = asyncio.ensure_future(
            response({"type": "http", "method": "GET"}, connection.receive, connection.send)  # type: ignore[arg-type]
        )

    async def _work(self) -> None:
        await self.waits.wait()


async def test_a_socket_that_takes_nothing_ends_the_stream() -> None:
    """A reader that is connected and reads nothing is let go, and what waited for it is forgotten."""
    answered = Answered(unread_seconds=0.05)
    answered.connection.takes.set()
    await until(lambda: answered.connection.status == 200)
    answered.connection.takes.clear()
    answered.outbox.put(b"data: 1\n\n")
    await answered.task
    assert (answered.endings, answered.outbox.put(b"more")) == ([Ending.SLOW], False)


async def test_a_quiet_stream_is_kept_open() -> None:
    """A comment comes at its times, whether or not there is anything to tell."""
    answered = Answered(keep_seconds=0.1)
    answered.connection.takes.set()
    answered.outbox.put(b"data: 1\n\n")
    await until(lambda: answered.connection.body.count(b": keep\n\n") == 2)
    assert answered.connection.body.startswith(b"data: 1\n\n")
    answered.outbox.end(Ending.SHUTDOWN)
    await answered.task
    assert answered.connection.ended


async def test_a_reader_that_leaves_is_forgotten() -> None:
    """When the connection closes, the stream ends, and its work with it."""
    answered = Answered()
    answered.connection.takes.set()
    answered.connection.leaves.set()
    await answered.task
    assert answered.endings == [Ending.GONE]


async def test_a_server_that_cancels_leaves_nothing_behind() -> None:
    """A stream that is cancelled by its server is left in good order."""
    answered = Answered()
    await asyncio.sleep(0)
    answered.task.cancel()
    await asyncio.gather(answered.task, return_exceptions=True)
    assert answered.endings == [Ending.SHUTDOWN]


async def test_a_fault_beside_a_stream_ends_it() -> None:
    """A reader whose work has failed is not left waiting: it may come again."""
    outbox, connection, endings = Outbox(), Connection(), list[Ending]()
    connection.takes.set()

    async def fails() -> None:
        raise ValueError("a fault")

    response = StreamResponse(outbox, fails(), endings.append)
    await response({"type": "http", "method": "GET"}, connection.receive, connection.send)  # type: ignore[arg-type]
    assert (connection.ended, endings) == (True, [Ending.SHUTDOWN])


def test_an_outbox_is_bounded_by_messages_and_by_bytes() -> None:
    """One frame too many, or one byte, ends it as slow and frees what waited."""
    frames, octets = Outbox(most_frames=2), Outbox(most_bytes=10)
    assert [frames.put(b"x") for _ in range(4)] == [True, True, False, False]
    assert [octets.put(b"12345") for _ in range(3)] == [True, True, False]
    assert (frames.ending, octets.ending) == (Ending.SLOW, Ending.SLOW)
    assert asyncio.run(frames.take()).startswith(b": more waits")


async def test_an_outbox_has_room_again_when_half_is_taken() -> None:
    """Who catches up waits while more than half is waiting."""
    outbox = Outbox(most_frames=4)
    for _ in range(3):
        outbox.put(b"x")
    waiting = asyncio.ensure_future(outbox.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    assert await outbox.take() == b"xxx"
    await waiting
