"""Ids for articles that come without one."""

from datetime import datetime
from hashlib import sha256

import orjson

_HEX_DIGITS = 32


def content_id(
    *,
    title: str | None,
    text: str,
    published_at: datetime | None,
    source: str | None,
    url: str | None,
    language: str | None,
) -> str:
    """Name a story by its content, so that the same story read twice is the same story."""
    day = published_at.isoformat() if published_at else None
    return bytes_id(orjson.dumps([title, text, day, source, url, language]))


def bytes_id(raw: bytes) -> str:
    """Name bytes by their content."""
    return f"sha256:{sha256(raw).hexdigest()[:_HEX_DIGITS]}"
