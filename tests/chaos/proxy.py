"""A TCP proxy before one broker that can be slow, deaf, mute or gone, for all clients or for some."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from streams.broker.ports import HOST

CHUNK_BYTES = 64 * 1024
CONNECT_SECONDS = 2.0
LINGER_SECONDS = 0.2

T = TypeVar("T")
Whose = Callable[[int], bool]
"""Whether the client that connected from this port is meant."""


def everybody(_client_port: int) -> bool:
    """A rule for all clients."""
    return True


@dataclass(eq=False)
class Rule:
    """What happens to the bytes of some clients for as long as the rule is in force."""

    whose: Whose = everybody
    latency_seconds: float = 0.0
    holds_requests: bool = False
    holds_answers: bool = False
    refuses: bool = False


@dataclass(eq=False)
class Direction:
    """One direction of a link: bytes with the time at which they may go on."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    waiting: asyncio.Queue[tuple[float, bytes]] = field(default_factory=asyncio.Queue)

    async def receive(self, now: Callable[[], float]) -> None:
        """Take in what its sender sends, until that one ends."""
        with contextlib.suppress(OSError):
            while chunk := await self.reader.read(CHUNK_BYTES):
                self.waiting.put_nowait((now(), chunk))


@dataclass(eq=False)
class Link:
    """A client's connection and the connection to the broker that belongs to it."""

    client_port: int
    requests: Direction
    answers: Direction

    def cut(self) -> None:
        """Reset both sides; what is held is lost."""
        for direction in (self.requests, self.answers):
            # without this the kernel would still deliver what was written, in good order
            direction.writer.transport.abort()


class Proxy:
    """Stands between clients and one broker; all of its methods may be called from any thread."""

    def __init__(self, port: int, broker_port: int) -> None:
        self.port = port
        self._broker_port = broker_port
        self._rules: list[Rule] = []
        self._links: set[Link] = set()
        self._loop = asyncio.new_event_loop()
        self._changed = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_forever, name=f"proxy-{port}", daemon=True)
        self._server: asyncio.Server | None = None

    # --- for everybody ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Listen; raises OSError where the port is taken."""
        self._thread.start()
        self._run(self._listen())

    def stop(self) -> None:
        """Close everything, and end the thread."""
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def add(self, rule: Rule) -> None:
        """Put a rule in force; one that refuses also resets the connections there are."""
        self._run(self._add(rule))

    def remove(self, rule: Rule, *, lose: bool = False) -> None:
        """End a rule; `lose` resets its connections rather than let the held bytes go on."""
        self._run(self._remove(rule, lose=lose))

    def reset(self) -> None:
        """End all rules and all connections."""
        self._run(self._reset())

    @property
    def links(self) -> int:
        """How many connections there are, also those whose client has gone and whose bytes are still held."""
        return len(self._links)

    # --- in the proxy's own thread ---------------------------------------------------------------------

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._accept, HOST, self.port)

    async def _close(self) -> None:
        if self._server:
            self._server.close()
        await self._reset()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # transports that were aborted close in the loop's next round

    async def _add(self, rule: Rule) -> None:
        self._rules.append(rule)
        if rule.refuses:
            self._cut(rule)
        self._wake()

    async def _remove(self, rule: Rule, *, lose: bool) -> None:
        if rule in self._rules:
            self._rules.remove(rule)
        if lose:
            self._cut(rule)
        self._wake()

    async def _reset(self) -> None:
        self._rules.clear()
        for link in self._links:
            link.cut()
        self._wake()

    def _cut(self, rule: Rule) -> None:
        for link in self._links:
            if rule.whose(link.client_port):
                link.cut()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def _rules_for(self, client_port: int) -> list[Rule]:
        return [rule for rule in self._rules if rule.whose(client_port)]

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client_port = writer.get_extra_info("peername")[1]
        to_broker = await self._connect(client_port)
        if to_broker is None:
            writer.transport.abort()
            return
        link = Link(client_port, Direction(reader, to_broker[1]), Direction(to_broker[0], writer))
        self._links.add(link)
        try:
            await self._carry(link)
        except asyncio.CancelledError:
            pass  # by `stop`; asyncio's streams make a noise of a cancelled handler
        finally:
            link.cut()
            self._links.discard(link)

    async def _connect(self, client_port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """A connection to the broker; None where it is down, or a rule refuses the client by then."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                reader, writer = await asyncio.open_connection(HOST, self._broker_port)
        except OSError:  # TimeoutError is one
            return None
        if any(rule.refuses for rule in self._rules_for(client_port)):
            writer.transport.abort()
            return None
        return reader, writer

    async def _carry(self, link: Link) -> None:
        """Carry both ways until one side has ended and all that it sent before is delivered.

        That may be long after its end: what a killed process has sent is on its way all the same.
        """
        requests = self._carry_one(link, link.requests, lambda rule: rule.holds_requests)
        answers = self._carry_one(link, link.answers, lambda rule: rule.holds_answers)
        both = {asyncio.ensure_future(requests), asyncio.ensure_future(answers)}
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _end(both)

    async def _carry_one(self, link: Link, direction: Direction, holds: Callable[[Rule], bool]) -> None:
        forwarding = asyncio.ensure_future(self._forward(link, direction, holds))
        receiving = asyncio.ensure_future(direction.receive(self._loop.time))
        try:
            await asyncio.wait({forwarding, receiving}, return_when=asyncio.FIRST_COMPLETED)
            if not forwarding.done():
                await self._drain(direction, forwarding)
        finally:
            await _end({forwarding, receiving})

    async def _forward(self, link: Link, direction: Direction, holds: Callable[[Rule], bool]) -> None:
        with contextlib.suppress(OSError):
            while True:
                arrived, chunk = await direction.waiting.get()
                await self._wait_until_free(link, arrived, holds)
                direction.writer.write(chunk)
                await direction.writer.drain()
                direction.waiting.task_done()

    async def _drain(self, direction: Direction, forwarding: asyncio.Future[None]) -> None:
        drained = asyncio.ensure_future(direction.waiting.join())
        try:
            await asyncio.wait({drained, forwarding}, return_when=asyncio.FIRST_COMPLETED)
            # an abort would throw away what the kernel has not handed on yet
            await asyncio.sleep(LINGER_SECONDS)
        finally:
            await _end({drained})

    async def _wait_until_free(self, link: Link, arrived: float, holds: Callable[[Rule], bool]) -> None:
        while True:
            changed, rules = self._changed, self._rules_for(link.client_port)
            due = arrived + max((rule.latency_seconds for rule in rules), default=0.0)
            held = any(holds(rule) for rule in rules)
            if not held and due <= self._loop.time():
                return
            # a rule that comes or goes also changes what is waited for
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(None if held else due):
                    await changed.wait()


async def _end(tasks: set[asyncio.Future[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
