"""Fixtures that tests of every kind share: a real Apache Kafka, fetched and started at most once."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from streams.broker import EmbeddedKafka, KafkaRuntime, prepare_runtime
from streams.broker.fetch import RegistryOutOfReach

# what structlog shows of a fault by default, every local of every frame, takes ten seconds
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)


@pytest.fixture(scope="session")
def cache_dir() -> Path:
    """The cache of the jars, the one that the commands use too."""
    own = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tidings"
    return Path(os.environ.get("TIDINGS_CACHE_DIR") or own)


@pytest.fixture(scope="session")
def kafka_runtime(cache_dir: Path) -> KafkaRuntime:
    """Apache Kafka and its Java; without a network and a filled cache, tests that need it are skipped."""
    try:
        return prepare_runtime(cache_dir)
    except RegistryOutOfReach as fault:
        # where nobody reads the skipped tests, a missing broker must not look like success
        if os.environ.get("CI"):
            raise
        pytest.skip(str(fault))


@pytest.fixture(scope="session")
def kafka(
    kafka_runtime: KafkaRuntime, cache_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EmbeddedKafka]:
    """A running node for the whole session: give topics and groups names of your own."""
    with EmbeddedKafka(tmp_path_factory.mktemp("kafka"), kafka_runtime, cache_dir=cache_dir) as broker:
        yield broker
