"""Finding loopback ports that are free."""

import random
import socket
from contextlib import ExitStack

from streams.broker.faults import BrokerUnavailable

HOST = "127.0.0.1"

# Below what operating systems lend to outgoing connections (32768 and up on Linux, 49152 elsewhere):
# there a client that tries a port too early can be lent that very port, and connect to itself.
CANDIDATES = range(20_000, 30_000)


class PortTaken(BrokerUnavailable):
    """Something else listens on a port that the node needs."""


def choose_ports(*preferred: int | None) -> tuple[int, ...]:
    """A free port for each one preferred: that port if it is free, else any other; all different."""
    with ExitStack() as held:
        return tuple(_choose(port, held) for port in preferred)


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with ExitStack() as held:
        return _hold(port, held)


def _choose(preferred: int | None, held: ExitStack) -> int:
    if preferred is not None and _hold(preferred, held):
        return preferred
    for port in random.sample(CANDIDATES, len(CANDIDATES)):
        if _hold(port, held):
            return port
    raise PortTaken(f"no port of {CANDIDATES.start} to {CANDIDATES.stop - 1} is free on {HOST}; close some")


def _hold(port: int, held: ExitStack) -> bool:
    listener = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
    # as Java does: the closed connections of a server that is gone do not count as taken
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(1)
    except OSError:
        return False
    return True
