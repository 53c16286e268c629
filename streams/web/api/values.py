"""How single values of parameters are read: each reader takes a text, or says what it may be."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from streams.web.api.parameters import MOST_BYTES, BadValue, near, shown

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WHOLE: Final = re.compile(r"\d{1,9}", re.ASCII)
_SHARE: Final = re.compile(r"\d{1,3}(\.\d{1,20})?([eE][+-]?\d{1,3})?", re.ASCII)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


def day(text: str) -> str:
    """A UTC day in ISO 8601."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise BadValue(f"{shown(text)} is no day of the calendar: {error}") from error
    raise BadValue(f"{shown(text)} is no day; write it as 2012-08-02, of the years 0001 to 9999")


def flag(text: str) -> bool:
    """Yes or no, as the words true and false."""
    if text not in ("true", "false"):
        raise BadValue(f"{shown(text)} is neither true nor false", ("true", "false"))
    return text == "true"


def share(text: str) -> float:
    """A number from 0 to 1."""
    value = float(text) if _SHARE.fullmatch(text) else -1.0
    if not 0 <= value <= 1:
        raise BadValue(f"{shown(text)} is no number from 0 to 1")
    return value


def whole(least: int, most: int) -> Callable[[str], int]:
    """A whole number in these bounds."""

    def read(text: str) -> int:
        value = int(text) if _WHOLE.fullmatch(text) else least - 1
        if not least <= value <= most:
            raise BadValue(f"{shown(text)} is no whole number from {least} to {most}")
        return value

    return read


def one_of(known: Sequence[str], what: str) -> Callable[[str], str]:
    """One of a closed set."""
    ordered, quick = tuple(known), frozenset(known)

    def read(text: str) -> str:
        if text not in quick:
            raise BadValue(f"{shown(text)} is no {what}{near(text, ordered)}", ordered)
        return text

    return read


def key(text: str) -> str:
    """A key or name: neither empty nor too long, without control characters."""
    if not text:
        raise BadValue("is empty")
    if len(text.encode()) > MOST_BYTES:
        raise BadValue(f"is longer than {MOST_BYTES} bytes")
    if _CONTROL.search(text):
        raise BadValue("has control characters, which no key has")
    return text
