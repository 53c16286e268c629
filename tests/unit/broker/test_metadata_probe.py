"""What a node's answer says about who is alive."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from streams.broker.metadata_probe import listed_brokers
from streams.broker.ports import HOST, choose_ports


def broker(node_id: int, rack: bytes | None) -> bytes:
    host = HOST.encode()
    rack_bytes = struct.pack(">h", -1) if rack is None else struct.pack(">h", len(rack)) + rack
    return struct.pack(">ih", node_id, len(host)) + host + struct.pack(">i", 9092) + rack_bytes


def answer(*brokers: bytes) -> bytes:
    body = struct.pack(">ii", 0, len(brokers)) + b"".join(brokers) + struct.pack(">ii", 1, 0)
    return struct.pack(">i", len(body)) + body


@contextmanager
def node_that_answers(data: bytes) -> Iterator[int]:
    """A server on loopback that answers one connection with the data, then hangs up."""

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(1024)
            connection.sendall(data)

    with socket.create_server((HOST, 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


@pytest.mark.parametrize(
    ("data", "alive"),
    [
        (answer(), frozenset()),
        (answer(broker(1, None)), {1}),
        (answer(broker(1, None), broker(2, b"rack-2"), broker(3, b"")), {1, 2, 3}),
        (answer(broker(1, None))[:-12], frozenset()),
        (b"", frozenset()),
    ],
    ids=["none let in yet", "one", "three, with racks", "hung up midway", "hung up at once"],
)
def test_brokers_of_the_answer(data: bytes, alive: frozenset[int]) -> None:
    """Exactly the brokers of a whole answer count as alive; a broken one counts as none."""
    with node_that_answers(data) as port:
        assert listed_brokers(port) == alive


def test_nobody_listening_is_nobody_alive() -> None:
    """A port without a listener is not an error: the node is not there yet."""
    (port,) = choose_ports(None)
    assert listed_brokers(port) == frozenset()
