"""Work beside the readers: a fault in it is told, and does not go unseen."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

log = structlog.get_logger(__name__)


def begin(work: Coroutine[Any, Any, None], failed: Callable[[], None]) -> "asyncio.Task[None]":
    """Run it; a fault is logged, then `failed` is called."""

    def ended(task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()):
            log.error("streams end by a fault", error=repr(error), exc_info=error)
            failed()

    task = asyncio.create_task(work)
    task.add_done_callback(ended)
    return task
