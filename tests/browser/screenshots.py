"""Writes docs/pictures: `python -m tests.browser.screenshots` beside a running `tidings up`."""

import argparse
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.chromium import FLAGS

PICTURES: Final = Path(__file__).parents[2] / "docs" / "pictures"
MOST_BYTES: Final = 400_000


@dataclass(frozen=True)
class Picture:
    """What is shown, how large, in which theme."""

    name: str
    address: str
    width: int = 1640
    height: int = 940
    theme: str = "dark"


ALL: Final = (
    Picture("page-dark", "/"),
    Picture("page-light", "/?view=matrix", theme="light"),
    Picture("page-phone", "/", width=360, height=1560),
    Picture("actor", "/actors/country:USA", width=1600, height=1000, theme="light"),
    Picture("pair", "/pairs/person:yitzhak-rabin%7Cperson:yasser-arafat", width=1600, height=900),
)


def take(browser: Browser, url: str, picture: Picture) -> Path:
    """Open the address, wait until everything is there, and write it down."""
    context = browser.new_context(
        base_url=url,
        viewport={"width": picture.width, "height": picture.height},
        color_scheme="dark" if picture.theme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(picture.address)
    page.locator(".link.live").wait_for()
    expect(page.locator(".skeleton, .stale")).to_have_count(0)
    path = PICTURES / f"{picture.name}.png"
    page.screenshot(path=path)
    context.close()
    return path


def main() -> None:
    """All pictures, each smaller than what a README should carry."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8650")
    url = parser.parse_args().url
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        for picture in ALL:
            path = take(browser, url, picture)
            size = path.stat().st_size
            if size > MOST_BYTES:
                raise ValueError(f"{path}: {size} bytes, at most {MOST_BYTES}; show less")
        browser.close()


if __name__ == "__main__":
    main()
