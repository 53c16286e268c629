"""The live page: one shell for all its addresses, and files that never change under their name."""

from dataclasses import dataclass
from mimetypes import guess_type
from pathlib import Path
from typing import Final

from fastapi import APIRouter, HTTPException, Request, Response

ASSETS: Final = Path(__file__).parent / "page_assets"
"""What `npm run build` in page/ writes; a wheel carries it."""

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_GUARDS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_FOREVER: Final = "public, max-age=31536000, immutable"
_ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))

NOT_BUILT: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Tidings</title>'
    "<h1>Tidings is running; its page is not built</h1>"
    "<p>Building it needs Node 20 and npm: <code>make page</code> in a checkout, then restart the worker. "
    'The API works without it: <a href="/docs">/docs</a>, <a href="/v1/status">/v1/status</a>.</p></html>'
)


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the page: as it is, and as it is when compressed, by encoding."""

    media_type: str
    contents: dict[str, bytes]


def page_routes(folder: Path = ASSETS) -> APIRouter:
    """What the page consists of: `/`, `/actors/...`, `/pairs/...`, and `/assets/...`; none in OpenAPI."""
    files = _read(folder)
    router = APIRouter(include_in_schema=False)

    async def shell(request: Request) -> Response:
        """The same document for every address: its script knows what to show."""
        if "index.html" not in files:
            return Response(NOT_BUILT, 503, _GUARDS, "text/html; charset=utf-8")
        return _answer(files["index.html"], request, {**_GUARDS, "Cache-Control": "no-cache"})

    async def asset(name: str, request: Request) -> Response:
        """A file under its hashed name."""
        if name not in files or name == "index.html":
            raise HTTPException(404, f"/assets/{name}: there is no such file; reload the page")
        return _answer(files[name], request, {**_GUARDS, "Cache-Control": _FOREVER})

    async def icon(request: Request) -> Response:
        """The icon, for browsers that ask before they have read the document."""
        found = next((file for name, file in files.items() if name.startswith("icon-")), None)
        if found is None:
            raise HTTPException(404, "the page is not built")
        return _answer(found, request, {**_GUARDS, "Cache-Control": "max-age=86400"})

    for path in ("/", "/actors/{key:path}", "/pairs/{key:path}"):
        router.add_api_route(path, shell, methods=["GET", "HEAD"])
    router.add_api_route("/assets/{name}", asset, methods=["GET", "HEAD"])
    router.add_api_route("/favicon.ico", icon, methods=["GET", "HEAD"])
    return router


def _read(folder: Path) -> dict[str, _File]:
    if not folder.is_dir():
        return {}
    paths = {path.name: path for path in sorted(folder.iterdir())}
    plain = [name for name in paths if not name.endswith((".br", ".gz"))]
    return {name: _File(_media_type(name), _variants(paths, name)) for name in plain}


def _variants(paths: dict[str, Path], name: str) -> dict[str, bytes]:
    packed = {
        encoding: paths[name + suffix].read_bytes()
        for encoding, suffix in _ENCODINGS
        if name + suffix in paths
    }
    return {**packed, "identity": paths[name].read_bytes()}


def _media_type(name: str) -> str:
    guessed, _ = guess_type(name)
    return f"{guessed}; charset=utf-8" if guessed else "application/octet-stream"


def _answer(file: _File, request: Request, headers: dict[str, str]) -> Response:
    encoding = _chosen(request.headers.get("accept-encoding", ""), file)
    told = {**headers, "Vary": "Accept-Encoding"}
    if encoding != "identity":
        told["Content-Encoding"] = encoding
    return Response(file.contents[encoding], headers=told, media_type=file.media_type)


def _chosen(accepted: str, file: _File) -> str:
    """The first of our encodings that the browser takes; `q=0` refuses one."""
    taken = {
        name.strip() for name, _, weight in _weighted(accepted) if weight.strip() not in ("q=0", "q=0.0")
    }
    return next((name for name, _ in _ENCODINGS if name in taken and name in file.contents), "identity")


def _weighted(accepted: str) -> list[tuple[str, str, str]]:
    return [part.partition(";") for part in accepted.lower().split(",")]
