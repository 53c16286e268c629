"""How the page's files are served."""

import gzip
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from streams.web.page import page_routes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in {
        "index.html": b"<!doctype html>",
        "page-AB12.js": b"1;" * 400,
        "icon-1.svg": b"<svg/>",
    }.items():
        (tmp_path / name).write_bytes(content)
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(content))
    return tmp_path


async def got(folder: Path, path: str, **headers: str) -> httpx.Response:
    api = FastAPI()
    api.include_router(page_routes(folder))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="http://page") as client:
        return await client.get(
            path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )


@pytest.mark.parametrize(
    "path", ["/", "/actors/country:USA", "/pairs/country:USA%7Cgov:RUS", "/pairs/a%2Fb%7Cc"]
)
async def test_every_address_is_the_same_document(folder, path):
    """The shell answers wherever a link may lead, and is asked for anew each time."""
    answer = await got(folder, path)
    assert (answer.status_code, answer.text) == (200, "<!doctype html>")
    assert answer.headers["cache-control"] == "no-cache"


async def test_no_script_but_our_own_may_run(folder):
    """The document forbids inline scripts, other origins and frames."""
    policy = (await got(folder, "/")).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


async def test_hashed_files_are_kept_for_ever(folder):
    """A file's name changes with its content, so nobody has to ask for it twice."""
    answer = await got(folder, "/assets/page-AB12.js")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, br", "gzip"), ("gzip;q=0", None), ("identity", None), ("", None), ("GZIP", "gzip")],
)
async def test_what_was_compressed_beforehand_is_sent_to_who_takes_it(folder, accepted, encoding):
    """The browser gets the smallest form that it accepts and that there is; caches are told."""
    answer = await got(folder, "/assets/page-AB12.js", accept_encoding=accepted)
    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.text == "1;" * 400


@pytest.mark.parametrize("name", ["none.js", "index.html", "..%2f..%2fpage.py", "page-AB12.js.gz"])
async def test_only_the_pages_files_are_files(folder, name):
    """Nothing is looked up on the disk by what a request says."""
    assert (await got(folder, f"/assets/{name}")).status_code == 404


async def test_it_says_how_to_build_what_is_not_built(tmp_path):
    """Where there was no Node, the page says what to do and where the API is."""
    answer = await got(tmp_path / "none", "/")
    assert answer.status_code == 503
    assert "make page" in answer.text
    assert "/v1/status" in answer.text


async def test_none_of_it_is_in_the_document_of_the_api(folder):
    """OpenAPI describes /v1, not the page."""
    assert (await got(folder, "/openapi.json")).json()["paths"] == {}
