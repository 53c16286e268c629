"""A worker that has counted the packaged articles, and a Prometheus that has watched it do so."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio
from rich.console import Console
from scraping import PROMETHEUS, PROMTOOL, TOP_ACTORS, Prometheus, Watched, prometheus_on

from streams.broker import EmbeddedKafka
from streams.commands.local_service import WorkerProcess, free_port
from streams.commands.replay import Order, replay_articles
from streams.commands.topics import create_topics
from streams.kafka_topics import catalogue_of, client_options
from streams.progress import wait_until_counted
from streams.settings import Settings

ASKED = (
    "/v1/actors",
    "/v1/topics?limit=3",
    "/v1/days",
    "/v1/events?limit=5",
    "/v1/status",
    "/v1/actors?limit=0",
)


@pytest.fixture(scope="session", autouse=True)
def _prometheus_is_installed() -> None:
    if PROMETHEUS is None or PROMTOOL is None:
        # where nobody reads the skipped tests, a missing server must not look like success
        tell = pytest.fail if os.environ.get("CI") else pytest.skip
        tell("prometheus and promtool are not installed; 'make packages' does it on Debian")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        namespace=f"t{secrets.token_hex(4)}",
        state_dir=tmp_path_factory.mktemp("state"),
        http_port=free_port(),
        export_top_actors=TOP_ACTORS,
        processes=1,
        log_level="warning",
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def worker(settings: Settings, kafka: EmbeddedKafka) -> AsyncIterator[WorkerProcess]:
    await create_topics(settings, kafka.bootstrap)
    process = WorkerProcess(settings, kafka.bootstrap, settings.state_dir / "worker.log")
    await process.start()
    await process.wait_ready()
    yield process
    await process.stop()


@pytest.fixture(scope="module")
def prometheus(worker: WorkerProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """A server that sees the worker idle first: what is counted later is an increase to it."""
    with prometheus_on(worker.url.removeprefix("http://"), tmp_path_factory.mktemp("prometheus")) as server:
        assert server.data_of("max_over_time(tidings_build_info[1m])")
        yield server


@pytest.fixture(scope="module")
def watched(
    settings: Settings, kafka: EmbeddedKafka, worker: WorkerProcess, prometheus: Prometheus
) -> Watched:
    """Both, after the packaged articles are counted and the API was asked some questions."""
    asyncio.run(_replay(settings, kafka.bootstrap))
    with httpx.Client(base_url=worker.url, timeout=10) as client:
        for path in ASKED:
            client.get(path)
    return Watched(worker.url, prometheus)


async def _replay(settings: Settings, bootstrap: str) -> None:
    await replay_articles(settings, bootstrap, Order(("seeds:",)), Console(quiet=True))
    await wait_until_counted(client_options(settings, bootstrap), catalogue_of(settings))
