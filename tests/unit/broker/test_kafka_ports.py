"""The ports that a node gets."""

import socket
from collections.abc import Iterator

import pytest

from streams.broker import ports
from streams.broker.ports import CANDIDATES, HOST, PortTaken, choose_ports, is_free


@pytest.fixture
def taken_port() -> Iterator[int]:
    (port,) = choose_ports(None)
    with socket.create_server((HOST, port)):
        yield port


def test_ports_are_free_and_different() -> None:
    """Ports chosen together differ, and a server can listen on each."""
    chosen = choose_ports(*[None] * 6)
    assert len(set(chosen)) == 6
    assert all(is_free(port) for port in chosen)


def test_preferred_port_is_kept_if_free() -> None:
    """A remembered port comes back while nobody else has it."""
    (port,) = choose_ports(None)
    assert choose_ports(port, None)[0] == port


def test_taken_port_gives_way_to_another(taken_port: int) -> None:
    """A remembered port that another process listens on is left to it."""
    assert not is_free(taken_port)
    (chosen,) = choose_ports(taken_port)
    assert chosen != taken_port
    assert chosen in CANDIDATES


def test_port_of_connections_just_closed_is_free() -> None:
    """What a server that ended leaves behind in the kernel does not make its port count as taken."""
    (port,) = choose_ports(None)
    with socket.create_server((HOST, port)) as server, socket.create_connection((HOST, port)):
        accepted, _ = server.accept()
        accepted.close()
    assert is_free(port)


def test_no_port_left_says_so(taken_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """When every candidate is taken, the error names their range."""
    monkeypatch.setattr(ports, "CANDIDATES", range(taken_port, taken_port + 1))
    with pytest.raises(PortTaken, match=rf"{taken_port} to {taken_port}"):
        choose_ports(None)
