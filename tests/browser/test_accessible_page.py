"""The live page for everybody: by keyboard, by screen reader, in both themes, on a phone."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

pytestmark = [pytest.mark.kafka, pytest.mark.asyncio(loop_scope="session")]

AXE = Path(__file__).parents[2] / "page" / "node_modules" / "axe-core" / "axe.min.js"
ADDRESSES = (
    "/",
    "/?view=matrix&last=1y&quad=verbal-conflict",
    "/actors/country:USA",
    "/pairs/country:USA%7Cgov:RUS",
)
NOWHERE = "/pairs/country:XXA%7Ccountry:XXB"


async def opened(browser: Browser, service: Any, address: str, **context: Any) -> Page:
    made = await browser.new_context(base_url=service.url, bypass_csp=True, **context)
    page = await made.new_page()
    await page.goto(address)
    await expect(page.locator(".skeleton")).to_have_count(0)
    return page


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("address", [*ADDRESSES, NOWHERE])
async def test_axe_finds_nothing_serious(browser, service, address, theme):
    """No serious or critical fault by axe-core's rules for WCAG 2.2 AA, contrast among them."""
    page = await opened(
        browser,
        service,
        address,
        color_scheme=theme,
        reduced_motion="reduce",
        viewport={"width": 1440, "height": 900},
    )
    await page.add_script_tag(path=AXE)
    found = await page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    serious = [
        (fault["id"], node["target"], node["failureSummary"])
        for fault in found["violations"]
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
        # rows of the timeline are low for a pointer alone; the menu of types does the same (WCAG 2.5.8)
        if not (fault["id"] == "target-size" and ".strip" in str(node["target"]))
    ]
    await page.context.close()
    assert serious == []


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("width", [320, 360, 768])
async def test_nothing_is_wider_than_a_small_screen(browser, service, address, width):
    """No page scrolls sideways; what is wider scrolls within itself."""
    page = await opened(browser, service, address, viewport={"width": width, "height": 740})
    needs = await page.evaluate("document.documentElement.scrollWidth")
    await page.context.close()
    assert needs <= width


async def test_the_keyboard_reaches_everything_in_order(browser, service):
    """Tab passes from the skip link through filters, sentences and lists to the events, always visibly."""
    page = await opened(browser, service, "/", viewport={"width": 1440, "height": 900})
    places: list[str] = []
    for _ in range(200):
        await page.keyboard.press("Tab")
        place = await page.evaluate(
            """() => {
                const one = document.activeElement, style = getComputedStyle(one);
                const shown = style.outlineStyle !== 'none' || one.matches('.chord *');
                const part = one.closest('.skip, .brand, .pipeline, .theme, .filters, .panel') ?? one;
                return shown ? part.className : `unseen focus in ${part.className}`;
            }"""
        )
        if not places or places[-1] != place:
            places.append(place)
        if place == "panel events":
            break
    await page.context.close()
    assert places == [
        "skip", "brand", "pipeline", "theme", "filters", "panel pairs", "panel network", "panel timeline",
        "panel actors", "panel topics", "panel events",
    ]  # fmt: skip


async def test_the_skip_link_leads_past_the_head(browser, service):
    """Its first stop leads to the content."""
    page = await opened(browser, service, "/")
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()
    await page.context.close()


async def test_the_picture_is_walked_by_arrow_keys(browser, service):
    """The chord is one stop of Tab; arrows go through actors and ribbons, and Enter opens."""
    page = await opened(browser, service, "/", viewport={"width": 1440, "height": 900})
    await page.locator(".chord .party").first.focus()
    actors = await page.locator(".chord .party").count()
    for _ in range(actors):
        await page.keyboard.press("ArrowRight")
    assert await page.evaluate("document.activeElement.classList.contains('ribbon')")
    await page.keyboard.press("Enter")
    await expect(page.locator(".crumbs")).to_contain_text("Pairs")
    await page.context.close()


async def test_the_theme_is_chosen_and_kept(browser, service):
    """The system's theme holds until another is chosen; the choice outlives the page."""
    page = await opened(browser, service, "/", color_scheme="light")
    background = "getComputedStyle(document.documentElement).backgroundColor"
    light = await page.evaluate(background)
    await page.get_by_role("button", name="Use the dark theme").click()
    dark = await page.evaluate(background)
    assert dark != light
    await page.reload()
    assert await page.evaluate(background) == dark
    await page.context.close()


async def test_who_wants_no_motion_gets_none(browser, service):
    """With reduced motion nothing is animated."""
    page = await opened(browser, service, "/", reduced_motion="reduce")
    assert await page.evaluate("document.getAnimations().length") == 0
    await page.context.close()
