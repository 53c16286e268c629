"""Server-sent events as bytes: https://html.spec.whatwg.org/multipage/server-sent-events.html."""

from enum import StrEnum
from typing import Final

import orjson
from pydantic import BaseModel

RETRY_MS: Final = 2000
"""After how long a reader that was let go comes again."""

KEEP: Final = b": keep\n\n"


class Kind(StrEnum):
    """The kinds of messages: a closed set, fit for a metric's label."""

    START = "start"
    EVENT = "event"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    CHANGE = "change"
    STATUS = "status"
    GAP = "gap"


def encoded(data: object) -> bytes:
    """JSON without line breaks; models as their fields."""
    return orjson.dumps(data, default=_fields, option=orjson.OPT_NON_STR_KEYS)


def _fields(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    raise TypeError(f"{type(value).__name__} is nothing that JSON can say")


def framed(kind: str, data: bytes, *, event_id: str | None = None, retry_ms: int | None = None) -> bytes:
    """One message; the reader keeps its id, and tells it when it comes again."""
    lines = [b"event: " + kind.encode()]
    if event_id is not None:
        lines.append(b"id: " + event_id.encode())
    if retry_ms is not None:
        lines.append(b"retry: %d" % retry_ms)
    lines += [b"data: " + line for line in data.splitlines() or [b""]]
    return b"\n".join(lines) + b"\n\n"


def comment(text: str) -> bytes:
    """A line that readers pass over."""
    return b": " + " ".join(text.split()).encode() + b"\n\n"
