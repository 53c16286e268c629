"""An article in a text file: header lines, a title, the text, and where its date stands."""

import re
from collections.abc import Mapping
from datetime import datetime

from streams.replay.datelines import dateline_of, file_name_date
from streams.replay.fields import FIELD_NAMES, given
from streams.replay.items import Note
from streams.replay.moments import UnknownMomentError, moment_of

_LONGEST_TITLE = 200
_BLANK_LINES = re.compile(r"\A(?:[ \t]*\n)+")
_HEADER_LINE = re.compile(r"([A-Za-z][A-Za-z_ -]{1,20}):[ \t]+(\S.*)")
_HEADER_NAMES = {
    spelling.lower(): name
    for name, spellings in FIELD_NAMES.items()
    if name not in ("text", "id")
    for spelling in spellings
}


def plain_text_fields(text: str) -> dict[str, object]:
    """Split a text file into header fields, title and text; the text itself stays as it is."""
    header, body = _split_header(text)
    title, body = _split_title(body)
    if title is not None:
        below_title, body = _split_header(body)
        header = {"title": title, **below_title, **header}
    return {**header, "text": body}


def dated(fields: Mapping[str, object], path: str) -> tuple[Mapping[str, object], Note | None]:
    """Fill in a missing date from the text's dateline, else from the file's name, and say which."""
    if given("published_at", fields) is not None:
        return fields, None
    day, note = _found_date(str(fields["text"]), path)
    return {**fields, "published_at": day}, note


def _found_date(text: str, path: str) -> tuple[datetime | None, Note]:
    if day := dateline_of(text):
        return day, Note.DATELINE_DATE
    if day := file_name_date(path):
        return day, Note.FILE_NAME_DATE
    return None, Note.NO_DATE


def _split_header(text: str) -> tuple[dict[str, object], str]:
    """Take 'Date: ...', 'Source: ...' and their like off the top; a date that is none is plain text."""
    fields: dict[str, object] = {}
    rest = _BLANK_LINES.sub("", text)
    line, _, below = rest.partition("\n")
    while (field := _header_field(line)) is not None:
        fields.setdefault(*field)
        rest = below
        line, _, below = rest.partition("\n")
    return fields, _BLANK_LINES.sub("", rest)


def _header_field(line: str) -> tuple[str, str] | None:
    match = _HEADER_LINE.fullmatch(line.rstrip())
    if match is None or (name := _HEADER_NAMES.get(match[1].lower())) is None:
        return None
    if name == "published_at" and not _is_moment(match[2]):
        return None
    return name, match[2]


def _is_moment(words: str) -> bool:
    try:
        moment_of(words)
    except UnknownMomentError:
        return False
    return True


def _split_title(text: str) -> tuple[str | None, str]:
    """Take a short first line without a full stop, and followed by a blank one, for the title."""
    line, _, rest = text.partition("\n")
    title = line.strip()
    followed_by_blank = not rest.partition("\n")[0].strip() and bool(rest.strip())
    short = 0 < len(title) <= _LONGEST_TITLE and not title.endswith(".")
    if not (short and followed_by_blank) or dateline_of(title):
        return None, text
    return title, _BLANK_LINES.sub("", rest)
