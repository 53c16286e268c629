"""Events: the newest that match, and one by its key."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from streams.counting.questions import MOST_ROWS
from streams.web.answers import Answers, Recent
from streams.web.api import cursors, filters, values
from streams.web.api.asking import COMPLETE, Ask, Sheet, incomplete
from streams.web.api.cursors import EventCursor
from streams.web.api.formats import FORMAT, Cell
from streams.web.api.lists import USUAL_ROWS, canonical
from streams.web.api.parameters import Parameter, Values, catalogue, invalid, shown
from streams.web.api.problems import refuse
from streams.web.api.shapes import Item, event_item

_OF_EVENT: Final = ("key", "type", "mode", "quad", "cameo")
_SIDE: Final = ("actor", "name", "code", "text")
_TOLD: Final = ("sentence", "trigger", "date", "confidence")
_ARTICLE: Final = ("id", "title", "url", "source", "published_at", "day")
COLUMNS: Final = (
    *_OF_EVENT,
    *(f"{side}_{name}" for side in ("source", "target") for name in _SIDE),
    *_TOLD,
    *(f"article_{name}" for name in _ARTICLE),
    "topics",
)


@cache
def events_parameters() -> Mapping[str, Parameter]:
    """What can be asked of the events."""
    limit = {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": USUAL_ROWS}
    return catalogue(
        *filters.DAYS,
        *filters.filters_but("kind"),
        Parameter("limit", "Most events on a page.", values.whole(1, MOST_ROWS), limit, USUAL_ROWS),
        cursors.cursor_parameter(),
        COMPLETE,
        FORMAT,
    )


@cache
def event_parameters() -> Mapping[str, Parameter]:
    """What can be asked of one event."""
    return catalogue(COMPLETE, FORMAT)


async def newest_events(answers: Answers, asked: Values) -> Sheet:
    """Matching events, newest first."""
    days, digest = filters.days_of(asked), cursors.digest("events", canonical(asked))
    after = cursors.read_event_cursor(asked["cursor"], digest) if "cursor" in asked else None
    recent = await answers.recent(
        filters.filters_of(asked),
        days,
        limit=asked.get("limit", USUAL_ROWS),
        after=(after.published_at, after.key) if after else None,
    )
    return sheet_of_events(recent, digest)


def event_of(key: str) -> Ask:
    """What answers one event."""
    if "/" not in key:
        raise invalid("key", f"{shown(key)}: the key of an event is 'article id/event id'")

    async def ask(answers: Answers, asked: Values) -> Sheet:
        recent = await answers.event(key)
        if not recent.rows and recent.standing.missing:
            raise incomplete(recent.standing)
        if not recent.rows:
            raise refuse("not-found", f"there is no event {shown(key)}")
        return sheet_of_event(recent)

    return ask


def sheet_of_event(recent: Recent) -> Sheet:
    """One event as an answer."""
    item = event_item(recent.rows[0])
    return Sheet({"item": item}, recent.standing, items=[item], columns=COLUMNS, rows=lambda: [_cells(item)])


def sheet_of_events(recent: Recent, digest: str) -> Sheet:
    """A page of events as an answer."""
    items = [event_item(row) for row in recent.rows]
    following = cursors.write_event_cursor(EventCursor(*recent.next), digest) if recent.next else None
    return Sheet(
        {"items": items, "next": following},
        recent.standing,
        items=items,
        columns=COLUMNS,
        rows=lambda: map(_cells, items),
        next=following,
    )


def _cells(item: Item) -> Sequence[Cell]:
    return tuple(_each_cell(item))


def _each_cell(item: Item) -> Iterator[Cell]:
    yield from (item[name] for name in _OF_EVENT)
    for side in (item["source"], item["target"]):
        yield from (side[name] if side else None for name in _SIDE)
    yield from (item[name] for name in _TOLD)
    yield from (item["article"][name] for name in _ARTICLE)
    yield " ".join(topic["code"] for topic in item["topics"])
