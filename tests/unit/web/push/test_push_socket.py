"""Readers that are connected and read nothing, as the kernel sees them."""

import socket

import pytest

from streams.web.connections import UNREAD_SECONDS
from streams.web.server import Listener


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="only Linux has the option")
def test_the_kernel_gives_up_a_socket_that_takes_nothing() -> None:
    """What fits into the kernel's buffers is never seen as unread by the server: the kernel must end it."""
    listener = Listener("127.0.0.1", 0)
    with listener.socket, socket.create_connection((listener.host, listener.port)):
        accepted, _ = listener.socket.accept()
        with accepted:
            told = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
            assert told == UNREAD_SECONDS * 1000
