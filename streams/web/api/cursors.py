"""Where the next page begins, in a word that readers hand back unread."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from streams.index.parts import Position
from streams.web.answers import Page
from streams.web.api.parameters import Parameter
from streams.web.api.problems import Refused, refuse

MOST_CHARACTERS: Final = 6000
_VERSION: Final = 1
_MOST_VALUE: Final = 2**62


@dataclass(frozen=True, slots=True)
class ListCursor:
    """A place in a frozen list: after `after`, which is `rank` things from its top."""

    snapshot: str
    after: Position
    rank: int

    def page(self, limit: int) -> Page:
        """The page that begins here."""
        return Page(limit=limit, after=self.after, snapshot=self.snapshot)


@dataclass(frozen=True, slots=True)
class EventCursor:
    """A place in a list of events: after the event of this moment and key."""

    published_at: str
    key: str


def cursor_parameter() -> Parameter:
    """The parameter that takes a cursor."""
    schema = {"type": "string", "minLength": 1, "maxLength": MOST_CHARACTERS, "pattern": r"^[A-Za-z0-9_-]+$"}
    told = "The `next` of the page before; the other parameters must be the same."
    return Parameter("cursor", told, str, schema, "WzEsImRlIl0")


def digest(*question: object) -> str:
    """What tells one question from another."""
    return hashlib.blake2b(repr(question).encode(), digest_size=9).hexdigest()


def write_list_cursor(cursor: ListCursor, question: str) -> str:
    """The word for a place in a frozen list."""
    return _write(["l", question, cursor.snapshot, cursor.after.value, cursor.after.key, cursor.rank])


def read_list_cursor(word: str, question: str) -> ListCursor:
    """The place that a word stands for; raises Refused where it stands for none of this question."""
    match _read(word, "l", question):
        case [str(snapshot), int(value), str(key), int(rank)] if _fits(value) and 0 < rank < _MOST_VALUE:
            return ListCursor(snapshot, Position(value, key), rank)
    raise _broken()


def write_event_cursor(cursor: EventCursor, question: str) -> str:
    """The word for a place in a list of events."""
    return _write(["e", question, cursor.published_at, cursor.key])


def read_event_cursor(word: str, question: str) -> EventCursor:
    """The place that a word stands for; raises Refused where it stands for none of this question."""
    match _read(word, "e", question):
        case [str(published_at), str(key)] if not published_at or _is_moment(published_at):
            return EventCursor(published_at, key)
    raise _broken()


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).utcoffset() is not None
    except ValueError:
        return False


def _fits(value: int) -> bool:
    return -_MOST_VALUE <= value < _MOST_VALUE


def _write(fields: list[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([_VERSION, *fields])).rstrip(b"=").decode()


def _read(word: str, kind: str, question: str) -> list[Any]:
    match _decoded(word):
        case [int(version), str(of), str(asked), *rest] if version == _VERSION and of == kind:
            if asked != question:
                raise refuse(
                    "invalid-cursor",
                    "cursor: belongs to a question with other parameters; give those of the first page "
                    "(limit and format may change), or leave the cursor out",
                )
            return rest
    raise _broken()


def _decoded(word: str) -> Any:
    if not word.isascii() or len(word) > MOST_CHARACTERS:
        raise _broken()
    try:
        return orjson.loads(base64.b64decode(word + "=" * (-len(word) % 4), b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise _broken() from error


def _broken() -> Refused:
    return refuse("invalid-cursor", "cursor: is none that this path gave; leave it out for the first page")
