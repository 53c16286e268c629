"""The day of an event: the story's, or the one that its sentence tells."""

from __future__ import annotations

import datetime
import re

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH = "|".join(_MONTHS)
_FULL = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}}) (?P<month>{_MONTH}),? (?P<year>(?:19|20)\d\d)"
    rf"|(?P<month2>{_MONTH}) (?P<day2>\d{{1,2}}),? (?P<year2>(?:19|20)\d\d))\b"
)
_WEEKDAY = re.compile(rf"\b(?:on|late|early) (?P<weekday>{'|'.join(_DAYS)})\b", re.I)
_YESTERDAY = re.compile(r"\byesterday\b", re.I)


def find_day(sentence: str, *, on: datetime.date | None) -> datetime.date | None:
    """The one day that a sentence tells ('on Monday', '3 May 2024', 'yesterday'), else the story's own."""
    told = _full_days(sentence)
    if on is not None:
        told += [_last(match["weekday"], on) for match in _WEEKDAY.finditer(sentence)]
        told += [on - datetime.timedelta(days=1) for _ in _YESTERDAY.finditer(sentence)]
    return told[0] if len(told) == 1 else on


def _full_days(sentence: str) -> list[datetime.date]:
    found = []
    for match in _FULL.finditer(sentence):
        year, month, day = (match[name] or match[name + "2"] for name in ("year", "month", "day"))
        try:
            found.append(datetime.date(int(year), _MONTHS.index(month) + 1, int(day)))
        except ValueError:
            continue  # '31 June 2024' names no day
    return found


def _last(weekday: str, on: datetime.date) -> datetime.date:
    """The latest such weekday up to the day of the story, which itself may be meant."""
    return on - datetime.timedelta(days=(on.weekday() - _DAYS.index(weekday.lower())) % 7)
