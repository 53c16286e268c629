"""uvicorn as a part of the worker."""

import socket

import httpx
import pytest
from fastapi import FastAPI
from streaming_fakes import running, until

from streams.web.server import AddressTaken, WebServer


async def test_a_server_listens_from_the_start_and_stops_when_told() -> None:
    """The address is bound at once, port 0 takes any, and `stop` lets `serve` return."""
    api = FastAPI()

    @api.get("/hello")
    async def hello() -> str:
        return "hello"

    server = WebServer(api, host="127.0.0.1", port=0)
    assert not server.url.endswith(":0")
    async with running(server.serve) as (serving,):
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"{server.url}/hello")).json() == "hello"
        server.stop()
        await serving
        await until(serving.done)


def test_a_taken_address_is_told_with_the_remedy() -> None:
    """An address that is in use is a fault that names it, and the setting that changes it."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(AddressTaken, match=rf"127\.0\.0\.1:{port} .*TIDINGS_HTTP_PORT"):
            WebServer(FastAPI(), host="127.0.0.1", port=port)


def test_an_address_of_another_machine_is_told_too() -> None:
    """An address that this machine does not have is a fault of the same kind."""
    with pytest.raises(AddressTaken):
        WebServer(FastAPI(), host="203.0.113.1", port=0)


def test_the_url_of_an_ipv6_address_can_be_asked() -> None:
    """An IPv6 address stands in brackets in the URL."""
    try:
        server = WebServer(FastAPI(), host="::1", port=0)
    except AddressTaken as fault:
        pytest.skip(f"this machine has no IPv6 loopback: {fault}")
    url = server.url
    server._socket.close()
    assert httpx.URL(url).host == "::1"
