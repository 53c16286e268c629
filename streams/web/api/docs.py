"""The OpenAPI document and a page to read it: served whole by the worker, nothing from elsewhere."""

from functools import cache
from importlib import resources
from typing import Final

import orjson
from fastapi import APIRouter, FastAPI
from starlette.responses import HTMLResponse, Response

from streams.web.api.problems import refuse

_OWN: Final = "streams.web.api"
_SWAGGER_UI: Final = "fastapi_offline"
_ASSETS: Final = {
    "swagger-ui-bundle.js": (_SWAGGER_UI, "static", "text/javascript"),
    "swagger-ui.css": (_SWAGGER_UI, "static", "text/css"),
    "docs.js": (_OWN, "docs_page", "text/javascript"),
    "docs.css": (_OWN, "docs_page", "text/css"),
}
_FOR_AN_HOUR: Final = {"Cache-Control": "max-age=3600"}
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def docs_routes(api: FastAPI) -> APIRouter:
    """/openapi.json, /docs and what the page loads."""
    routes = APIRouter(include_in_schema=False)
    written: list[bytes] = []

    @routes.get("/openapi.json")
    async def openapi() -> Response:
        if not written:
            written.append(orjson.dumps(api.openapi()))
        return Response(written[0], headers=_FOR_AN_HOUR, media_type="application/json")

    @routes.get("/docs")
    async def docs() -> Response:
        page = resources.files(_OWN).joinpath("docs_page/index.html").read_bytes()
        return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"})

    @routes.get("/docs/assets/{name}")
    async def asset(name: str) -> Response:
        if name not in _ASSETS:
            raise refuse("not-found", f"the page of the docs has no {name[:80]!r}")
        return Response(_read(name), headers=_FOR_AN_HOUR, media_type=_ASSETS[name][2])

    return routes


@cache
def _read(name: str) -> bytes:
    package, folder, _ = _ASSETS[name]
    return resources.files(package).joinpath(folder, name).read_bytes()
