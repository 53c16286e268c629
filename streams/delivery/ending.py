"""How a process ends when going on could lose or double a count."""

import os
import sys
from typing import NoReturn, Protocol

import structlog

EXIT_UNSAFE = 75
"""Exit code of a process that ended itself so that another may go on (EX_TEMPFAIL of sysexits.h)."""

log = structlog.get_logger(__name__)


class End(Protocol):
    """Ends the process at once; says why."""

    def __call__(self, why: str, /, **fields: object) -> NoReturn:
        """Log why, with fields, and do not return."""


def end_process(why: str, /, **fields: object) -> NoReturn:
    """Log why and end without any clean-up: an orderly stop would commit what is not done."""
    log.error("process ends itself", why=why, **fields)
    sys.stdout.flush()
    os._exit(EXIT_UNSAFE)
