"""How a process ends when going on could lose or double a count."""

import os
import sys
from typing import NoReturn, Protocol

import structlog

EXIT_UNSAFE = 75
"""Exit code of a process that ended itself so that another may go on (EX_TEMPFAIL of sysexits.h)."""

EXIT_BROKEN = 70
"""Exit code of a process in which a part failed that never should (EX_SOFTWARE of sysexits.h)."""

log = structlog.get_logger(__name__)


class End(Protocol):
    """Ends the process at once; says why."""

    def __call__(self, why: str, /, **fields: object) -> NoReturn:
        """Log why, with fields, and do not return."""


def end_process(why: str, /, **fields: object) -> NoReturn:
    """Log why and end without any clean-up: an orderly stop would commit what is not done."""
    try:
        log.error("process ends itself", why=why, **fields)
    finally:  # whoever read the log may be gone
        _end(EXIT_UNSAFE)


def end_broken_process(error: BaseException) -> NoReturn:
    """Log a failure that nothing handles, and end without any clean-up."""
    try:
        log.error("a part of the worker failed", exc_info=error)
    finally:
        _end(EXIT_BROKEN)


def _end(exit_code: int) -> NoReturn:
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(exit_code)
