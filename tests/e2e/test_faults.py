"""Counts stay exact while workers are killed, paused and restarted at random points.

`TIDINGS_FAULT_SEEDS=1,2,3 pytest tests/e2e/test_faults.py` runs those seeds instead of the usual one.
"""

import asyncio
import os
import random
import signal
from collections.abc import Awaitable, Callable

import httpx
import orjson
import pytest

from streams.commands.local_service import WorkerProcess, is_ready
from tests.e2e.conftest import Service

pytestmark = pytest.mark.kafka
NewService = Callable[..., Awaitable[Service]]

SEEDS = [int(seed) for seed in os.environ.get("TIDINGS_FAULT_SEEDS", "7").split(",")]
VERSIONS, STORIES, FAULTS, SECONDS = 160, 60, 4, 12.0
ACTS = ("met", "accused", "threatened", "attacked", "thanked", "sued")
NAMES = ("Russia", "Ukraine", "Turkey", "Greece", "Iran", "Israel", "China", "Japan")


def _version(rng: random.Random) -> tuple[bytes, bytes | None]:
    """A new version of one of a few stories, often one that was there before, now and then none."""
    story = f"story-{rng.randrange(STORIES)}"
    if rng.random() < 0.05:
        return story.encode(), None
    who, whom = rng.sample(NAMES, 2)
    text = f"{who} {rng.choice(ACTS)} {whom} on Monday."
    return story.encode(), orjson.dumps(
        {"id": story, "text": text, "published_at": f"2020-01-{rng.randrange(1, 4):02}"}
    )


async def _publish(service: Service, rng: random.Random) -> None:
    for _ in range(VERSIONS // 8):
        await service.produce([_version(rng) for _ in range(8)])
        await asyncio.sleep(SECONDS / (VERSIONS // 8))


async def _hurt(service: Service, worker: WorkerProcess, rng: random.Random) -> str:
    fault = rng.choice(("kill", "terminate", "pause"))
    child = worker._running()
    if fault == "pause":
        child.send_signal(signal.SIGSTOP)
        await asyncio.sleep(service.settings.session_timeout_seconds * rng.uniform(0.5, 1.6))
        if child.returncode is None:
            child.send_signal(signal.SIGCONT)
    else:
        child.send_signal(signal.SIGKILL if fault == "kill" else signal.SIGTERM)
    return fault


async def _keep_alive(worker: WorkerProcess) -> None:
    while True:
        await worker._running().wait()
        await asyncio.sleep(0.2)
        await worker.start()


@pytest.mark.parametrize("seed", SEEDS)
async def test_tables_are_exact_after_random_faults(new_service: NewService, seed: int) -> None:
    """After kills, restarts and pauses of two workers the tables equal the plain loop, to the last count."""
    rng = random.Random(seed)
    service = await new_service(processes=1)
    workers = [await service.start_worker() for _ in range(2)]
    keeping = [asyncio.ensure_future(_keep_alive(worker)) for worker in workers]
    try:
        publishing = asyncio.ensure_future(_publish(service, random.Random(seed + 1)))
        done = []
        for _ in range(FAULTS):
            await asyncio.sleep(rng.uniform(0.5, SECONDS / FAULTS))
            done.append(await _hurt(service, rng.choice(workers), rng))
        await publishing
        await service.wait()
        await _all_ready(workers)
        assert await service.tables() == await service.expected(), f"seed {seed}: {done}"
    finally:
        for task in keeping:
            task.cancel()
        await asyncio.gather(*keeping, return_exceptions=True)


async def _all_ready(workers: list[WorkerProcess]) -> None:
    async with httpx.AsyncClient() as client, asyncio.timeout(60):
        while not all([await is_ready(client, worker.url) for worker in workers]):  # noqa: ASYNC110 - another process has no event
            await asyncio.sleep(0.2)
