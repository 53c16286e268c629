"""A frame of `tidings watch`: as much as a terminal of any size has room for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from schemas.plover import QUAD_OF, EventType
from streams.client import Status, Thing
from streams.commands.console import printable
from streams.commands.event_view import headline_of, sentence_of
from streams.commands.tables_view import QUAD_STYLES
from streams.commands.watched import Top, Watched

NARROW: Final = 60
TWO_COLUMNS: Final = 78
THREE_COLUMNS: Final = 140
_LEAST_ROWS: Final = 3
_MOST_ROWS: Final = 20
_EVENT_LINES: Final = 2
_BESIDE_NAMES: Final = 20
"""Characters that rank, count and movement of a row take."""
_SPARKS: Final = " ▁▂▃▄▅▆▇█"
_EIGHTHS: Final = "▏▎▍▌▋▊▉█"


@dataclass(frozen=True)
class Frame:
    """What is watched, laid out for the terminal as it is when it is printed."""

    watched: Watched
    height: int | None = None
    """Lines to fill where that is not the terminal's own."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Lay it out: lists above, events below, each with its share of the lines."""
        width, height = options.max_width, self.height or options.height or console.height
        head = header(self.watched, width)
        left = max(0, height - len(head))
        events_lines = max(_EVENT_LINES + 2, round(left * 0.4))
        yield Group(*head)
        yield _lists(self.watched, width, left - events_lines)
        yield _events(self.watched, width, events_lines)


# --- the header --------------------------------------------------------------------------------------------


def header(watched: Watched, width: int) -> list[Text]:
    """Who is watched and how it is: two lines, and one for each thing that is wrong."""
    title = Text.assemble(("Tidings ", "bold"), *_connection(watched), ("  ", ""), (watched.url, "dim"))
    for name, value in watched.filters.items():
        told = ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        title.append(f"  {name}=", "dim").append(printable(told), "bold")
    lines = [title, pipeline(watched, width)] + [Text(each, "yellow") for each in warnings(watched)]
    for line in lines:
        line.no_wrap, line.overflow = True, "ellipsis"
        line.truncate(width, overflow="ellipsis")
    return lines


def _connection(watched: Watched) -> Sequence[tuple[str, str]]:
    if watched.lost is not None:
        return [("◌ connection lost", "bold yellow")]
    if not watched.is_live:
        ready = watched.status is not None and watched.status.ready
        return [("● ready", "bold green") if ready else ("◌ not ready", "bold yellow")]
    times = "1 interruption" if watched.interruptions == 1 else f"{watched.interruptions} interruptions"
    again = f" again ({times})" if watched.interruptions else ""
    return [("● live", "bold green"), (again, "green")]


def pipeline(watched: Watched, width: int) -> Text:
    """Speed, what waits, how far behind, what went wrong, who works, what is counted."""
    status = watched.status
    if status is None:
        return Text("the service has not told its state yet", "dim")
    parts = [_rate(watched, status), *_lag(status), _dead(status), _workers(status)]
    if width >= NARROW:
        totals = status.totals
        counted = f"{totals.stories:,} stories, {totals.events:,} events, {totals.actors:,} actors"
        parts.append(Text(counted, "dim"))
    line = Text()
    for place, part in enumerate(parts):
        line.append(" · " if place else "", "dim").append_text(part)
    return line


def _rate(watched: Watched, status: Status) -> Text:
    text = Text(f"{status.rates.articles_per_second:,.1f} articles/s", "bold")
    return text.append(f" {spark(list(watched.rates)[-12:])}", "cyan") if any(watched.rates) else text


def _lag(status: Status) -> list[Text]:
    parts = [Text(f"{status.lag.records:,} waiting", "yellow" if status.lag.records else "")]
    if status.seconds_behind is not None:
        parts.append(Text(f"{status.seconds_behind:,.1f} s behind"))
    return parts


def _dead(status: Status) -> Text:
    return Text(f"{status.dead_letters:,} dead letters", "red" if status.dead_letters else "dim")


def _workers(status: Status) -> Text:
    if len(status.workers) == 1:
        return Text(f"worker {status.workers[0].phase or ''}".rstrip())
    open_ = sum(worker.phase == "open" for worker in status.workers)
    return Text(f"{open_} of {len(status.workers)} workers open")


def warnings(watched: Watched) -> list[str]:
    """What a reader must know before he believes the numbers."""
    told = []
    if watched.lost is not None:
        since = f"{watched.lost_at:%H:%M:%S} UTC" if watched.lost_at else "now"
        told.append(f"since {since}: {printable(watched.lost)}; trying again")
    if watched.missing:
        told.append(f"partial: partitions {', '.join(map(str, watched.missing))} are missing")
    recovery = watched.status.recovery if watched.status else None
    if recovery and recovery.remaining_records:
        told.append(f"recovering: {recovery.remaining_records:,} of {recovery.total_records:,} records left")
    if watched.note:
        told.append(f"some events were not told: {printable(watched.note)}")
    return told


def spark(values: Sequence[float]) -> str:
    """A line of values as high as their share of the highest."""
    highest = max(values, default=0) or 1
    return "".join(_SPARKS[round(value / highest * (len(_SPARKS) - 1))] for value in values)


# --- the lists ---------------------------------------------------------------------------------------------


