"""A story as published."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from schemas.base import Record


def _aware_utc(moment: datetime) -> datetime:
    """Read a moment without a zone as UTC, and bring every other to UTC."""
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("lies outside the years 1 to 9999 in UTC") from error


Moment = Annotated[datetime, AfterValidator(_aware_utc)]


class Article(Record):
    """A story as published; `published_at` is event time, None where nobody knows it."""

    id: str = Field(min_length=1, max_length=512)
    text: str
    title: str | None = None
    published_at: Moment | None = None
    source: str | None = None
    url: str | None = None
    language: str | None = None
