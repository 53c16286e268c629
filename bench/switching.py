"""How long an answer waits for the interpreter while the pipeline computes: `python -m bench.switching`.

The main thread computes without a pause; a server in a thread of its own answers another process, with
Python's switch interval at several lengths.
"""

import asyncio
import socket
import sys
import time
from asyncio.subprocess import PIPE
from statistics import quantiles
from typing import Final

from fastapi import FastAPI

from streams.web import server
from streams.web.server import Listener, WebServer

MILLISECONDS: Final = (5.0, 1.0, 0.5, 0.2)
ASKED: Final = 400
REQUEST: Final = b"GET /hello HTTP/1.1\r\nHost: worker\r\n\r\n"


def compute() -> None:
    """Some fifty milliseconds of plain Python."""
    for _ in range(50):
        sorted({str(number): number for number in range(2000)}, reverse=True)


async def measure(milliseconds: float) -> None:
    """Print latencies at one interval."""
    api, listener = FastAPI(), Listener("127.0.0.1", 0)

    @api.get("/hello")
    async def hello() -> str:
        return "hello"

    server.SWITCH_SECONDS = milliseconds / 1000  # type: ignore[misc] # what is measured
    web = WebServer(api, listener)
    serving = asyncio.create_task(web.serve())
    asking = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.switching", str(listener.port)), stdout=PIPE
    )
    told = asyncio.create_task(asking.communicate())
    began, rounds = time.perf_counter(), 0
    while not told.done():
        compute()
        rounds += 1
        await asyncio.sleep(0)
    rate = rounds / (time.perf_counter() - began)
    print(f"{milliseconds:4g} ms  {told.result()[0].decode().strip()}  {rate:6.1f} rounds/s beside it")
    web.stop()
    await serving


def ask(port: int) -> None:
    """Ask one question after the other, and print how long answers took."""
    took = []
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(ASKED):
            began = time.perf_counter()
            connection.sendall(REQUEST)
            answer = b""
            while not answer.endswith(b'"hello"'):
                answer += connection.recv(65_536)
            took.append((time.perf_counter() - began) * 1000)
            time.sleep(0.002)
    percentiles = quantiles(took, n=100)
    print(f"median {percentiles[49]:6.2f} ms  95 % {percentiles[94]:6.2f} ms")


def main() -> None:
    """Measure each interval, or ask where a port is given."""
    if len(sys.argv) > 1:
        ask(int(sys.argv[1]))
        return
    for milliseconds in MILLISECONDS:
        asyncio.run(measure(milliseconds))


if __name__ == "__main__":
    main()
