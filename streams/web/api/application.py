"""The HTTP application of a worker: every route, and what it is put together from."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from streams.metrics import Metrics
from streams.web.answers import Answers
from streams.web.api.asking import Asking
from streams.web.api.docs import docs_routes
from streams.web.api.document import Described
from streams.web.api.edge import Edge
from streams.web.api.explanations import problem_routes
from streams.web.api.health import health_routes
from streams.web.api.problems import BY_STATUS, KINDS, Refused, response_of
from streams.web.api.routes import question_routes
from streams.web.api.views import Readiness, Status

_DESCRIPTION: Final = """\
Who did what to whom, and about what: live tables of coded news.

Any worker answers for all of them. An answer names the partitions that it stands on; `complete=true`
refuses one that would lack some. Lists page by cursor over a list that is frozen with its first page.
Parameters are read strictly, and every error is a problem document of RFC 9457, whose `type` is a page that
says what to do. Formats: JSON, CSV and NDJSON, by the Accept header or `format`.
"""
_TAGS: Final = [
    {"name": "lists", "description": "Ranked lists, filtered, over a range of days"},
    {"name": "things", "description": "One thing with its days"},
    {"name": "events", "description": "Events with their sentences, and by day"},
    {"name": "search", "description": "Actors by name"},
    {"name": "codes", "description": "What codes and problems mean"},
    {"name": "service", "description": "The state of the pipeline"},
    {"name": "health", "description": "For orchestrators and Prometheus"},
]


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the application is put together from.

    `metrics_text`, `readiness` and `alive` are of the pipeline, which has a loop of its own: they pass
    what they ask for to it. A worker that only codes may have no `answers`. `routers` are those of others:
    the stream, the page, questions among workers.
    """

    metrics: Metrics
    metrics_text: Callable[[], Awaitable[bytes]]
    readiness: Callable[[], Awaitable[Readiness]]
    alive: Callable[[], Awaitable[None]]
    answers: Answers | None = None
    status: Callable[[], Awaitable[Status]] | None = None
    routers: Sequence[APIRouter] = ()


def build_api(parts: Parts) -> Described:
    """The application."""
    api = Described(
        title="Tidings",
        summary="Who did what to whom, and about what: live tables of coded news",
        description=_DESCRIPTION,
        version=version("tidings"),
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        openapi_tags=_TAGS,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
    )
    _add_problems(api)
    asking = Asking(parts.answers, parts.metrics)
    health = health_routes(alive=parts.alive, readiness=parts.readiness, metrics_text=parts.metrics_text)
    for router in (
        question_routes(asking, parts.status),
        health,
        problem_routes(),
        docs_routes(api),
        *parts.routers,
    ):
        api.include_router(router)
        parts.metrics.begin_routes(route.path for route in router.routes if isinstance(route, APIRoute))
    api.add_middleware(Edge, metrics=parts.metrics)
    return api


def _operation_id(route: APIRoute) -> str:
    return route.name


def _add_problems(api: Described) -> None:
    @api.exception_handler(Refused)
    async def refused(request: Request, error: Refused) -> Response:
        return response_of(error, request.url.path)

    @api.exception_handler(HTTPException)
    async def refused_by_route(request: Request, error: HTTPException) -> Response:
        return response_of(_as_refused(error), request.url.path)

    @api.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        faults = "; ".join(f"{_place(fault)}: {fault['msg']}" for fault in error.errors())
        return response_of(Refused(KINDS["invalid-parameter"], faults), request.url.path)


def _as_refused(error: HTTPException) -> Refused:
    fallback = KINDS["bad-request" if error.status_code < 500 else "internal-error"]
    kind = BY_STATUS.get(error.status_code, fallback)
    told = str(error.detail)
    detail = kind.meaning if told == kind.title or not told else told
    return Refused(kind, detail, headers=dict(error.headers or {}))


def _place(fault: Any) -> str:
    return ".".join(str(part) for part in fault["loc"])
