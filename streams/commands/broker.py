"""`tidings broker`: the embedded Kafka alone."""

import signal
import threading
from typing import Annotated

import typer

from streams.broker import BrokerUnavailable
from streams.commands.console import remarks
from streams.commands.where import embedded_kafka, kafka_folder
from streams.settings import read_settings


def broker(
    prepare: Annotated[bool, typer.Option(help="Only fetch what it takes, and end.")] = False,
) -> None:
    """Run the embedded Apache Kafka alone, until Ctrl-C; its data survives."""
    settings = read_settings()
    if prepare:
        embedded_kafka(settings, kafka_folder(settings))
        return
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with embedded_kafka(settings, kafka_folder(settings)) as kafka:
        remarks().print(f"Apache Kafka listens on [bold]{kafka.bootstrap}[/]; end it with Ctrl-C")
        while not stop.wait(0.5):
            if not kafka.is_running:
                raise BrokerUnavailable(
                    f"Apache Kafka ended by itself; the end of its log:\n{kafka.log_tail()}"
                )
