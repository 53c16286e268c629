"""Lengths of time as people type them: 90s, 30m, 2h, 3d, 1w, or several together as in 1d12h."""

import re
from datetime import timedelta
from typing import Final

_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_PART: Final = re.compile(r"(\d{1,6})([smhdw])")
_WHOLE: Final = re.compile(rf"(?:{_PART.pattern})+")


class NoLengthOfTime(ValueError):
    """Words that do not name a length of time."""


def length_of_time(words: str) -> timedelta:
    """Read '2h' or '1d12h'; raises NoLengthOfTime."""
    typed = words.strip().lower()
    if not _WHOLE.fullmatch(typed):
        raise NoLengthOfTime(
            f"{words!r} is no length of time; give a number and s, m, h, d or w: 90s, 30m, 2h, 3d, 1d12h"
        )
    length = timedelta()
    for number, unit in _PART.findall(typed):
        length += timedelta(**{_UNITS[unit]: int(number)})
    return length
