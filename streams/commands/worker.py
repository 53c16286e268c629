"""`tidings worker`: one process of the service."""

import asyncio
import os
import signal
import threading
from typing import Annotated, Final

import typer

from streams.app import Role, Worker
from streams.commands.where import find_kafka
from streams.delivery import end_process
from streams.logs import set_up_logging
from streams.settings import read_settings

STOP_SECONDS: Final = 7.0


def worker(
    role: Annotated[
        Role, typer.Option(help="What this worker does: code articles, count them, or both.")
    ] = Role.ALL,
    processes: Annotated[
        int | None,
        typer.Option(min=1, help="Processes that code articles.", show_default="TIDINGS_PROCESSES"),
    ] = None,
    with_parent: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """Work until Ctrl-C or SIGTERM: read from Kafka, and serve API, metrics and health over HTTP."""
    settings = read_settings()
    if processes:
        settings = settings.model_copy(update={"processes": processes})
    set_up_logging(settings)
    if with_parent:
        threading.Thread(target=_stop_when_input_ends, daemon=True).start()
    asyncio.run(_work(Worker(settings, find_kafka(settings), role)))


async def _work(running: Worker) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def begin_to_stop() -> None:
        stop.set()
        # without its Kafka an orderly stop would wait for ever; what is not committed is read again
        loop.call_later(STOP_SECONDS, end_process, "not stopped in time")

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, begin_to_stop)
    await running.run(stop)


def _stop_when_input_ends() -> None:
    """Stop with the process that holds the other end of standard input, however that one ends."""
    while os.read(0, 1):  # not sys.stdin, whose lock would be held when the process ends before it
        pass
    os.kill(os.getpid(), signal.SIGTERM)
