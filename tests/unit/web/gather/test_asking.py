"""Workers ask each other over HTTP, and wait for a bounded time."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from fastapi import FastAPI
from gather_fakes import FakeHoldings, ListIndex, random_rows
from streaming_fakes import running

from schemas.tally import TableName
from streams.counting.questions import ALL_DAYS, ListName, Question
from streams.metrics import Metrics
from streams.web.gather import asking
from streams.web.gather.asking import PATH, PeerClient, PeerFailed
from streams.web.gather.asks import Best, OneThing, Request, State
from streams.web.gather.endpoint import ask_routes
from streams.web.gather.local import Local
from streams.web.server import Listener, WebServer

ALL = frozenset(range(6))
BEST = Request(Best(Question(ListName.ACTORS), 5, "name"), ALL)


@contextlib.asynccontextmanager
async def worker(held: frozenset[int] = ALL) -> AsyncIterator[str]:
    """The URL of a worker that answers others while the block runs."""
    index = ListIndex(random_rows(random.Random(1), 6, 30))
    local = Local(index, FakeHoldings(held), ThreadPoolExecutor(1))

    async def own_state() -> dict[str, object]:
        return {"url": "http://a", "phase": "open"}

    api, listener = FastAPI(), Listener("127.0.0.1", 0)
    api.include_router(ask_routes(local, own_state))
    server = WebServer(api, listener)
    async with running(server.serve) as (served,):
        yield listener.url
        server.stop()
        await served


def outcomes(metrics: Metrics) -> dict[str, float]:
    samples = (sample for family in metrics.peer_requests.collect() for sample in family.samples)
    return {sample.labels["outcome"]: sample.value for sample in samples if sample.value}


async def test_an_ask_comes_back_as_it_was_answered() -> None:
    """Rows, single things and states pass between workers as types, and are counted."""
    metrics = Metrics()
    async with worker() as url, PeerClient(metrics) as client:
        best = await client.ask(url, BEST)
        assert (best.partitions, best.body.total, len(best.body.rows)) == (ALL, 30, 5)
        thing = await client.ask(url, Request(OneThing(TableName.ACTORS, "k001", ALL_DAYS), ALL))
        assert thing.body.key == "k001"
        assert (await client.ask(url, Request(State()))).body["phase"] == "open"
    assert outcomes(metrics) == {"answered": 3}


async def test_partitions_that_are_not_held_are_not_answered_for() -> None:
    """Who is asked for more than it holds says for which its answer is, and why not for the others."""
    metrics = Metrics()
    async with worker(frozenset({1})) as url, PeerClient(metrics) as client:
        reply = await client.ask(url, BEST)
    assert reply.partitions == {1}
    assert reply.why
    assert outcomes(metrics) == {"not-held": 1}


async def test_a_worker_that_is_gone_has_failed_at_once() -> None:
    """A refused connection is told with the worker's URL."""
    listener, metrics = Listener("127.0.0.1", 0), Metrics()
    url = listener.url
    listener.close()
    async with PeerClient(metrics) as client:
        with pytest.raises(PeerFailed, match=rf"{url}: cannot be reached"):
            await client.ask(url, BEST)
    assert outcomes(metrics) == {"failed": 1}


async def test_a_worker_that_hangs_is_waited_for_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that takes connections and says nothing costs its time once, then less."""
    monkeypatch.setattr(asking, "ANSWER_SECONDS", 0.4)
    monkeypatch.setattr(asking, "DOUBTED_SECONDS", 0.1)
    silent, metrics = Listener("127.0.0.1", 0), Metrics()
    async with PeerClient(metrics) as client:
        for most in (2.0, 0.4):
            began = time.monotonic()
            with pytest.raises(PeerFailed, match="no answer within"):
                await client.ask(silent.url, BEST)
            assert time.monotonic() - began < most
    silent.close()
    assert outcomes(metrics) == {"timeout": 2}


async def test_what_is_no_ask_is_refused() -> None:
    """A body that is too long or makes no sense is answered so, and nothing is done."""
    async with worker() as url, httpx.AsyncClient() as client:
        assert (await client.post(f"{url}{PATH}", content=b"x" * 100_000)).status_code == 413
        for body in (b"", b"{}", b'{"body": {"ask": "delete"}}', b"\xff"):
            assert (await client.post(f"{url}{PATH}", content=body)).status_code == 422


async def test_a_reply_that_makes_no_sense_is_a_failure() -> None:
    """A worker of another version may answer otherwise: that is told, and no crash."""
    api, listener = FastAPI(), Listener("127.0.0.1", 0)

    @api.post(PATH)
    async def answer() -> dict[str, str]:
        return {"other": "version"}

    server = WebServer(api, listener)
    async with running(server.serve) as (served,), PeerClient(Metrics()) as client:
        with pytest.raises(PeerFailed, match="cannot be read"):
            await client.ask(listener.url, BEST)
        server.stop()
        await served


async def test_questions_at_once_share_connections() -> None:
    """A hundred questions at the same time are all answered."""
    async with worker() as url, PeerClient(Metrics()) as client:
        replies = await asyncio.gather(*(client.ask(url, BEST) for _ in range(100)))
    assert {reply.body.total for reply in replies} == {30}
