"""Health and metrics of a worker: answered by its pipeline, not by the server that asks it."""

from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import APIRouter
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.responses import Response

from streams.web.api.document import headers, problem_responses
from streams.web.api.problems import RETRY_AFTER_SECONDS
from streams.web.api.views import Alive, Readiness

_NO_STORE: Final = {"Cache-Control": "no-store"}


def health_routes(
    *,
    alive: Callable[[], Awaitable[None]],
    readiness: Callable[[], Awaitable[Readiness]],
    metrics_text: Callable[[], Awaitable[bytes]],
) -> APIRouter:
    """/healthz, /readyz and /metrics."""
    routes = APIRouter(tags=["health"])

    @routes.get(
        "/healthz",
        response_class=Response,
        responses={200: {"model": Alive}, **problem_responses("internal-error")},
    )
    async def healthz() -> Response:
        """Whether the process, and the loop that its pipeline runs on, answer at all."""
        await alive()
        return Response(Alive().model_dump_json(), headers=_NO_STORE, media_type="application/json")

    @routes.get(
        "/readyz",
        response_class=Response,
        responses={
            200: {"model": Readiness},
            503: {"model": Readiness, "description": "Not ready", "headers": headers("Retry-After")},
            **problem_responses("internal-error"),
        },
    )
    async def readyz() -> Response:
        """Whether the worker has joined its groups and its tables are recovered."""
        told = await readiness()
        if told.ready:
            return Response(told.model_dump_json(), headers=_NO_STORE, media_type="application/json")
        again = {**_NO_STORE, "Retry-After": str(RETRY_AFTER_SECONDS)}
        return Response(told.model_dump_json(), 503, again, "application/json")

    @routes.get(
        "/metrics",
        response_class=Response,
        responses={
            200: {
                "description": "The text format of Prometheus",
                "content": {"text/plain": {"schema": {"type": "string"}}},
            },
            **problem_responses("internal-error"),
        },
    )
    async def metrics() -> Response:
        """Everything that Prometheus scrapes."""
        return Response(await metrics_text(), headers={**_NO_STORE, "Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    return routes
