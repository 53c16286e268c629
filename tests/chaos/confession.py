"""A worker that is stuck tells where: on SIGUSR1 it writes what each of its tasks and threads waits for."""

import asyncio
import faulthandler
import signal
import sys
from types import FrameType
from typing import Any, Final

TELL: Final = signal.SIGUSR1


def confess_when_asked() -> None:
    """Have this process answer the signal on standard error."""
    signal.signal(TELL, _confess)


def _confess(_number: int, _frame: FrameType | None) -> None:
    for task in list(asyncio.tasks._all_tasks):  # type: ignore[attr-defined]
        if not task.done():
            sys.stderr.write(f"task {task.get_name()}: {' > '.join(_waits(task.get_coro()))}\n")
    sys.stderr.flush()
    faulthandler.dump_traceback(all_threads=True)


def _waits(awaited: Any) -> list[str]:
    """The chain of coroutines, from the outermost to what is awaited at last."""
    chain: list[str] = []
    while awaited is not None and len(chain) < 30:
        frame = getattr(awaited, "cr_frame", None) or getattr(awaited, "gi_frame", None)
        if frame is None:
            return [*chain, repr(awaited)[:120]]
        chain.append(f"{frame.f_code.co_qualname}:{frame.f_lineno}")
        awaited = getattr(awaited, "cr_await", None) or getattr(awaited, "gi_yieldfrom", None)
    return chain
