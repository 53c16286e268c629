"""What comes out of a source: an article, or bytes that are none, each with where they stood."""

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from schemas.article import Article


class Note(StrEnum):
    """What a reader should know about an article that was read."""

    NO_DATE = 'no date: counted under "undated"'
    FILE_NAME_DATE = "date from the file name"
    DATELINE_DATE = "date from its dateline"


class Reason(StrEnum):
    """Why bytes are not an article."""

    NOT_UTF8 = "not-utf-8"
    EMPTY = "empty"
    TOO_LARGE = "too-large"
    NOT_JSON = "not-json"
    NOT_AN_OBJECT = "not-an-object"
    FRONT_MATTER = "front-matter"
    NO_TEXT = "no-text"
    WRONG_TYPE = "wrong-type"
    UNKNOWN_DATE = "unknown-date"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an item stood: a path or '-', with the line of JSON Lines or the place in a JSON list, from 1."""

    path: str
    line: int | None = None
    place: int | None = None

    def __str__(self) -> str:
        return _printable(self.path) + self._position

    @property
    def short(self) -> str:
        """The same without the folder."""
        return _printable(PurePath(self.path).name or self.path) + self._position

    @property
    def _position(self) -> str:
        if self.line is not None:
            return f":{self.line}"
        return "" if self.place is None else f"[{self.place}]"


@dataclass(frozen=True, slots=True)
class Sourced:
    """An article that was read, in the first round over the input or in a later one."""

    article: Article
    origin: Origin
    note: Note | None = None
    round: int = 1


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Bytes that are not an article; `error` says what, which, and the remedy in one line."""

    raw: bytes
    origin: Origin
    reason: Reason
    error: str


Item = Sourced | Unreadable


class ArticleUnreadableError(ValueError):
    """Something read is not an article."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def _printable(path: str) -> str:
    """Replace the bytes of a file name that are not UTF-8, which no terminal or Kafka header takes."""
    return os.fsencode(path).decode("utf-8", "replace")
