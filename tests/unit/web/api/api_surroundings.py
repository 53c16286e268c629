"""What the API is put together with in tests, and who asks it."""

from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI
from prometheus_client import generate_latest

from streams.metrics import Metrics
from streams.web.answers import Answers
from streams.web.api import Parts, build_api
from streams.web.api.views import Partitions, Readiness, Status

STATUS = Status(
    ready=True, namespace="tidings", partitions=Partitions(answered=(0, 1, 2), missing=(), why=())
)

READY = Readiness(ready=True, reasons=())


@dataclass
class Surroundings:
    """What the application asks of the rest of a worker."""

    metrics: Metrics = field(default_factory=Metrics)
    told: Readiness = READY
    dead: Exception | None = None

    async def metrics_text(self) -> bytes:
        """What Prometheus scrapes."""
        return generate_latest(self.metrics.registry)

    async def readiness(self) -> Readiness:
        """What /readyz tells."""
        return self.told

    async def alive(self) -> None:
        """Whether the pipeline answers."""
        if self.dead:
            raise self.dead

    async def status(self) -> Status:
        """What /v1/status tells."""
        return STATUS

    def api(self, answers: Answers | None, **others: Any) -> FastAPI:
        """The application."""
        return build_api(
            Parts(
                metrics=self.metrics,
                metrics_text=self.metrics_text,
                readiness=self.readiness,
                alive=self.alive,
                answers=answers,
                status=self.status,
                **others,
            )
        )


@dataclass
class Client:
    """Asks an application without a network."""

    http: httpx.AsyncClient

    async def get(self, url: str, **headers: str) -> httpx.Response:
        """The answer to a GET."""
        return await self.http.get(url, headers=headers)

    async def found(self, url: str, **headers: str) -> Any:
        """The JSON of a good answer."""
        answer = await self.get(url, **headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def problem(self, url: str, status: int, **headers: str) -> dict[str, Any]:
        """The problem document of an answer."""
        return as_problem(await self.get(url, **headers), status)


def as_problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem document of an answer, held to RFC 9457."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told.keys() >= {"type", "title", "status", "detail", "instance"}
    assert told["status"] == status
    assert told["type"].startswith("/problems/")
    return told


def client_of(api: FastAPI) -> httpx.AsyncClient:
    """A client of an application, to which faults of the application are answers."""
    transport = httpx.ASGITransport(api, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://tidings")
