"""A service with the packaged articles, and a Chromium that looks at its page."""

import json
import os
import secrets
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer
from playwright.async_api import Browser, Page, Request, async_playwright
from rich.console import Console

from schemas.coded import CodedArticle
from schemas.wire import decode
from streams.broker import EmbeddedKafka
from streams.commands.local_service import WorkerProcess, free_port
from streams.commands.replay import Order, replay_articles
from streams.commands.topics import create_topics
from streams.kafka_logs import read_log
from streams.kafka_topics import catalogue_of, client_options
from streams.progress import wait_until_counted
from streams.settings import Settings
from streams.web.page import ASSETS
from tests.browser.chromium import FLAGS

SEEDS = Path(__file__).parents[2] / "seeds" / "articles"


@dataclass
class LiveService:
    """One worker on real Kafka, which can be killed and started again at the same address."""

    settings: Settings
    bootstrap: str
    worker: WorkerProcess

    @property
    def url(self) -> str:
        return self.worker.url

    @property
    def options(self) -> dict[str, Any]:
        return client_options(self.settings, self.bootstrap)

    async def coded(self) -> list[CodedArticle]:
        """The coded articles as they lie on Kafka, for the plain loop."""
        log = read_log(self.options, catalogue_of(self.settings).coded)
        return [decode(CodedArticle, record.value) async for record in log]

    async def send(self, article: dict[str, Any]) -> None:
        """Let an article arrive; returns when it is counted."""
        producer = AIOKafkaProducer(**self.options, acks="all")
        await producer.start()
        try:
            key, value = article["id"].encode(), json.dumps(article).encode()
            await producer.send_and_wait(catalogue_of(self.settings).articles, key=key, value=value)
        finally:
            await producer.stop()
        await wait_until_counted(self.options, catalogue_of(self.settings))

    async def kill(self) -> None:
        """End the worker as a machine that loses power would."""
        child = self.worker._running()
        child.kill()
        await child.wait()

    async def start(self) -> None:
        await self.worker.start()
        await self.worker.wait_ready()


@dataclass
class Watched:
    """A page, and what must not happen on it."""

    page: Page
    faults: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def listen(self, own: str) -> None:
        def ask(request: Request) -> None:
            if urlsplit(request.url).netloc != urlsplit(own).netloc:
                self.strangers.append(request.url)

        self.page.on("request", ask)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on(
            "console",
            lambda line: self.faults.append(line.text) if line.type in ("error", "warning") else None,
        )


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Debian's chromium; where nobody reads the skipped tests, a missing one must not look like success."""
    found = shutil.which("chromium")
    if found and (ASSETS / "index.html").is_file():
        return found
    reason = "the page is not built: make page" if found else "no chromium: apt-get install chromium"
    if os.environ.get("CI"):
        raise RuntimeError(reason)
    pytest.skip(reason)


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def service(
    kafka: EmbeddedKafka, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[LiveService]:
    folder = tmp_path_factory.mktemp("live")
    settings = Settings(
        namespace=f"t{secrets.token_hex(4)}",
        state_dir=folder / "state",
        session_timeout_seconds=6,
        log_level="warning",
        http_port=free_port(),
    )
    await create_topics(settings, kafka.bootstrap)
    live = LiveService(
        settings, kafka.bootstrap, WorkerProcess(settings, kafka.bootstrap, folder / "worker.log")
    )
    await live.start()
    try:
        await replay_articles(settings, kafka.bootstrap, Order((str(SEEDS),)), Console(quiet=True))
        await wait_until_counted(live.options, catalogue_of(settings))
        yield live
    finally:
        await live.worker.stop()


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser(chromium_path: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path, args=list(FLAGS))
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def watched(browser: Browser, service: LiveService) -> AsyncIterator[Watched]:
    """A page of its own for a test, at a desk's size."""
    context = await browser.new_context(
        base_url=service.url, viewport={"width": 1440, "height": 900}, color_scheme="light"
    )
    page = Watched(await context.new_page())
    page.listen(service.url)
    yield page
    await context.close()
