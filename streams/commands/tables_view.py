"""The lists as a person reads them in a terminal."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from rich import box
from rich.markup import escape
from rich.table import Table

from schemas.plover import EventType, Quad
from schemas.tally import COUNTERS, TableName
from streams.client.things import ActorTopicLabel, PairLabel, Thing, TypeLabel
from streams.commands.console import printable
from streams.counting.questions import EVENT_COUNTERS, ListName

_TITLES: Final = {
    ListName.ACTORS: "Who: top actors",
    ListName.TOPICS: "About what: top topics",
    ListName.ACTOR_TOPICS: "Who, about what",
    ListName.PAIRS: "Who did what to whom",
    ListName.EVENT_TYPES: "What was done",
}
_HEADERS: Final = {"source": "as source", "target": "as target"}
_MOST_TYPES: Final = 4
_TYPES: Final = frozenset(EventType)

QUAD_STYLES: Final[dict[str, str]] = {
    Quad.VERBAL_COOPERATION: "cyan",
    Quad.MATERIAL_COOPERATION: "green",
    Quad.VERBAL_CONFLICT: "yellow",
    Quad.MATERIAL_CONFLICT: "red",
}


def table_of(
    of: ListName,
    things: Iterable[Thing[Any]],
    *,
    counters: Sequence[str] | None = None,
    sort: str | None = None,
    compared: bool = False,
) -> Table:
    """One of the lists, best first; with the movement since the period before where that was compared."""
    table = Table(
        title=_TITLES[of],
        title_justify="left",
        title_style="bold",
        header_style="dim",
        box=box.ROUNDED,
        border_style="bright_black",
    )
    table.add_column("#", justify="right", style="dim")
    for header in _WORDS[of]:
        table.add_column(header, overflow="fold")
    shown = [name for name in counters or counters_of(of) if name not in _TYPES]
    for name in shown:
        table.add_column(
            _HEADERS.get(name, name), justify="right", no_wrap=True, style="bold" if name == sort else ""
        )
    if compared:
        table.add_column("change", justify="right", no_wrap=True)
    for place, thing in enumerate(things, start=1):
        cells = [*_CELLS[of](thing), *(f"{thing.counters.get(name, 0):,}" for name in shown)]
        table.add_row(str(thing.rank or place), *cells, *([movement(thing)] if compared else []))
    return table


def counters_of(of: ListName) -> tuple[str, ...]:
    """What a list counts where nobody asks for single events."""
    return EVENT_COUNTERS[of] if of is ListName.EVENT_TYPES else COUNTERS[TableName(of.value)]


def movement(thing: Thing[Any]) -> str:
    """How much more or less there is than in the period before, in rich's markup."""
    if thing.before is None:
        return ""
    if not thing.before:
        return "[green]new[/]"
    growth = thing.growth or 0
    if growth == 0:
        return "[dim]=[/]"
    return f"[green]▲ {growth:,}[/]" if growth > 0 else f"[red]▼ {-growth:,}[/]"


def types_of(thing: Thing[Any]) -> str:
    """The most frequent event types of a pair."""
    counted = [(-thing.counters.get(kind.value, 0), kind.value) for kind in EventType]
    best = sorted((count, kind) for count, kind in counted if count)
    shown = ", ".join(f"{kind} {-count}" for count, kind in best[:_MOST_TYPES])
    return shown + (", ..." if len(best) > _MOST_TYPES else "")


def _actor(thing: Thing[Any]) -> Sequence[str]:
    return _text(thing.label.name), _text(thing.label.code)


def _topic(thing: Thing[Any]) -> Sequence[str]:
    return _text(thing.label.name), _text(thing.key)


def _actor_topic(thing: Thing[ActorTopicLabel]) -> Sequence[str]:
    return _text(thing.label.name), _text(thing.label.topic_name)


def _pair(thing: Thing[PairLabel]) -> Sequence[str]:
    return _text(thing.label.source_name), _text(thing.label.target_name), types_of(thing)


def _type(thing: Thing[TypeLabel]) -> Sequence[str]:
    quad = thing.label.quad or ""
    style = QUAD_STYLES.get(quad, "default")
    return f"[{style}]{_text(thing.key)}[/]", quad.replace("-", " ")


def _text(told: str | None) -> str:
    return escape(printable(told or ""))


_WORDS: Final[dict[ListName, tuple[str, ...]]] = {
    ListName.ACTORS: ("actor", "code"),
    ListName.TOPICS: ("topic", "IPTC code"),
    ListName.ACTOR_TOPICS: ("actor", "topic"),
    ListName.PAIRS: ("source", "target", "event types"),
    ListName.EVENT_TYPES: ("event type", "quad class"),
}
_CELLS: Final[dict[ListName, Callable[[Thing[Any]], Sequence[str]]]] = {
    ListName.ACTORS: _actor,
    ListName.TOPICS: _topic,
    ListName.ACTOR_TOPICS: _actor_topic,
    ListName.PAIRS: _pair,
    ListName.EVENT_TYPES: _type,
}
