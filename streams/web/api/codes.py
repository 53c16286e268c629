"""What needs no tables: the codebook, and the state of the service."""

from collections.abc import Awaitable, Callable
from typing import Final

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from streams.web.api import views
from streams.web.api.asking import JSON_ALONE
from streams.web.api.codebook import codebook
from streams.web.api.document import described
from streams.web.api.formats import wanted
from streams.web.api.parameters import read_query
from streams.web.api.problems import refuse

_FOR_AN_HOUR: Final = {"Cache-Control": "max-age=3600"}
_NO_STORE: Final = {"Cache-Control": "no-store"}


def codebook_route(routes: APIRouter) -> None:
    """Add /v1/codebook."""

    async def read(request: Request) -> Response:
        _check(request)
        return Response(orjson.dumps(codebook()), headers=_FOR_AN_HOUR, media_type="application/json")

    routes.add_api_route(
        "/codebook",
        read,
        name="codebook",
        summary="What the codes mean",
        description="Event types with their modes, quad classes and sectors, a line each.",
        tags=["codes"],
        response_class=Response,
        **described(views.Codebook, {}, formats=JSON_ALONE, problems=("unknown-parameter",)),
    )


def status_route(routes: APIRouter, status: Callable[[], Awaitable[views.Status]] | None) -> None:
    """Add /v1/status."""

    async def read(request: Request) -> Response:
        _check(request)
        if status is None:
            raise refuse("not-ready", "this worker knows nothing of the state of the others")
        told = await status()
        return Response(told.model_dump_json(), headers=_NO_STORE, media_type="application/json")

    routes.add_api_route(
        "/status",
        read,
        name="status",
        summary="The state of the pipeline",
        description="How fast, how far behind, and who does what.",
        tags=["service"],
        response_class=Response,
        **described(views.Status, {}, formats=JSON_ALONE, problems=("unknown-parameter",)),
    )


def _check(request: Request) -> None:
    read_query(request.scope["query_string"], {})
    wanted(request.headers.get("accept"), JSON_ALONE)
