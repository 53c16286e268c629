"""The time series: matching events by day."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from schemas.plover import EventType
from streams.web.answers import Answers, ByDay
from streams.web.api import filters
from streams.web.api.asking import COMPLETE, Sheet
from streams.web.api.formats import FORMAT
from streams.web.api.parameters import Parameter, Values, catalogue
from streams.web.api.shapes import day_items

_COUNTERS: Final = ("articles", "events", *(kind.value for kind in EventType))


@cache
def days_parameters() -> Mapping[str, Parameter]:
    """What can be asked of the days."""
    return catalogue(*filters.DAYS, *filters.filters_but("kind"), COMPLETE, FORMAT)


async def events_by_day(answers: Answers, asked: Values) -> Sheet:
    """Articles and events by day, and events by type."""
    return sheet_of_days(await answers.by_day(filters.filters_of(asked), filters.days_of(asked)))


def sheet_of_days(by_day: ByDay) -> Sheet:
    """The days as an answer."""
    items = day_items(by_day.days)
    return Sheet(
        {"items": items},
        by_day.standing,
        items=items,
        columns=("day", *_COUNTERS),
        rows=lambda: (
            (item["day"], *(item["counters"].get(name, 0) for name in _COUNTERS)) for item in items
        ),
    )
