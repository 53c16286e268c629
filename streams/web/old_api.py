"""The HTTP application of a worker."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.exceptions import HTTPException as StarletteHTTPException

from schemas.tally import COUNTERS, TableName
from streams.counting.days import day_key
from streams.delivery.delivery import Delivery, Phase
from streams.tables import RecoveryState, Tables
from streams.web.queries import DayRange, of_thing, top, totals, usual_counter
from streams.web.views import OneThing, Partitions, Problem, Readiness, Thing, TopList

RETRY_AFTER_SECONDS = 2

From = Annotated[date | None, Query(alias="from", description="First UTC day, ISO 8601")]
To = Annotated[date | None, Query(description="Last UTC day, ISO 8601")]
Limit = Annotated[int, Query(ge=1, le=1000, description="How many things at most")]
Offset = Annotated[int, Query(ge=0, le=10_000_000, description="How many of the first things to leave out")]
Days = Annotated[bool, Query(description="Whether to tell each thing's counts by day too")]
By = Annotated[str, Query(description="Counter to order by")]


@dataclass(frozen=True)
class Counted:
    """The tables that this worker holds, and how it holds them; absent where it only codes."""

    tables: Tables
    delivery: Delivery
    tallies: str
    partitions: int

    def answering(self) -> tuple[frozenset[int], Partitions]:
        """The partitions that may be asked now; raises 503 while there are none."""
        held = self.delivery.holds(self.tallies)
        standing = self.delivery.standing
        if standing is not Phase.OPEN:
            raise HTTPException(
                503,
                f"tables are not ready: {standing.value}",
                headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
            )
        missing = sorted(frozenset(range(self.partitions)) - held)
        return held, Partitions(answered=sorted(held), missing=missing)


def build_api(
    *, registry: CollectorRegistry, deliveries: Mapping[str, Delivery], counted: Counted | None
) -> FastAPI:
    """The application: health and metrics for every role, tables where the worker counts."""
    api = FastAPI(
        title="Tidings",
        summary="Who did what to whom, and about what: live tables of coded news",
        docs_url=None,
        redoc_url=None,
        responses={422: {"model": Problem}, 503: {"model": Problem}},
    )
    _add_problems(api)
    _add_health(api, registry, deliveries, counted.tables.recovery if counted else None)
    if counted:
        for table in TableName:
            _add_table(api, table, counted)
    return api


def _add_problems(api: FastAPI) -> None:
    @api.exception_handler(StarletteHTTPException)
    async def refused(request: Request, error: StarletteHTTPException) -> Response:
        return _problem(error.status_code, str(error.detail), dict(error.headers or {}))

    @api.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        faults = [
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()
        ]
        return _problem(422, "; ".join(faults), {})


def _problem(status: int, detail: str, headers: dict[str, str]) -> Response:
    titles = {404: "Not found", 422: "Invalid parameters", 503: "Not ready"}
    problem = Problem(title=titles.get(status, "Refused"), status=status, detail=detail)
    return JSONResponse(problem.model_dump(), status, headers=headers, media_type="application/problem+json")


def _add_health(
    api: FastAPI,
    registry: CollectorRegistry,
    deliveries: Mapping[str, Delivery],
    recovery: RecoveryState | None,
) -> None:
    @api.get("/healthz", tags=["health"])
    async def healthz() -> dict[str, str]:
        """Whether the process answers at all."""
        return {"status": "ok"}

    @api.get("/readyz", tags=["health"], responses={503: {"model": Readiness}})
    async def readyz(response: Response) -> Readiness:
        """Whether the worker has joined its groups and its tables are recovered."""
        standings = {role: delivery.standing for role, delivery in deliveries.items()}
        reasons = [
            f"{role}: {_told(standing, recovery)}"
            for role, standing in standings.items()
            if standing is not Phase.OPEN
        ]
        response.status_code = 503 if reasons else 200
        return Readiness(ready=not reasons, reasons=reasons)

    @api.get("/metrics", tags=["health"], response_class=Response)
    async def metrics() -> Response:
        """Everything that Prometheus scrapes."""
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)


def _told(standing: Phase, recovery: RecoveryState | None) -> str:
    if standing is Phase.RECOVERING and recovery and recovery.running:
        left, total = recovery.remaining_records, recovery.total_records
        return f"{standing.value}, {left:,} of {total:,} changelog records are left"
    return standing.value


def _add_table(api: FastAPI, table: TableName, counted: Counted) -> None:
    path = f"/v1/{table.value}"
    default_by = usual_counter(table)

    @api.get(path, tags=["tables"], name=f"top {table.value}")
    async def top_things(
        first: From = None,
        to: To = None,
        limit: Limit = 20,
        offset: Offset = 0,
        by: By = default_by,
        days: Days = False,
    ) -> TopList:
        """The things with the highest counts over a range of days."""
        if by not in COUNTERS[table]:
            known = ", ".join(COUNTERS[table])
            raise HTTPException(422, f"query.by: {by!r} is no counter of {table.value}: {known}")
        held, partitions = counted.answering()
        found = totals(counted.tables.counts[table].items(held), _range(first, to))
        best = top(found.values(), by=by, limit=offset + limit)[offset:]
        return TopList(
            items=[Thing.of(total, with_days=days) for total in best],
            total=len(found),
            partitions=partitions,
        )

    @api.get(f"{path}/{{key:path}}", tags=["tables"], name=f"one of {table.value}")
    async def one_thing(key: str, first: From = None, to: To = None) -> OneThing:
        """One thing's counts, in all and by day."""
        held, partitions = counted.answering()
        items = counted.tables.counts[table].items(held, prefix=day_key(key, "").encode())
        total = of_thing(items, key, _range(first, to))
        if total is None:
            where = f" on partitions {partitions.answered}" if partitions.missing else ""
            raise HTTPException(404, f"{table.value}: nothing is counted for {key!r}{where}")
        return OneThing(item=Thing.of(total, with_days=True), partitions=partitions)


def _range(first: date | None, last: date | None) -> DayRange:
    if first and last and first > last:
        raise HTTPException(422, f"from {first} is after to {last}")
    return DayRange(first.isoformat() if first else None, last.isoformat() if last else None)
