"""The tables as a person reads them in a terminal."""

from collections.abc import Iterable, Sequence

from rich.markup import escape
from rich.table import Table

from schemas.plover import EventType
from schemas.tally import TableName
from streams.web.views import Thing

_TITLES = {
    TableName.ACTORS: "Who: top actors",
    TableName.TOPICS: "About what: top topics",
    TableName.ACTOR_TOPICS: "Who, about what",
    TableName.PAIRS: "Who did what to whom",
}
_MOST_TYPES = 4


def table_of(name: TableName, things: Iterable[Thing]) -> Table:
    """One of the tables, best first."""
    table = Table(title=_TITLES[name], title_justify="left", title_style="bold", header_style="dim")
    for header, justify in _COLUMNS[name]:
        table.add_column(header, justify="right" if justify else "left", overflow="fold")
    for thing in things:
        table.add_row(*_ROWS[name](thing))
    return table


def _actor_row(thing: Thing) -> Sequence[str]:
    return (
        _text(thing, "name"),
        _text(thing, "code"),
        _number(thing, "articles"),
        _number(thing, "mentions"),
        _number(thing, "source"),
        _number(thing, "target"),
    )


def _topic_row(thing: Thing) -> Sequence[str]:
    return _text(thing, "name"), escape(thing.key), _number(thing, "articles")


def _actor_topic_row(thing: Thing) -> Sequence[str]:
    return _text(thing, "name"), _text(thing, "topic_name"), _number(thing, "articles")


def _pair_row(thing: Thing) -> Sequence[str]:
    return (
        _text(thing, "source_name"),
        _text(thing, "target_name"),
        _types(thing),
        _number(thing, "events"),
        _number(thing, "articles"),
    )


def _types(thing: Thing) -> str:
    counted = [(-thing.counters.get(kind.value, 0), kind.value) for kind in EventType]
    best = sorted((count, kind) for count, kind in counted if count)
    shown = ", ".join(f"{kind} {-count}" for count, kind in best[:_MOST_TYPES])
    return shown + (", ..." if len(best) > _MOST_TYPES else "")


def _text(thing: Thing, name: str) -> str:
    return escape(thing.label.get(name) or "")


def _number(thing: Thing, counter: str) -> str:
    return f"{thing.counters.get(counter, 0):,}"


_COLUMNS = {
    TableName.ACTORS: (
        ("actor", False),
        ("code", False),
        ("articles", True),
        ("mentions", True),
        ("as source", True),
        ("as target", True),
    ),
    TableName.TOPICS: (("topic", False), ("IPTC code", False), ("articles", True)),
    TableName.ACTOR_TOPICS: (("actor", False), ("topic", False), ("articles", True)),
    TableName.PAIRS: (
        ("source", False),
        ("target", False),
        ("event types", False),
        ("events", True),
        ("articles", True),
    ),
}
_ROWS = {
    TableName.ACTORS: _actor_row,
    TableName.TOPICS: _topic_row,
    TableName.ACTOR_TOPICS: _actor_topic_row,
    TableName.PAIRS: _pair_row,
}
