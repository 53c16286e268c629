"""A story as published."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from schemas.base import Record


def _aware_utc(moment: datetime) -> datetime:
    """Read a moment without a zone as UTC, and bring every other to UTC."""
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("lies outside the years 1 to 9999 in UTC") from error


def _no_bare_digits(moment: object) -> object:
    """Refuse '2012' and '20120802', which would be read as seconds since 1970."""
    if isinstance(moment, str) and moment.strip().isdecimal():
        raise ValueError("is digits only; give ISO 8601, as in 2012-08-02")
    return moment


Moment = Annotated[datetime, BeforeValidator(_no_bare_digits), AfterValidator(_aware_utc)]

MAX_ID_CHARS = 512


class Article(Record):
    """A story as published; `published_at` is event time, None where nobody knows it."""

    id: str = Field(min_length=1, max_length=MAX_ID_CHARS)
    text: str
    title: str | None = None
    published_at: Moment | None = None
    source: str | None = None
    url: str | None = None
    language: str | None = None
