"""Asking a node, in Kafka's own protocol, which brokers take requests."""

import socket
import struct
from typing import BinaryIO

from streams.broker.ports import HOST

TIMEOUT_SECONDS = 2.0

# Request header v1 (api key 3 = Metadata, version 1, correlation id, no client id), then no topics.
_BODY = struct.pack(">hhih", 3, 1, 0, -1) + struct.pack(">i", 0)
_REQUEST = struct.pack(">i", len(_BODY)) + _BODY


def listed_brokers(port: int) -> frozenset[int]:
    """The ids of the brokers that the node on the port calls alive; empty while it does not answer.

    A broker is listed once the controller has let it in (unfenced), which is when it may lead partitions.
    """
    try:
        with socket.create_connection((HOST, port), TIMEOUT_SECONDS) as connection:
            connection.sendall(_REQUEST)
            with connection.makefile("rb") as answer:
                return _read_broker_ids(answer)
    except (OSError, EOFError):
        return frozenset()


def _read_broker_ids(answer: BinaryIO) -> frozenset[int]:
    _size, _correlation, count = struct.unpack(">iii", _read(answer, 12))
    return frozenset(_read_broker_id(answer) for _ in range(count))


def _read_broker_id(answer: BinaryIO) -> int:
    (node_id,) = struct.unpack(">i", _read(answer, 4))
    _read_string(answer)  # host
    _read(answer, 4)  # port
    _read_string(answer)  # rack
    return int(node_id)


def _read_string(answer: BinaryIO) -> bytes:
    (length,) = struct.unpack(">h", _read(answer, 2))
    return _read(answer, max(length, 0))


def _read(answer: BinaryIO, length: int) -> bytes:
    data = answer.read(length)
    if len(data) < length:
        raise EOFError("the node hung up")
    return data
