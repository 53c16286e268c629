"""What the page shows while there is nothing, too little, or nobody; on a stand-in for the service."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, Page, expect

from streams.commands.local_service import free_port
from tests.browser.fake_service import Stories, build_fake, read_stories

pytestmark = pytest.mark.asyncio(loop_scope="session")

CODED = Path(__file__).parent / "data" / "coded.jsonl"


@dataclass
class Fake:
    """The stand-in at an address of its own."""

    held: Stories
    port: int
    server: uvicorn.Server | None = None
    serving: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        config = uvicorn.Config(
            build_fake(self.held), port=self.port, log_level="critical", timeout_graceful_shutdown=0
        )
        self.server = uvicorn.Server(config)
        self.serving = asyncio.create_task(self.server.serve())
        await wait_until(lambda: self.server is not None and self.server.started)

    async def stop(self) -> None:
        if self.server and self.serving:
            self.server.should_exit = self.server.force_exit = True
            await self.serving


async def wait_until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110 - uvicorn tells nobody when it has started
        await asyncio.sleep(0.01)


@pytest_asyncio.fixture(loop_scope="session")
async def fake() -> AsyncIterator[Fake]:
    fake = Fake(Stories(), free_port())
    await fake.start()
    yield fake
    await fake.stop()


Opens = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(loop_scope="session")
async def opens(browser: Browser, fake: Fake) -> AsyncIterator[Opens]:
    context = await browser.new_context(base_url=fake.url, viewport={"width": 1440, "height": 900})

    async def go(address: str = "/") -> Page:
        page = await context.new_page()
        await page.goto(address)
        return page

    yield go
    await context.close()


async def test_without_articles_it_says_how_to_replay_some(fake, opens):
    """The empty page names the command, and fills by itself when something arrives."""
    page = await opens()
    await expect(page.get_by_role("heading", name="No articles yet")).to_be_visible()
    await expect(page.get_by_text("tidings replay seeds/")).to_be_visible()
    fake.held.stories.extend(read_stories(CODED))
    await expect(page.locator(".lede li").first).to_be_visible(timeout=15_000)


async def test_it_names_the_partitions_that_are_missing(fake, opens):
    """An incomplete answer says so in place, with the reason, and the mark goes when it is whole again."""
    fake.held.stories.extend(read_stories(CODED))
    fake.held.missing = (2,)
    page = await opens()
    note = page.locator(".panel.actors .missing")
    await expect(note).to_contain_text("partition 2 missing")
    await expect(note).to_contain_text("no answer within 2 s")
    fake.held.missing = ()
    await expect(page.locator(".missing")).to_have_count(0, timeout=15_000)


async def test_it_names_what_failed_and_tries_again(fake, opens):
    """A fault is told where its part would be, by name, and heals by itself."""
    fake.held.stories.extend(read_stories(CODED))
    page = await opens("/actors/country:USA")
    await expect(page.locator(".partners tbody tr").first).to_be_visible()
    fake.held.faulty = "tables are not ready: recovering"
    await page.get_by_role("button", name="Year").click()
    await expect(page.locator(".panel.events .fault")).to_contain_text(
        "Events could not be loaded (503): tables are not ready"
    )
    fake.held.faulty = None
    await expect(page.locator(".fault")).to_have_count(0, timeout=20_000)


async def test_while_nobody_answers_it_keeps_what_it_has(fake, opens):
    """Without the service the page says that it reconnects, and shows what it knows; then it is live."""
    fake.held.stories.extend(read_stories(CODED))
    page = await opens()
    await expect(page.locator(".link.live")).to_be_visible()
    await fake.stop()
    await expect(page.locator(".link.reconnecting")).to_be_visible(timeout=15_000)
    await expect(page.locator(".lede li").first).to_be_visible()
    await fake.start()
    await expect(page.locator(".link.live")).to_be_visible(timeout=30_000)


async def test_where_no_stream_comes_through_it_polls(fake, opens):
    """A proxy that lets no stream pass leaves a page that is a few seconds behind, and says so."""
    fake.held.stories.extend(read_stories(CODED))
    fake.held.streams = False
    page = await opens()
    await expect(page.locator(".link.polling")).to_be_visible(timeout=30_000)
    before = await page.locator("main h1 b").inner_text()
    fake.held.stories.pop()
    await expect(page.locator("main h1 b")).not_to_have_text(before, timeout=15_000)


async def test_a_title_cannot_do_harm(fake, opens):
    """What articles say is text: no markup of theirs becomes the page's, no address of theirs a script."""
    story = read_stories(CODED)[0]
    story["article"] |= {"title": "<img src=x onerror=window.harmed=1>", "url": "javascript:window.harmed=1"}
    fake.held.stories.append(story)
    page = await opens()
    title = page.locator(".origin .title").first
    await expect(title).to_contain_text("<img src=x")
    await expect(title.locator("a, img")).to_have_count(0)
    assert await page.evaluate("window.harmed") is None
