"""The proxy between clients and a broker."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from streams.broker.ports import HOST, choose_ports
from tests.chaos.proxy import Proxy, Rule


@dataclass
class Echo:
    """A server that notes what it gets and sends it back."""

    port: int
    got: bytearray = field(default_factory=bytearray)
    _server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, HOST, self.port)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while chunk := await reader.read(1000):
                self.got += chunk
                writer.write(chunk)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def wait_for(self, wanted: bytes) -> None:
        async with asyncio.timeout(3):
            while self.got != wanted:  # noqa: ASYNC110 - what arrives over TCP has no event
                await asyncio.sleep(0.01)

    async def stop(self) -> None:
        if self._server:
            self._server.close()


@pytest.fixture
async def echo() -> AsyncIterator[Echo]:
    server = Echo(choose_ports(None)[0])
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def proxy(echo: Echo) -> AsyncIterator[Proxy]:
    between = Proxy(choose_ports(None)[0], echo.port)
    await asyncio.to_thread(between.start)
    yield between
    await asyncio.to_thread(between.stop)


class Client:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.port: int = writer.get_extra_info("sockname")[1]

    async def ask(self, text: bytes) -> bytes:
        self.writer.write(text)
        return await asyncio.wait_for(self.reader.readexactly(len(text)), 3)

    async def is_mute(self) -> bool:
        try:
            await asyncio.wait_for(self.reader.read(1), 0.15)
        except TimeoutError:
            return True
        return False


Connect = Callable[[], Awaitable[Client]]


@pytest.fixture
async def connect(proxy: Proxy) -> AsyncIterator[Connect]:
    """Makes clients; ends them."""
    made: list[Client] = []

    async def make() -> Client:
        made.append(Client(*await asyncio.open_connection(HOST, proxy.port)))
        return made[-1]

    yield make
    for client in made:
        client.writer.close()
    await asyncio.gather(*(client.writer.wait_closed() for client in made), return_exceptions=True)


async def test_bytes_pass_both_ways(proxy: Proxy, connect: Connect) -> None:
    """Without a rule the proxy is not noticed."""
    client = await connect()
    assert await client.ask(b"hello") == b"hello"
    assert proxy.links == 1


async def test_a_slow_broker_answers_late(proxy: Proxy, connect: Connect) -> None:
    """Latency delays each direction, and nothing is lost or reordered."""
    client = await connect()
    proxy.add(Rule(latency_seconds=0.1))
    began = asyncio.get_running_loop().time()
    assert await client.ask(b"hello") == b"hello"
    assert asyncio.get_running_loop().time() - began >= 0.2


async def test_a_cut_resets_and_refuses(proxy: Proxy, connect: Connect) -> None:
    """While a rule refuses, connections there are end and new ones come to nothing; then all is well."""
    client = await connect()
    assert await client.ask(b"hello") == b"hello"
    rule = Rule(refuses=True)
    proxy.add(rule)
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await client.ask(b"lost")
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await (await connect()).ask(b"lost")
    proxy.remove(rule)
    assert await (await connect()).ask(b"back") == b"back"


async def test_a_stall_holds_bytes_and_delivers_them_later(
    proxy: Proxy, echo: Echo, connect: Connect
) -> None:
    """What is held arrives when the stall ends, in order; new connections are held too."""
    client = await connect()
    rule = Rule(holds_requests=True, holds_answers=True)
    proxy.add(rule)
    late = await connect()
    client.writer.write(b"a")
    client.writer.write(b"b")
    late.writer.write(b"c")
    assert await client.is_mute()
    assert not echo.got
    proxy.remove(rule)
    assert await asyncio.wait_for(client.reader.readexactly(2), 3) == b"ab"
    assert await asyncio.wait_for(late.reader.readexactly(1), 3) == b"c"


async def test_a_stall_may_lose_what_it_held(proxy: Proxy, echo: Echo, connect: Connect) -> None:
    """Held bytes that are lost never arrive, and their connection is reset."""
    client = await connect()
    rule = Rule(holds_requests=True, holds_answers=True)
    proxy.add(rule)
    client.writer.write(b"lost")
    assert await client.is_mute()
    proxy.remove(rule, lose=True)
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await asyncio.wait_for(client.reader.readexactly(1), 3)
    assert not echo.got


async def test_a_one_way_stall_loses_only_answers(proxy: Proxy, echo: Echo, connect: Connect) -> None:
    """Requests arrive while their answers do not: the client cannot know what became of them."""
    client = await connect()
    rule = Rule(holds_answers=True)
    proxy.add(rule)
    client.writer.write(b"done")
    await echo.wait_for(b"done")
    assert await client.is_mute()
    proxy.remove(rule, lose=True)
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await asyncio.wait_for(client.reader.readexactly(1), 3)


async def test_bytes_of_a_client_that_is_gone_arrive_later(
    proxy: Proxy, echo: Echo, connect: Connect
) -> None:
    """What a killed client had sent reaches the broker once it is let go, long after the client's end."""
    client, other = await connect(), await connect()
    rule = Rule(whose=lambda port: port == client.port, holds_requests=True)
    proxy.add(rule)
    client.writer.write(b"zombie")
    await asyncio.sleep(0.1)
    client.writer.transport.abort()
    assert await other.ask(b"successor") == b"successor"
    await asyncio.sleep(0.1)
    assert echo.got == b"successor"
    proxy.remove(rule)
    await echo.wait_for(b"successorzombie")


async def test_a_rule_may_mean_one_client(proxy: Proxy, connect: Connect) -> None:
    """A rule for one client leaves the others alone."""
    client, other = await connect(), await connect()
    rule = Rule(whose=lambda port: port == client.port, refuses=True)
    proxy.add(rule)
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await client.ask(b"lost")
    assert await other.ask(b"hello") == b"hello"
