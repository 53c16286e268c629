"""Where other workers find this one."""

import socket
from typing import Final

from streams.web.server import Listener, url_of

_EVERYWHERE: Final = ("0.0.0.0", "::")  # noqa: S104 - compared with, never bound here
_KAFKA_PORT: Final = 9092


def advertised_url(configured: str | None, listener: Listener, bootstrap_servers: str) -> str:
    """What is configured, else the address that is listened on.

    Who listens on all addresses tells the one from which Kafka is reached: other workers reach Kafka too.
    """
    if configured:
        return configured.rstrip("/")
    if listener.host not in _EVERYWHERE:
        return listener.url
    return url_of(_address_towards(bootstrap_servers.split(",")[0].strip()), listener.port)


def _address_towards(server: str) -> str:
    """This machine's address on the way to a server; its name where there is none."""
    host, _, port = server.rpartition(":")
    host = (host or server).strip("[]")
    try:
        found = socket.getaddrinfo(host, int(port) if port.isdigit() else _KAFKA_PORT, type=socket.SOCK_DGRAM)
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.connect(address)  # sends nothing: it only chooses a route
            return str(probe.getsockname()[0])
    except OSError:
        return socket.gethostname()
