"""`tidings broker`: the embedded Kafka alone."""

import signal
import threading

from streams.broker import BrokerUnavailable
from streams.commands.console import remarks
from streams.commands.where import embedded_kafka, kafka_folder
from streams.settings import read_settings


def broker() -> None:
    """Run the embedded Apache Kafka alone, until Ctrl-C; its data survives."""
    settings = read_settings()
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
