"""uvicorn as a part of the worker, in a thread of its own."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Sequence

import httpx
import pytest
from fastapi import FastAPI, Request
from streaming_fakes import running, until

from streams.web import connections
from streams.web.server import AddressTaken, Beside, Listener, WebServer


def an_api() -> FastAPI:
    api = FastAPI()

    @api.get("/hello")
    async def hello() -> str:
        return threading.current_thread().name

    @api.get("/long")
    async def long() -> str:
        return "x" * 40_000_000

    @api.post("/body")
    async def body(request: Request) -> int:
        return len(await request.body())

    @api.get("/healthz")
    async def alive() -> bool:
        return True

    return api


@contextlib.asynccontextmanager
async def serving(*beside: Beside) -> AsyncIterator[Listener]:
    """A server that runs while the block does."""
    listener = Listener("127.0.0.1", 0)
    server = WebServer(an_api(), listener, beside=beside)
    async with running(server.serve) as (served,):
        yield listener
        server.stop()
        await served


async def talk(listener: Listener, sent: Sequence[bytes]) -> bytes:
    """What a client that sends this is told until the connection ends."""
    reader, writer = await asyncio.open_connection(listener.host, listener.port)
    with contextlib.suppress(ConnectionError):
        for piece in sent:
            writer.write(piece)
            await writer.drain()
    told = b""
    with contextlib.suppress(ConnectionError):  # whoever is cut off while it sends may not hear why
        while piece := await asyncio.wait_for(reader.read(1 << 16), 10):
            told += piece
    writer.close()
    return told


async def test_a_server_listens_from_the_start_and_stops_when_told() -> None:
    """The address is bound at once, port 0 takes any, and `stop` lets `serve` return."""
    listener = Listener("127.0.0.1", 0)
    server = WebServer(an_api(), listener)
    assert listener.port
    async with running(server.serve) as (served,):
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"{listener.url}/hello")).json() == "web"
        server.stop()
        await served
        await until(served.done)


async def test_requests_are_answered_while_the_workers_loop_is_held() -> None:
    """The server has a thread of its own: a batch that takes long delays no answer."""
    async with serving() as listener:
        await asyncio.to_thread(httpx.get, f"{listener.url}/hello")
        answer = httpx.get(f"{listener.url}/hello")  # noqa: ASYNC210 - to hold the loop is the point
        assert answer.status_code == 200


async def test_what_runs_beside_the_server_ends_it_when_it_fails() -> None:
    """A fault of anything in the web thread is raised to the worker."""

    async def fails() -> None:
        await asyncio.sleep(0.01)
        raise RuntimeError("no peers to be found")

    server = WebServer(an_api(), Listener("127.0.0.1", 0), beside=[fails])
    with pytest.raises(RuntimeError, match="no peers"):
        await asyncio.wait_for(server.serve(), 10)


async def test_what_runs_beside_the_server_ends_with_it() -> None:
    """A loop of the web thread is cancelled once the server has stopped."""
    ended = threading.Event()

    async def lasts() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with serving(lasts) as listener:
        await asyncio.to_thread(httpx.get, f"{listener.url}/hello")
    assert ended.is_set()


@pytest.mark.parametrize(
    "sent",
    [
        [b"GET /hello HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 70_000 + b"\r\n\r\n"],
        [b"GET /hello HTTP/1.1\r\nHost: x\r\n", *[b"A: " + b"a" * 30_000 + b"\r\n"] * 40],
        [b"GET /hello HTTP/1.1\r\nHost: x\r\n" + b"A: a\r\n" * 201 + b"\r\n"],
        [b"GET /hello?" + b"q" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"],
        [
            b"GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"
            + b"GET /hello HTTP/1.1\r\n"
            + b"A: a\r\n" * 20_000
            + b"\r\n"
        ],
    ],
    ids=["a header", "no end", "many headers", "the target", "the second request"],
)
async def test_a_head_that_is_too_long_is_refused(sent: list[bytes]) -> None:
    """However a request makes its head long, it is told so, or cut off, and the server goes on."""
    async with serving() as listener:
        told = await talk(listener, sent)
        assert b"431" in told or told.count(b"200 OK") <= 1
        assert (await asyncio.to_thread(httpx.get, f"{listener.url}/hello")).status_code == 200


@pytest.mark.parametrize(
    "sent",
    [[], [b"\r\n"], [b"GET /hello HTTP/1.1\r\nHo"], [b"GET /hello HTTP/1.1\r\nHost: x\r\n\r\n", b"GE"]],
)
async def test_a_client_that_sends_nothing_is_let_go(
    sent: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection without a request, or with half of one, ends after a bounded time."""
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 0.1)
    async with serving() as listener:
        told = await talk(listener, sent)
    assert b"408 Request Timeout" in told
    assert told.endswith(b'"detail":"the request did not arrive in time"}')


