"""What the web thread asks of the pipeline's."""

import asyncio
import threading
import time

import pytest

from streams.web.pipeline import Pipeline, PipelineBusy


def in_a_thread(work: object) -> "asyncio.Future[object]":
    """Run a coroutine function in a loop of a thread's own."""
    return asyncio.ensure_future(asyncio.to_thread(lambda: asyncio.run(work())))  # type: ignore[operator]


async def test_a_call_is_made_in_the_pipelines_thread() -> None:
    """What is called sees the pipeline's thread, and its result comes back to the other."""
    pipeline = Pipeline(asyncio.get_running_loop())

    async def ask() -> tuple[int, int]:
        return await pipeline.call(threading.get_ident), threading.get_ident()

    called, asked = await in_a_thread(ask)  # type: ignore[misc]
    assert called == threading.get_ident() != asked


async def test_a_fault_of_what_is_called_comes_back() -> None:
    """An error there is the error of whoever asked."""
    pipeline = Pipeline(asyncio.get_running_loop())

    def fail() -> None:
        raise ValueError("no lag known")

    async def ask() -> None:
        await pipeline.call(fail)

    with pytest.raises(ValueError, match="no lag"):
        await in_a_thread(ask)


async def test_a_pipeline_that_is_held_is_waited_for_only_so_long() -> None:
    """Whoever asks is told that it is busy, while it still is."""
    pipeline = Pipeline(asyncio.get_running_loop())

    async def ask() -> None:
        await pipeline.call(lambda: None, seconds=0.05)

    asking = in_a_thread(ask)
    await asyncio.sleep(0)
    time.sleep(0.3)  # noqa: ASYNC251 - to hold the loop is the point
    with pytest.raises(PipelineBusy, match=r"0\.05 s"):
        await asking
