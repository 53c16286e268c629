"""The date that a plain text gives for itself, in its dateline or its file name."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePath

from streams.replay.moments import WEEKDAY, WRITTEN_DATE, UnknownMomentError, moment_of

_LINES_READ = 8
_CHARACTERS_READ = 200

_DATE = rf"{WEEKDAY}?(?P<date>{WRITTEN_DATE})\b"
# A place stands in capitals (LONDON), or in title case with a comma (London, ...), but is no 'On' or 'Since'.
_CAPITALS = r"(?-i:[A-Z][A-Z.’'/ -]{2,40})(?:,\s+(?-i:[A-Z])[\w.’' -]{0,30}){0,2}"
_TITLE_CASE = (
    r"(?!(?:on|by|in|since|until|from|before|after|last|next)\b)"
    r"(?-i:[A-Z])[\w.’'-]{1,30}(?:\s(?-i:[A-Z])[\w.’'-]{1,30}){0,3}"
)
_AGENCY = r"\([^()]{2,40}\)"
_DASH = r"(?:—|–|--|-|:)"
_PLACE = rf"(?:{_CAPITALS}(?:\s*{_AGENCY})?\s*(?:,|{_DASH})?\s*|{_TITLE_CASE},\s+)"

_OPENING = re.compile(
    rf"{_PLACE}?{_DATE}\s*(?:{_AGENCY}\s*{_DASH}?|{_DASH})\s++(?!{WRITTEN_DATE})", re.IGNORECASE
)
_ALONE = re.compile(
    rf"(?:{_TITLE_CASE},\s+)?{_DATE}(?:,?\s+(?:at\s+)?\d?\d[:.]\d\d\b.{{0,20}})?", re.IGNORECASE
)
_PUBLISHED = re.compile(
    rf"(?:first\s+)?(?:published|posted)(?:\s+on)?:?\s+{_DATE}(?:.{{0,60}}[^.])?", re.IGNORECASE
)
_IN_FILE_NAME = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)")


def dateline_of(text: str) -> datetime | None:
    """Find the day that the first lines give: 'LONDON, Aug 2, 2012 (Reuters) —', 'Published 10 May 2013'."""
    for line, opens_paragraph in _first_lines(text):
        match = _ALONE.fullmatch(line) or _PUBLISHED.fullmatch(line)
        if match is None and opens_paragraph:
            match = _OPENING.match(line)
        if match and (moment := _moment_or_none(match["date"])):
            return moment
    return None


def file_name_date(path: str) -> datetime | None:
    """Find the one ISO date in a file's name; None where there is none, or more than one."""
    days = set(_IN_FILE_NAME.findall(PurePath(path).name))
    return _moment_or_none(days.pop()) if len(days) == 1 else None


def _first_lines(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the first lines that are not blank, cut short, and whether each opens a paragraph."""
    after_blank, found = True, 0
    for line in text[: _LINES_READ * 1000].split("\n"):
        stripped = line.strip()
        if stripped:
            yield stripped[:_CHARACTERS_READ], after_blank
            found += 1
        if found == _LINES_READ:
            return
        after_blank = not stripped


def _moment_or_none(words: str) -> datetime | None:
    try:
        return moment_of(words)
    except UnknownMomentError:
        return None
