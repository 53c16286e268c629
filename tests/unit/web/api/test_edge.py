"""Bounds, metrics and health."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from api_surroundings import Client, Surroundings, client_of
from fake_answers import FakeAnswers
from fastapi import APIRouter
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import ClientDisconnect, Request
from starlette.responses import StreamingResponse

from streams.web.answers import Page, Ranked
from streams.web.api.asking import AT_ONCE
from streams.web.api.problems import Refused
from streams.web.api.turnstile import Turnstile
from streams.web.api.views import Readiness


async def test_requests_are_counted_by_route(client: Client, surroundings: Surroundings) -> None:
    """Requests are counted and timed by the template of their route; unknown paths share one label."""
    await client.get("/v1/actors/one")
    await client.get("/v1/actors/two")
    await client.get("/v1/actors/nobody")
    await client.get("/wp-admin")
    await client.get(f"/v1/actors?actor={'x' * 20_000}")
    value = surroundings.metrics.registry.get_sample_value
    counted = "tidings_http_requests_total"
    assert value(counted, {"route": "/v1/actors/{key:path}", "status": "200"}) == 2
    assert value(counted, {"route": "/v1/actors/{key:path}", "status": "404"}) == 1
    assert value(counted, {"route": "unmatched", "status": "404"}) == 1
    assert value(counted, {"route": "unmatched", "status": "414"}) == 1
    assert value("tidings_http_request_seconds_count", {"route": "/v1/actors/{key:path}"}) == 3
    assert value("tidings_http_in_flight") == 0


async def test_faults_are_counted(client: Client, answers: FakeAnswers, surroundings: Surroundings) -> None:
    """A fault is a 500 of its route."""
    answers.fault = KeyError("x")
    await client.get("/v1/days")
    value = surroundings.metrics.registry.get_sample_value
    assert value("tidings_http_requests_total", {"route": "/v1/days", "status": "500"}) == 1


async def test_streams_are_not_timed(surroundings: Surroundings) -> None:
    """An open event stream is neither in flight nor a slow request."""
    routes = APIRouter()
    value = surroundings.metrics.registry.get_sample_value
    seen = []

    @routes.get("/v1/stream")
    async def stream() -> StreamingResponse:
        async def lines() -> object:
            seen.append(value("tidings_http_in_flight"))
            yield b": keep\n\n"

        return StreamingResponse(lines(), media_type="text/event-stream")  # type: ignore[arg-type]

    async with client_of(surroundings.api(None, routers=(routes,))) as http:
        assert (await http.get("/v1/stream")).status_code == 200
        assert (await http.head("/v1/stream")).content == b""
    assert seen[0] == 0
    assert value("tidings_http_in_flight") == 0
    assert not value("tidings_http_request_seconds_count", {"route": "/v1/stream"})
    assert value("tidings_http_requests_total", {"route": "/v1/stream", "status": "200"}) == 2


async def test_health(client: Client, surroundings: Surroundings) -> None:
    """/healthz asks the pipeline's loop; /readyz tells what is waited for; /metrics can be scraped."""
    assert await client.found("/healthz") == {"status": "ok"}
    assert await client.found("/readyz") == {"ready": True, "reasons": []}
    surroundings.told = Readiness(ready=False, reasons=("count: recovering",))
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["reasons"]) == (503, ["count: recovering"])
    surroundings.dead = TimeoutError()
    await client.problem("/healthz", 500)
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "tidings_http_requests" in {family.name for family in text_string_to_metric_families(answer.text)}


async def test_heavy_questions_wait_for_each_other(surroundings: Surroundings) -> None:
    """Of many lists that are asked for at once only some are worked on; all are answered."""
    gate, full, running, most = asyncio.Event(), asyncio.Event(), 0, 0

    class Slow(FakeAnswers):
        async def ranked(self, question: object, page: Page) -> Ranked:
            nonlocal running, most
            running += 1
            most = max(most, running)
            if running == AT_ONCE:
                full.set()
            await gate.wait()
            running -= 1
            return await super().ranked(question, page)  # type: ignore[arg-type]

    async with client_of(surroundings.api(Slow())) as http:
        lists = [asyncio.create_task(http.get("/v1/actors")) for _ in range(60)]
        single = await http.get("/v1/actors/a")
        await asyncio.wait_for(full.wait(), 10)
        gate.set()
        answers = await asyncio.gather(*lists)
    assert single.status_code == 200
    assert {answer.status_code for answer in answers} == {200}
    assert most == AT_ONCE


async def test_a_full_queue_refuses() -> None:
    """Where too many wait the next is refused at once, and where waiting takes too long that one too."""
    turnstile, entered = Turnstile(running=1, waiting=1, seconds=0.01), asyncio.Event()

    async def hold() -> None:
        async with turnstile:
            entered.set()
            await asyncio.Event().wait()

    async def enter() -> None:
        async with turnstile:
            pass

    holder = asyncio.create_task(hold())
    await entered.wait()
    waiter = asyncio.create_task(enter())
    await asyncio.sleep(0)
    with pytest.raises(Refused, match="1 questions wait already"):
        await enter()
    with pytest.raises(Refused, match=r"waited for 0\.01 s"):
        await waiter
    holder.cancel()
    await asyncio.wait([holder])
    await enter()


async def test_the_head_of_a_stream_has_an_end(surroundings: Surroundings) -> None:
    """A HEAD is answered to its end even where the body would never come."""
    routes = APIRouter()

    @routes.get("/v1/stream")
    async def stream(request: Request) -> StreamingResponse:
        async def lines() -> AsyncIterator[bytes]:
            while (await request.receive())["type"] != "http.disconnect":
                yield b""
            raise asyncio.CancelledError

        return StreamingResponse(lines(), media_type="text/event-stream")

    async with client_of(surroundings.api(None, routers=(routes,))) as http:
        assert (await http.head("/v1/stream")).status_code == 200


async def test_a_client_that_leaves_is_no_fault(surroundings: Surroundings) -> None:
    """Who goes away before the whole of the request has come is counted apart from the worker's faults."""
    routes = APIRouter()

    @routes.post("/v1/asked")
    async def asked() -> None:
        raise ClientDisconnect

    with suppress(AssertionError):  # the client, which is still there, misses its answer
        async with client_of(surroundings.api(None, routers=(routes,))) as http:
            await http.post("/v1/asked")
    value = surroundings.metrics.registry.get_sample_value
    assert value("tidings_http_requests_total", {"route": "/v1/asked", "status": "499"}) == 1
