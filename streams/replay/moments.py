"""Points in time as people and programs write them; never from a clock."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"[0-3]?\d(?:st|nd|rd|th)?"
_YEAR = r"(?:1[89]|2[01])\d\d"
WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)"
WRITTEN_DATE = rf"(?:{_DAY}\s+{_MONTH},?\s+{_YEAR}|{_MONTH}\s+{_DAY},?\s+{_YEAR}|{_YEAR}-[01]\d-[0-3]\d)"

_DAY_FIRST = re.compile(rf"{WEEKDAY}?(\d+)[a-z]*\s+({_MONTH}),?\s+({_YEAR})", re.IGNORECASE)
_MONTH_FIRST = re.compile(rf"{WEEKDAY}?({_MONTH})\s+(\d+)[a-z]*,?\s+({_YEAR})", re.IGNORECASE)

# Python reads a zone that it does not know ('CET') as UTC; only those that it does know are let through.
_RFC_2822 = re.compile(
    r"(?:[A-Z][a-z]{2},?\s+)?\d{1,2}\s+[A-Z][a-z]{2}\s+\d{2,4}\s+\d\d:\d\d(?::\d\d)?"
    r"\s+(?:[+-]\d{4}|UTC?|GMT|Z|[ECMP][SD]T)(?:\s+\([^)]*\))?"
)
_NAMED_UTC = re.compile(r"\s*(?:UTC|GMT)$")
_EPOCH = re.compile(r"\d{9,13}(?:\.\d+)?")

# 1973 to 2603: a smaller number is a year (2013) or a date (20130510), not a moment.
_FIRST_SECOND, _LAST_SECOND = 1e8, 2e10


class UnknownMomentError(ValueError):
    """A value does not name one point in time."""

    def __init__(self, value: object) -> None:
        super().__init__(
            f"{_shortened(value)} is not a date; give ISO 8601 (2013-05-10 or 2013-05-10T14:05:00Z), "
            "RFC 2822, or epoch seconds"
        )


def moment_of(value: object) -> datetime:
    """Read ISO 8601, RFC 2822, a written date, or epoch seconds or milliseconds; no zone means UTC."""
    try:
        moment = _read(value)
    except (ValueError, OverflowError) as fault:
        raise UnknownMomentError(value) from fault
    if moment is None:
        raise UnknownMomentError(value)
    return moment


def _written(words: str) -> datetime | None:
    """Read '10 May 2013' or 'Friday, May 10th, 2013' as midnight UTC; None for anything else.

    Raises ValueError for a day that its month does not have.
    """
    if match := _DAY_FIRST.fullmatch(words):
        day, month, year = match.groups()
    elif match := _MONTH_FIRST.fullmatch(words):
        month, day, year = match.groups()
    else:
        return None
    return datetime(int(year), _MONTHS.index(month[:3].lower()) + 1, int(day), tzinfo=UTC)


def _read(value: object) -> datetime | None:
    match value:
        case datetime():
            return _in_utc(value)
        case date():
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
        case int() | float():
            return _from_epoch(value)
        case str():
            return _from_words(value.strip())
    return None


def _from_words(words: str) -> datetime | None:
    readers: tuple[Callable[[str], datetime | None], ...] = (_iso, _epoch_digits, _rfc_2822, _written)
    return next((moment for read in readers if (moment := read(words)) is not None), None)


def _iso(words: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_NAMED_UTC.sub("+00:00", words))
    except ValueError:
        return None
    return _in_utc(moment)


def _epoch_digits(words: str) -> datetime | None:
    return _from_epoch(float(words)) if _EPOCH.fullmatch(words) else None


def _rfc_2822(words: str) -> datetime | None:
    return _in_utc(parsedate_to_datetime(words)) if _RFC_2822.fullmatch(words) else None


def _from_epoch(number: float) -> datetime | None:
    for seconds in (number, number / 1000):
        if _FIRST_SECOND <= seconds < _LAST_SECOND:
            return datetime.fromtimestamp(seconds, UTC)
    return None


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _shortened(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:59] + "…"
