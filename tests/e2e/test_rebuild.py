"""Another number of partitions: new tables beside the old ones, equal to the last count."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from itertools import pairwise

import orjson
import pytest

from tests.e2e.conftest import Service

pytestmark = pytest.mark.kafka
NewService = Callable[..., Awaitable[Service]]


def _versions() -> list[tuple[bytes, bytes | None]]:
    """Stories of which some are corrected, some repeated and one is withdrawn."""
    names = ("Russia", "Ukraine", "Turkey", "Greece", "Iran", "Israel")
    told = [
        (f"s{n % 9}", f"{who} accused {whom} on Monday.") for n, (who, whom) in enumerate(pairwise(names * 6))
    ]
    records: list[tuple[bytes, bytes | None]] = [
        (story.encode(), orjson.dumps({"id": story, "text": text, "published_at": "2020-01-01"}))
        for story, text in told
    ]
    return [*records, (b"s3", None)]


async def _rebuild(service: Service, old: str, source: str, *, kill_after: float | None = None) -> int:
    """The command itself, as an operator would run it; killed after a while where that is asked for."""
    told = {
        "TIDINGS_KAFKA": service.bootstrap,
        "TIDINGS_NAMESPACE": service.settings.namespace,
        "TIDINGS_PARTITIONS": str(service.settings.partitions),
        "TIDINGS_STATE_DIR": str(service.settings.state_dir),
        "TIDINGS_SESSION_TIMEOUT_SECONDS": "6",
    }
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "streams", "rebuild", "--from", old, "--source", source),
        env={**os.environ, **told},
    )
    if kill_after is not None:
        await asyncio.sleep(kill_after)
        if child.returncode is None:
            child.send_signal(signal.SIGKILL)
    return await child.wait()


@pytest.mark.parametrize("source", ["coded", "articles"])
async def test_a_rebuilt_namespace_equals_the_old_one(new_service: NewService, source: str) -> None:
    """With other partitions, and a rebuild that is killed and run again, no count differs."""
    old = await new_service(processes=1)
    await old.start_worker()
    await old.produce(_versions())
    await old.wait()
    new = await new_service(processes=1, partitions=3)
    await new.start_worker()
    await _rebuild(new, old.settings.namespace, source, kill_after=2)
    assert await _rebuild(new, old.settings.namespace, source) == 0
    counts = await old.tables()
    assert counts == await old.expected()
    assert await new.tables() == counts
    # what is published from now on counts as newer than anything that was brought along
    await new.produce([(b"s1", None)])
    await new.wait()
    assert sum(day["articles"] for day in (await new.tables())["actors"].values()) < sum(
        day["articles"] for day in counts["actors"].values()
    )
