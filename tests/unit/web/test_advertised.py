"""Where other workers find this one."""

import socket
from collections.abc import Iterator

import pytest

from streams.web.advertised import advertised_url
from streams.web.server import Listener


@pytest.fixture
def everywhere() -> Iterator[Listener]:
    """An address on all of the machine's."""
    listener = Listener("0.0.0.0", 0)  # noqa: S104 - what is tested
    yield listener
    listener.close()


def test_what_is_configured_is_told() -> None:
    """A setting goes before all that could be found out."""
    listener = Listener("127.0.0.1", 0)
    assert advertised_url("http://pod:8650/", listener, "kafka:9092") == "http://pod:8650"
    listener.close()


def test_an_address_that_is_listened_on_is_told_as_it_is() -> None:
    """With port 0 the one that it became."""
    listener = Listener("127.0.0.1", 0)
    assert advertised_url(None, listener, "kafka:9092") == f"http://127.0.0.1:{listener.port}"
    listener.close()


@pytest.mark.parametrize("servers", ["127.0.0.1:9092", "127.0.0.1:9092, 127.0.0.1:9093", "127.0.0.1"])
def test_who_listens_everywhere_tells_the_address_that_faces_kafka(
    everywhere: Listener, servers: str
) -> None:
    """Nobody can connect to 0.0.0.0; the way to Kafka is one that the other workers have too."""
    assert advertised_url(None, everywhere, servers) == f"http://127.0.0.1:{everywhere.port}"


def test_without_a_way_to_kafka_the_machines_name_is_told(everywhere: Listener) -> None:
    """A name that does not resolve leads nowhere; the own one may be known to others."""
    told = advertised_url(None, everywhere, "no-such-host.invalid:9092")
    assert told == f"http://{socket.gethostname()}:{everywhere.port}"
