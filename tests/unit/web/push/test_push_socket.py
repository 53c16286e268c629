"""Readers that are connected and read nothing, as the kernel sees them."""

import asyncio
import socket
import time

import pytest
from stream_fakes import until

from streams.web.connections import UNREAD_SECONDS
from streams.web.push.outbox import Ending, Outbox
from streams.web.push.response import StreamResponse
from streams.web.server import Listener, WebServer


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="only Linux has the option")
def test_the_kernel_gives_up_a_socket_that_takes_nothing() -> None:
    """What fits into the kernel's buffers is never seen as unread by the server: the kernel must end it."""
    listener = Listener("127.0.0.1", 0)
    with listener.socket, socket.create_connection((listener.host, listener.port)):
        accepted, _ = listener.socket.accept()
        with accepted:
            told = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
            assert told == UNREAD_SECONDS * 1000


async def test_a_server_that_stops_waits_for_no_reader_that_takes_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A stream whose reader does not read is cut off with the server, in good order and soon."""
    listener, outbox, endings = Listener("127.0.0.1", 0), Outbox(), list[Ending]()

    async def fill() -> None:
        while outbox.put(b": nobody reads this\n\n" * 10_000):
            await outbox.room()

    async def end() -> None:
        outbox.end(Ending.SHUTDOWN)

    stream = StreamResponse(outbox, fill(), endings.append)
    server = WebServer(stream, listener, before_stop=end)
    with socket.socket() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.connect((listener.host, listener.port))
        reader.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        serving = asyncio.create_task(server.serve())
        await until(lambda: stream.waits_since is not None and time.monotonic() - stream.waits_since > 0.5)
        began = time.monotonic()
        server.stop()
        await serving
    assert time.monotonic() - began < 1.5
    assert endings == [Ending.SHUTDOWN]
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
