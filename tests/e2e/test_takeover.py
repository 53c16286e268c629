"""Partitions find a new worker soon after a kill, and stay where they are over a quick restart."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Iterable

import httpx
import pytest
from aiokafka import AIOKafkaProducer

from bench.workers import RoleProcess
from schemas.coded import CodedArticle
from schemas.coding import Actor, Coding
from schemas.coordinates import Coordinates
from schemas.wire import encode
from streams.commands.local_service import is_ready
from streams.progress import stages, wait_until_read
from tests.e2e.conftest import Service, held_by, wait_until_shown

pytestmark = pytest.mark.kafka
NewService = Callable[..., Awaitable[Service]]

ARTICLES, ACTORS = 100, 20
SESSIONS = 1.5
MARGIN_SECONDS = 6.0
"""For a machine with more to do: recovery and joining take a second where it has not."""


async def _count_some(service: Service, numbers: Iterable[int]) -> None:
    producer = AIOKafkaProducer(**service.options, acks="all", linger_ms=20)
    await producer.start()
    try:
        for number in numbers:
            coded = _coded(number)
            await producer.send(service.catalogue.coded, key=coded.article_id.encode(), value=encode(coded))
    finally:
        await producer.stop()
    for stage in stages(service.catalogue)[1:]:
        await wait_until_read(service.options, stage, service.catalogue.partitions)
    await wait_until_shown([worker.url for worker in service.workers])


def _coded(number: int) -> CodedArticle:
    actors = (
        Actor(id=f"person:{(number * 7 + n) % 500}", name="Somebody", kind="person", mentions=1)
        for n in range(ACTORS)
    )
    return CodedArticle(
        article_id=f"story-{number}",
        article=Coordinates(partition=0, offset=number, log="synthetic"),
        content_hash=str(number),
        coder="synthetic",
        coding=Coding(actors=tuple(actors)),
    )


async def _start_two(service: Service, *, session_seconds: float, static: bool) -> list[RoleProcess]:
    """Two counting workers between which the partitions have settled."""
    settings = service.settings.model_copy(update={"session_timeout_seconds": session_seconds})
    for name in ("one", "other"):
        instance_id = name if static else None
        worker = RoleProcess(name, settings, service.bootstrap, role="count", instance_id=instance_id)
        service.workers.append(worker)
        await worker.start()
    workers = [worker for worker in service.workers if isinstance(worker, RoleProcess)]
    await _wait_settled(workers, service.settings.partitions)
    return workers


async def _wait_settled(workers: list[RoleProcess], partitions: int) -> None:
    """Return when all are ready, and each partition is answered by one."""
    async with asyncio.timeout(60):
        while not await _are_settled(workers, partitions):  # noqa: ASYNC110 - another process has no event
            await asyncio.sleep(0.1)


async def _are_settled(workers: list[RoleProcess], partitions: int) -> bool:
    async with httpx.AsyncClient(timeout=2) as client:
        ready = [worker.assignments > 0 and await is_ready(client, worker.url) for worker in workers]
    held = sorted([number for worker in workers for number in await _answered(worker)])
    return all(ready) and held == list(range(partitions))


async def _answered(worker: RoleProcess) -> frozenset[int]:
    """The partitions that a worker answers for now: none while it is away or not ready."""
    return frozenset(await held_by(worker.url))


async def _held_always(worker: RoleProcess, until: asyncio.Event) -> set[frozenset[int]]:
    """All that a worker was seen to answer for."""
    seen = set()
    while not until.is_set():
        seen.add(await _answered(worker))
        await asyncio.sleep(0.05)
    return seen


async def test_a_killed_workers_partitions_serve_again_within_one_and_a_half_sessions(
    new_service: NewService,
) -> None:
    """After kill -9 of one of two workers the other soon answers for everything, and exactly."""
    session_seconds = 4.0
    service = await new_service()
    workers = await _start_two(service, session_seconds=session_seconds, static=False)
    await _count_some(service, range(ARTICLES))
    held = {worker.name: await _answered(worker) for worker in workers}
    # the stages' partitions are shared out together, so that one may have all tables: that one is killed
    survivor, victim = sorted(workers, key=lambda worker: len(held[worker.name]))

    victim.send(signal.SIGKILL)
    killed = time.monotonic()
    service.workers.remove(victim)
    await _wait_settled([survivor], service.settings.partitions)
    seconds = time.monotonic() - killed
    assert seconds <= SESSIONS * session_seconds + MARGIN_SECONDS, f"{victim.name} held {held[victim.name]}"

    await _count_some(service, range(ARTICLES // 2, 2 * ARTICLES))
    assert await service.tables() == await service.expected()


async def test_a_restart_with_an_instance_id_moves_no_partition(new_service: NewService) -> None:
    """While a worker with a lasting name restarts within its session, the other notices nothing."""
    service = await new_service()
    restarted, other = await _start_two(service, session_seconds=30.0, static=True)
    await _count_some(service, range(ARTICLES))
    before, held, assigned = await _answered(restarted), await _answered(other), other.assignments
    over = asyncio.Event()
    watching = asyncio.create_task(_held_always(other, over))

    restarted.send(signal.SIGTERM)
    await restarted.wait_ended()
    await restarted.start()
    await _count_some(service, range(ARTICLES, 2 * ARTICLES))  # by both: each holds partitions of a stage
    await _wait_settled([restarted, other], service.settings.partitions)
    over.set()

    assert await watching == {held}
    assert await _answered(restarted) == before
    assert other.assignments == assigned
    assert await service.tables() == await service.expected()
