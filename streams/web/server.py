"""uvicorn as a part of the worker: it starts and stops with it, and leaves signals alone."""

import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI


class AddressTaken(OSError):
    """The API's address cannot be listened on."""


class WebServer:
    """Serves an application on an address that is bound at once."""

    def __init__(self, api: FastAPI, *, host: str, port: int) -> None:
        self._socket = _bind(host, port)
        config = uvicorn.Config(
            api, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=2
        )
        self._server = _Server(config)

    @property
    def url(self) -> str:
        """Where it listens."""
        host, port = self._socket.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def serve(self) -> None:
        """Serve until `stop`."""
        await self._server.serve(sockets=[self._socket])

    def stop(self) -> None:
        """Let `serve` return soon."""
        self._server.should_exit = True


def check_free(host: str, port: int) -> None:
    """Raise AddressTaken where nobody could listen there now."""
    _bind(host, port).close()


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signals: the worker has its own handlers."""
        yield


def _bind(host: str, port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise AddressTaken(
            f"{host}:{port} cannot be listened on ({error.strerror}); set TIDINGS_HTTP_PORT to a free port, "
            "0 for any"
        ) from error
    return bound