async def test_a_body_that_does_not_come_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sends a head and then half of a body is told what was waited for."""
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 0.1)
    async with serving() as listener:
        told = await talk(listener, [b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf"])
    assert told.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    "sent",
    [bytes(range(256)), b"\x16\x03\x01\x02" * 50, b"BREW / HTTP/1.1\r\n\r\n", b"GET /\xff HTTP/1.1\r\n\r\n"],
)
async def test_what_is_no_request_is_refused_and_fills_no_log(
    sent: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """Garbage gets a problem document, and not a line in the log."""
    async with serving() as listener:
        told = await talk(listener, [sent])
    assert told.startswith(b"HTTP/1.1 400 Bad Request")
    assert b"application/problem+json" in told
    assert not caplog.records


async def test_many_requests_at_once_on_one_connection_are_answered() -> None:
    """What is pipelined is no long head, however much of it comes in one piece."""
    request = b"GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    async with serving() as listener:
        told = await talk(listener, [request * 4000 + last])
    assert told.count(b"200 OK") == 4001


async def test_a_client_that_leaves_amid_its_requests_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    """A reset while answers are written ends them, without a traceback in the log."""
    async with serving() as listener:
        for _ in range(20):
            reader, writer = await asyncio.open_connection(listener.host, listener.port)
            writer.write(b"GET /hello HTTP/1.1\r\nHost: x\r\n\r\n" * 500)
            await reader.readexactly(10)
            writer.transport.abort()
        assert (await asyncio.to_thread(httpx.get, f"{listener.url}/hello")).status_code == 200
    assert not caplog.records


async def test_a_crowd_is_refused_and_probes_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the bound a request is told when to come again, and a probe is answered all the same."""
    monkeypatch.setattr(connections, "CONNECTIONS", 3)
    monkeypatch.setattr(connections, "OPEN", 6)
    async with serving() as listener:
        crowd = [await asyncio.open_connection(listener.host, listener.port) for _ in range(3)]
        told = await talk(listener, [b"GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"])
        assert told.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: 2" in told
        assert (await asyncio.to_thread(httpx.get, f"{listener.url}/healthz")).json() is True
        crowd += [await asyncio.open_connection(listener.host, listener.port) for _ in range(3)]
        assert await talk(listener, [b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"]) == b""
        for _, writer in crowd:
            writer.close()


async def test_a_client_that_reads_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that nobody reads does not stay in memory for ever."""
    monkeypatch.setattr(connections, "UNREAD_SECONDS", 0.2)
    async with serving() as listener:
        with socket.create_connection((listener.host, listener.port)) as client:
            client.sendall(b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n")
            await asyncio.sleep(1.0)  # the fault shows only in what comes after a pause of the client's own
            client.settimeout(5)
            received = 0
            with contextlib.suppress(ConnectionError):
                while piece := await asyncio.to_thread(client.recv, 1 << 20):
                    received += len(piece)
            assert received < 40_000_000


async def test_five_hundred_clients_are_answered() -> None:
    """Many clients at once, and as many that say nothing, all find an answer."""
    async with serving() as listener:
        silent = [await asyncio.open_connection(listener.host, listener.port) for _ in range(500)]
        request = b"GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        told = await asyncio.gather(*(talk(listener, [request]) for _ in range(500)))
        assert all(b"200 OK" in answer for answer in told)
        for _, writer in silent:
            writer.close()


def test_a_taken_address_is_told_with_the_remedy() -> None:
    """An address that is in use is a fault that names it, and the setting that changes it."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(AddressTaken, match=rf"127\.0\.0\.1:{port} .*TIDINGS_HTTP_PORT"):
            Listener("127.0.0.1", port)


def test_an_address_of_another_machine_is_told_too() -> None:
    """An address that this machine does not have is a fault of the same kind."""
    with pytest.raises(AddressTaken):
        Listener("203.0.113.1", 0)


def test_the_url_of_an_ipv6_address_can_be_asked() -> None:
    """An IPv6 address stands in brackets in the URL."""
    try:
        listener = Listener("::1", 0)
    except AddressTaken as fault:
        pytest.skip(f"this machine has no IPv6 loopback: {fault}")
    url = listener.url
    listener.close()
    assert httpx.URL(url).host == "::1"
