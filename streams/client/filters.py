"""The filters of questions, as keywords, and how they stand in a query."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, TypedDict

Moment = date | str
OneOrMore = str | Iterable[str]
Params = tuple[tuple[str, str], ...]


class DayFilters(TypedDict, total=False):
    """UTC days, both included: a date, or text in ISO 8601."""

    from_: Moment
    to: Moment


class TopicFilters(DayFilters, total=False):
    """What stories and events must be like; several types, quads or modes mean any of them."""

    type: OneOrMore
    quad: OneOrMore
    mode: OneOrMore
    least_confidence: float
    topic: str
    actor: str
    country: str
    sector: str


class ActorFilters(TopicFilters, total=False):
    """The same, and the kind of the listed actor."""

    kind: str


class EventFilters(TopicFilters, total=False):
    """The same, and the sides of the event."""

    source: str
    target: str


class Paging(TypedDict, total=False):
    """Rows of a page, and how many pages are walked at most (None: all)."""

    limit: int
    pages: int | None


class Ranking(Paging, total=False):
    """The order of a list (a counter, 'count' or 'growth'); with the period before; with counters by day."""

    sort: str | None
    compare: bool
    days: bool


class TopicQuestion(TopicFilters, Ranking, total=False):
    """What topics may be asked for."""


class ActorQuestion(ActorFilters, Ranking, total=False):
    """What actors, also with topics, may be asked for."""


class PairQuestion(EventFilters, Ranking, total=False):
    """What pairs and event types may be asked for."""


class EventQuestion(EventFilters, Paging, total=False):
    """What events may be asked for."""


class StreamQuestion(EventFilters, total=False):
    """What a stream may be asked for: whether events and the state, how many of the last events first."""

    watch: Iterable[str]
    events: bool
    status: bool
    replay: int
    last_event_id: str | None


def params_of(call: str, takes: type, asked: Mapping[str, Any]) -> Params:
    """A query's parameters; raises TypeError for a keyword that the call does not take."""
    # a TypedDict's own keys: there is no public type of its class to say so to mypy
    known: frozenset[str] = takes.__optional_keys__  # type: ignore[attr-defined]
    unknown = sorted(asked.keys() - known)
    if unknown:
        raise TypeError(f"{call}() takes no {unknown[0]!r}, but {', '.join(sorted(known))}")
    return tuple(pair for name, value in asked.items() for pair in _written(name.rstrip("_"), value))


def _written(name: str, value: Any) -> Params:
    """A parameter as a query has it: none for None, one for each of several values."""
    if value is None:
        return ()
    if isinstance(value, Iterable) and not isinstance(value, str):
        return tuple(pair for each in value for pair in _written(name, each))
    return ((name, _text(value)),)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        # a moment of another zone belongs to the UTC day that it falls on
        return (value.astimezone(UTC) if value.tzinfo else value).date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
