"""How the process logs: JSON lines, or text on a terminal; an event name and fields."""

import logging
import sys
import time
from collections.abc import Callable
from typing import Final

import structlog

from streams.settings import Settings

_NOISY: Final = ("aiokafka", "faust", "mode", "uvicorn", "asyncio")


class Repeats(logging.Filter):
    """Lets a library say the same thing once in a while: a broker that is away fills a disk otherwise."""

    def __init__(self, *, seconds: float = 5.0, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._seconds = seconds
        self._clock = clock
        self._said_at: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether this message, whatever its arguments, has not been said for some seconds."""
        now, what = self._clock(), (record.name, str(record.msg))
        if now - self._said_at.get(what, -self._seconds) < self._seconds:
            return False
        self._said_at[what] = now
        return True


def set_up_logging(settings: Settings) -> None:
    """Send structlog's events and the warnings of libraries to standard output."""
    as_text = settings.log_format == "text" or (settings.log_format == "auto" and sys.stdout.isatty())
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer = structlog.dev.ConsoleRenderer() if as_text else structlog.processors.JSONRenderer(default=str)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
        )
    )
    handler.addFilter(Repeats())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
