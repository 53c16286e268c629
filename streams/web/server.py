"""uvicorn in a thread of its own, with its own event loop: queries and batches never wait for each other."""

import asyncio
import contextlib
import resource
import socket
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any, Final

import uvicorn
import uvloop
from starlette.types import ASGIApp

from streams.web.connections import REQUEST_SECONDS, UNREAD_SECONDS, BoundedConnection

Beside = Callable[[], Coroutine[Any, Any, None]]
"""What runs in the web thread's loop for as long as it serves."""

BACKLOG: Final = 2048
SWITCH_SECONDS: Final = 0.0005
"""How long one thread may keep the interpreter while another waits: a tenth of Python's own choice.

An answer waits for 0.9 ms beside a pipeline that computes, with Python's 5 ms for 5.7 (bench.switching).
"""

_OPEN_FILES: Final = 16_384
_STOP_SECONDS: Final = 2


class AddressTaken(OSError):
    """The API's address cannot be listened on."""


class Listener:
    """An address that is bound at once, so that it can be told before anybody serves there."""

    def __init__(self, host: str, port: int) -> None:
        self.socket = _bind(host, port)

    @property
    def host(self) -> str:
        """The address that it is bound to."""
        return str(self.socket.getsockname()[0])

    @property
    def port(self) -> int:
        """The port, also where any was asked for."""
        return int(self.socket.getsockname()[1])

    @property
    def url(self) -> str:
        """Where it listens."""
        return url_of(self.host, self.port)

    def close(self) -> None:
        """Let go of the address."""
        self.socket.close()


class WebServer:
    """Serves an application in a thread of its own."""

    def __init__(
        self,
        api: ASGIApp,
        listener: Listener,
        *,
        beside: Sequence[Beside] = (),
        before_stop: Beside | None = None,
    ) -> None:
        self._listener, self._beside, self._before_stop = listener, beside, before_stop
        self._stopping = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server = _Server(
            uvicorn.Config(
                api,
                http=BoundedConnection,
                ws="none",
                log_config=None,
                log_level="error",  # warnings are of what clients send: they could fill the log
                access_log=False,
                lifespan="off",
                server_header=False,
                proxy_headers=False,
                backlog=BACKLOG,
                timeout_keep_alive=REQUEST_SECONDS,
                timeout_graceful_shutdown=_STOP_SECONDS,
            )
        )

    async def serve(self) -> None:
        """Serve until `stop`; raises what ended the thread before."""
        _allow_open_files()
        sys.setswitchinterval(SWITCH_SECONDS)
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[None] = loop.create_future()

        def run() -> None:
            fault: BaseException | None = None
            try:
                with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                    runner.run(self._serve())
            except BaseException as error:  # noqa: BLE001 - told to the worker's loop, which ends with it
                fault = error
            with contextlib.suppress(RuntimeError):  # that loop may be closed by now
                loop.call_soon_threadsafe(_settle, ended, fault)

        threading.Thread(target=run, name="web", daemon=True).start()
        try:
            await asyncio.shield(ended)
        except asyncio.CancelledError:
            self.stop()
            await asyncio.wait([ended], timeout=2 * _STOP_SECONDS)
            raise

    async def _serve(self) -> None:
        """Run everything of the thread; the first part that ends, or fails, ends all."""
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        if self._stopping:
            self._stopped.set()
        serving = asyncio.ensure_future(self._server.serve(sockets=[self._listener.socket]))
        parts = [serving, *(asyncio.ensure_future(work()) for work in self._beside)]
        asked = asyncio.ensure_future(self._stopped.wait())
        await asyncio.wait([asked, *parts], return_when=asyncio.FIRST_COMPLETED)
        if self._before_stop:
            await self._before_stop()  # a server waits for its answers, and some would never end
        self._server.should_exit = True
        await asyncio.wait([serving])
        for part in [asked, *parts]:
            part.cancel()
        for outcome in await asyncio.gather(*parts, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome

    def stop(self) -> None:
        """Let `serve` return soon; from any thread."""
        self._stopping = True
        if self._loop:
            with contextlib.suppress(RuntimeError):  # it may be closed by now
                self._loop.call_soon_threadsafe(self._stopped.set)


def _settle(ended: "asyncio.Future[None]", fault: BaseException | None) -> None:
    if ended.done():
        return
    if fault:
        ended.set_exception(fault)
    else:
        ended.set_result(None)


def _allow_open_files() -> None:
    """Every client is an open file, and systems often begin with 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def check_free(host: str, port: int) -> None:
    """Raise AddressTaken where nobody could listen there now."""
    _bind(host, port).close()


def url_of(host: str, port: int) -> str:
    """The URL of an address."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signals: the worker has its own handlers."""
        yield


def _bind(host: str, port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)  # what it accepts has it too
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # the kernel would keep megabytes for a client that reads nothing
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(UNREAD_SECONDS * 1000))
    try:
        bound.bind((host, port))
        bound.listen(BACKLOG)  # two may be bound to an address as long as none of them listens
    except OSError as error:
        bound.close()
        raise AddressTaken(
            f"{host}:{port} cannot be listened on ({error.strerror}); set TIDINGS_HTTP_PORT to a free port, "
            "0 for any"
        ) from error
    return bound
