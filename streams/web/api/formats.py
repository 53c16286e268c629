"""The formats of an answer: which one a reader wants, and how it is written."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final

import orjson

from streams.web.api import values
from streams.web.api.parameters import Parameter
from streams.web.api.problems import refuse

Cell = str | int | float | None


class Format(StrEnum):
    """What an answer can be written as."""

    JSON = "json"
    CSV = "csv"
    NDJSON = "ndjson"


MEDIA_TYPES: Final[Mapping[Format, str]] = {
    Format.JSON: "application/json",
    Format.CSV: "text/csv",
    Format.NDJSON: "application/x-ndjson",
}
CONTENT_TYPES: Final[Mapping[Format, str]] = {
    Format.JSON: "application/json",
    Format.CSV: "text/csv; charset=utf-8; header=present",
    Format.NDJSON: "application/x-ndjson",
}

FORMAT: Final = Parameter(
    "format",
    "The format of the answer, whatever the Accept header says.",
    values.one_of(tuple(Format), "format"),
    {"type": "string", "enum": list(Format)},
    "json",
)

_QUALITY: Final = re.compile(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", re.ASCII | re.IGNORECASE)
_QUOTED: Final = re.compile(r'[",\r\n]')
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def wanted(accept: str | None, offered: Sequence[Format]) -> Format:
    """The offered format that the Accept header likes best, the earlier of equals; raises Refused."""
    if not accept or accept == "*/*":
        return offered[0]
    ranges = list(_ranges(accept))
    if not ranges:
        return offered[0]
    best = max(offered, key=lambda each: _quality(MEDIA_TYPES[each], ranges))
    if _quality(MEDIA_TYPES[best], ranges) <= 0:
        told = ", ".join(MEDIA_TYPES[each] for each in offered)
        raise refuse("not-acceptable", f"this path gives {told}", known=tuple(map(str, offered)))
    return best


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    for part in accept.split(","):
        name, *options = part.split(";")
        qualities = [float(match[1]) for option in options if (match := _QUALITY.fullmatch(option))]
        if "/" in name:
            yield name.strip().lower(), min(qualities, default=1.0)


def _quality(media_type: str, ranges: Iterable[tuple[str, float]]) -> float:
    """That of the most specific range which takes the media type, as RFC 9110 (12.5.1) has it."""
    said = dict(reversed(list(ranges)))
    kind = media_type.split("/")[0] + "/*"
    return next((said[each] for each in (media_type, kind, "*/*") if each in said), 0.0)


def ndjson(items: Iterable[object]) -> bytes:
    """One item a line."""
    return b"".join(orjson.dumps(item, option=orjson.OPT_APPEND_NEWLINE) for item in items)


def csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A header and a line each, as RFC 4180 has it."""
    lines = [",".join(columns), *(",".join(map(_cell, row)) for row in rows), ""]
    return "\r\n".join(lines).encode()


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    # A spreadsheet computes what begins like a formula: the apostrophe keeps it text (OWASP, CSV injection).
    if value.startswith(_FORMULA):
        value = "'" + value
        return '"' + value.replace('"', '""') + '"'
    return '"' + value.replace('"', '""') + '"' if _QUOTED.search(value) else value
