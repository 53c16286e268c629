"""`tidings up`: where to look."""

from io import StringIO

import pytest
from rich.console import Console

from streams.commands.up import print_urls


def printed(url: str, *, is_usual: bool) -> list[str]:
    """The lines as printed on a narrow terminal."""
    out = StringIO()
    print_urls(Console(file=out, width=40), url, "127.0.0.1:9092", is_usual=is_usual)
    return out.getvalue().split("\n")


def test_the_live_page_comes_first() -> None:
    """The page, then API, metrics and Kafka; each address is whole on its line, to be clicked or copied."""
    lines = [line.split() for line in printed("http://127.0.0.1:8650", is_usual=True) if line]
    assert lines[0] == ["live", "page", "http://127.0.0.1:8650/"]
    addresses = [line[-1] for line in lines]
    for path in ("/docs", "/v1/pairs", "/v1/events", "/metrics", "/readyz"):
        assert f"http://127.0.0.1:8650{path}" in addresses
    assert "127.0.0.1:9092" in addresses


@pytest.mark.parametrize(
    ("is_usual", "command"), [(True, "tidings watch"), (False, "tidings watch --url http://127.0.0.1:1")]
)
def test_the_terminal_is_told_as_it_must_be_typed(is_usual: bool, command: str) -> None:
    """At another address than the usual one the command has to name it."""
    assert any(line.strip().endswith(command) for line in printed("http://127.0.0.1:1", is_usual=is_usual))
