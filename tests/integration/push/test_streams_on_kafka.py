"""Streams of a real changelog: transactions, marks, and a second worker that goes on after the first."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import pytest
from streaming_worker import PARTITIONS, Namespace, new_namespace, worker

from streams.broker import EmbeddedKafka
from streams.web.push import kafka_log
from streams.web.push.kafka_log import KafkaLog
from streams.web.push.log import LogUnreachable

pytestmark = pytest.mark.kafka


@pytest.fixture
async def namespace(kafka: EmbeddedKafka) -> AsyncIterator[Namespace]:
    async with new_namespace(kafka.bootstrap) as made:
        yield made


@asynccontextmanager
async def stream(url: str, **asked: str) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    """The messages of a stream as they come, without its state."""
    async with (
        httpx.AsyncClient(timeout=20) as client,
        client.stream("GET", f"{url}/v1/stream", params={"status": "false", **asked}) as response,
    ):
        assert response.status_code == 200
        yield messages(response)


async def messages(response: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    message: dict[str, Any] = {}
    async for line in response.aiter_lines():
        name, _, value = line.partition(": ")
        if name:
            message[name] = value
        elif "data" in message:
            yield {**message, "data": json.loads(message["data"])}
            message = {}


async def visible(namespace: Namespace, *ends: int) -> KafkaLog:
    """Wait until the log has these ends: a commit returns before its marks are written."""
    log = KafkaLog(namespace.options, namespace.catalogue.ledger_changelog, PARTITIONS)
    async with asyncio.timeout(20):
        while await log.ends() != ends:  # noqa: ASYNC110 - nothing tells when the marks are there
            await asyncio.sleep(0.05)
    return log


async def some(stream: AsyncIterator[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    async with asyncio.timeout(20):
        return [await anext(stream) for _ in range(count)]


def keys(told: list[dict[str, Any]]) -> list[str]:
    return [message["data"]["key"] for message in told if message["event"] == "event"]


async def test_a_second_worker_goes_on_after_the_first(namespace: Namespace) -> None:
    """What is committed is told once, in parts too, over two workers; what is aborted never."""
    await namespace.write(0, ["before"])
    await visible(namespace, 3, 0, 0)
    async with worker(namespace, None) as one, worker(namespace, None) as other:
        async with stream(one) as first:
            assert (await some(first, 1))[0]["event"] == "start"
            await namespace.write(0, ["a"], events=3)
            told = await some(first, 2)
        assert keys(told) == ["a/e1", "a/e2"]
        for number in range(40):
            await namespace.abort(number % PARTITIONS, [f"never-{number}"])
            await namespace.write(number % PARTITIONS, [f"b{number}", f"c{number}"])
        async with stream(other) as late:
            await some(late, 1)
            async with stream(other, last_event_id=told[-1]["id"]) as second:
                assert (await some(second, 1))[0]["data"] == {"resumed": True}
                caught_up = await some(second, 81)
                await namespace.write(2, ["d"])
                live = await some(second, 1)
            assert keys(await some(late, 1)) == ["d/e1"]
        expected = ["a/e3", *(f"{name}{number}/e1" for number in range(40) for name in "bc")]
        assert sorted(keys(caught_up)) == sorted(expected)
        assert keys(live) == ["d/e1"]
        async with stream(one, last_event_id=live[-1]["id"]) as third:
            await namespace.write(1, ["e"])
            assert keys(await some(third, 2)) == ["e/e1"]


async def test_the_place_passes_the_marks_of_transactions(namespace: Namespace) -> None:
    """Who has read all stands where the log ends, behind the last mark: nothing is left to catch up."""
    await namespace.write(0, ["a"])
    await namespace.abort(1, ["b"])
    log, ends, at = await visible(namespace, 3, 3, 0), (3, 3, 0), [0] * PARTITIONS
    async with asyncio.timeout(20):
        async for reads in log.follow((0,) * PARTITIONS):
            for read in reads:
                at[read.partition] = read.next_offset
            if tuple(at) == ends:
                break


async def test_a_kafka_that_does_not_answer_is_told_soon(
    namespace: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader does not wait for a broker that takes connections and says nothing."""
    monkeypatch.setattr(kafka_log, "ENDS_SECONDS", 0.3)

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as silent:
        port = silent.sockets[0].getsockname()[1]
        options = {**namespace.options, "bootstrap_servers": f"127.0.0.1:{port}"}
        with pytest.raises(LogUnreachable):
            await KafkaLog(options, namespace.catalogue.ledger_changelog, PARTITIONS).ends()


async def test_an_id_of_another_log_is_a_gap(namespace: Namespace) -> None:
    """A place that this log has never had is said to be one, and the stream goes on."""
    await namespace.write(0, ["a"])
    await visible(namespace, 3, 0, 0)
    async with worker(namespace, None) as one, stream(one) as first:
        await some(first, 1)
        async with stream(one, last_event_id="zz.0.0") as lost:
            told = await some(lost, 2)
            assert [message["event"] for message in told] == ["start", "gap"]
            await namespace.write(0, ["b"])
            assert keys(await some(lost, 1)) == ["b/e1"]


@pytest.mark.parametrize("has_tail", [True, False])
async def test_records_that_are_deleted_are_a_gap(namespace: Namespace, has_tail: bool) -> None:
    """An id from before the first record that is kept goes on with that record, and says so."""
    await namespace.write(0, [f"a{number}" for number in range(9)])
    await visible(namespace, 11, 0, 0)
    await namespace.delete_before(0, 7)
    async with worker(namespace, None) as one, AsyncExitStack() as stack:
        if has_tail:
            await some(await stack.enter_async_context(stream(one)), 1)
        async with stream(one, last_event_id="2.0.0") as late:
            told = await some(late, 4)
    assert [message["event"] for message in told] == ["start", "gap", "event", "event"]
    assert keys(told) == ["a7/e1", "a8/e1"]


async def test_the_end_of_a_worker_ends_its_streams_at_once(namespace: Namespace) -> None:
    """A server that stops does not wait for readers that would never leave."""
    async with httpx.AsyncClient(timeout=20) as client:
        async with worker(namespace, None) as one:
            request = client.build_request("GET", f"{one}/v1/stream")
            answers = [await client.send(request, stream=True) for _ in range(5)]
            began = time.monotonic()
        took = time.monotonic() - began
        bodies = [await answer.aread() for answer in answers]
    assert took < 1
    assert {body.splitlines()[-2] for body in bodies} == {
        b": this worker stops streaming; come again with the last id"
    }