def _lists(watched: Watched, width: int, lines: int) -> RenderableType:
    """Side by side where the terminal is wide enough, else below one another, as many as have room."""
    if width >= THREE_COLUMNS:
        shares = {"actors": 4, "pairs": 5, "event-types": 3}
        widths = {name: width * share // 12 for name, share in shares.items()}
        return _side_by_side([_list(watched, name, widths[name], lines) for name in shares], widths.values())
    if width >= TWO_COLUMNS:
        left, right = width * 5 // 12, width - width * 5 // 12
        pairs = _list(watched, "pairs", right, lines)
        below = lines // 2 if lines >= 2 * (_LEAST_ROWS + 2) else 0
        if not below:
            return _side_by_side([_list(watched, "actors", left, lines), pairs], (left, right))
        first = Group(
            _list(watched, "actors", left, lines - below), _list(watched, "event-types", left, below)
        )
        return _side_by_side([first, pairs], (left, right))
    if width < NARROW:
        rows = watched.tops["actors"].items[: max(_LEAST_ROWS, lines - 2)]
        return _titled(_ranking(watched.tops["actors"], rows, width, watched.clock()), "who")
    names = ["actors", "pairs", "event-types"] if lines >= 3 * (_LEAST_ROWS + 2) else ["actors"]
    return Group(*(_list(watched, name, width, lines // len(names)) for name in names))


def _side_by_side(parts: Sequence[RenderableType], widths: Any) -> Table:
    grid = Table.grid(padding=0)
    for width in widths:
        grid.add_column(width=width)
    grid.add_row(*parts)
    return grid


def _list(watched: Watched, name: str, width: int, lines: int) -> RenderableType:
    top, title = watched.tops[name], {"actors": "who", "pairs": "who did what to whom"}.get(name, "what")
    rows = top.items[: max(_LEAST_ROWS, min(_MOST_ROWS, lines - 2))]
    inner = width - 4
    body = _bars(rows, inner) if name == "event-types" else _ranking(top, rows, inner, watched.clock())
    return _boxed(body, title, width, max(_LEAST_ROWS, lines - 2))


def _ranking(top: Top, rows: Sequence[Thing[Any]], width: int, now: float) -> Table:
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(justify="right", style="dim", no_wrap=True)
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    table.add_column(justify="right", style="bold", no_wrap=True)
    table.add_column(justify="right", no_wrap=True, min_width=4)
    table.add_column(justify="left", no_wrap=True, min_width=3)
    before, room = top.before(now), width - _BESIDE_NAMES
    for place, thing in enumerate(rows, start=1):
        rank, count = thing.rank or place, thing.counters.get(top.counter, 0)
        was = before.get(thing.key) if before is not None else None
        gained = count - was.count if was else 0
        moved = arrow(was.rank - rank) if was else Text("new" if before is not None else "", "green")
        table.add_row(
            str(rank), _title(thing, room), f"{count:,}", Text(f"{gained:+,}" if gained else "", "dim"), moved
        )
    return table


def arrow(ranks: int) -> Text:
    """Up or down by so many places."""
    if not ranks:
        return Text("")
    return Text(f"▲{ranks}", "green") if ranks > 0 else Text(f"▼{-ranks}", "red")


def _title(thing: Thing[Any], room: int) -> Text:
    """The name with its code; of a pair with its most frequent type, where that has room."""
    text = Text(printable(thing.name), no_wrap=True, overflow="ellipsis")
    code = getattr(thing.label, "code", None)
    if code:
        text.append(f" {code}", "dim")
    kinds = [(-count, name) for name, count in thing.counters.items() if name in QUAD_OF]
    if kinds:
        count, name = -min(kinds)[0], min(kinds)[1]
        most = Text(f"  {name} {count:,}", QUAD_STYLES[QUAD_OF[EventType(name)]])
        if text.cell_len + most.cell_len <= room:
            text.append_text(most)
    return text


def _bars(rows: Sequence[Thing[Any]], width: int) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", style="bold", no_wrap=True)
    highest = max((thing.counters.get("events", 0) for thing in rows), default=0)
    for thing in rows:
        count, style = thing.counters.get("events", 0), QUAD_STYLES.get(thing.label.quad or "", "default")
        table.add_row(
            Text(thing.key, style), Text(bar(count, highest, max(4, width - 20)), style), f"{count:,}"
        )
    return table


def bar(count: int, highest: int, width: int) -> str:
    """A bar of at most so many characters, to an eighth of one."""
    eighths = round(count / highest * width * 8) if highest else 0
    return "█" * (eighths // 8) + (_EIGHTHS[eighths % 8 - 1] if eighths % 8 else "")


# --- the events --------------------------------------------------------------------------------------------


def _events(watched: Watched, width: int, lines: int) -> RenderableType:
    room = max(1, (lines - 2) // _EVENT_LINES)
    inner = width - 4 if width >= NARROW else width
    shown: list[RenderableType] = []
    for event in list(watched.events)[:room]:
        shown += [headline_of(event), Text("  ") + sentence_of(event, width=inner - 2)]
    body = Group(*shown) if shown else Text("no events yet", "dim")
    if width < NARROW:
        return _titled(body, "the last events")
    return _boxed(body, "the last events", width, max(_EVENT_LINES, lines - 2))


def _boxed(body: RenderableType, title: str, width: int, lines: int) -> RenderableType:
    return Panel(
        body,
        title=f"[bold]{title}[/]",
        title_align="left",
        box=box.ROUNDED,
        border_style="bright_black",
        width=width,
        height=lines + 2,
    )


def _titled(body: RenderableType, title: str) -> RenderableType:
    return Group(Text(title, "bold dim"), body)
