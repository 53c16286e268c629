"""Figures of an evaluation for people: tables, a heat map of types, misses."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from schemas.plover import EventType
from streams.commands.console import results
from streams.evaluation.confusion import KINDS, Confusion, name_of
from streams.evaluation.figures import Figures, PartyFigures, TopicFigures, TypeFigures
from streams.evaluation.misses import Fault, Miss, told
from streams.evaluation.parties import CodesRight
from streams.evaluation.reliability import Bin
from streams.evaluation.scoring import Hits, Share

SHORT: Final[dict[EventType | None, str]] = {
    None: "no",
    EventType.CONSULT: "CNS",
    EventType.CONCEDE: "CNC",
    EventType.COOPERATE: "COP",
    EventType.COERCE: "COE",
    EventType.REQUEST: "RQS",
    EventType.REJECT: "REJ",
    EventType.RETREAT: "RTR",
}
_HIT_HEADS: Final = ("labelled", "right", "wrong", "missed", "precision", "recall", "F1")
_DARK: Final = 0.5
_WIDE: Final = 200


def page() -> Console:
    """Standard output, as wide as any table is: a figure that is cut off is none."""
    out = results()
    out.width = max(out.width, _WIDE)
    return out


def show_summary(out: Console, columns: Mapping[str, TypeFigures], whole: TypeFigures) -> None:
    """The main figures: a column for each file that has labelled events, and one for all together."""
    labelled = {name: figures for name, figures in columns.items() if figures.texts}
    if not labelled:
        return
    shown = {**labelled, "all": whole} if len(labelled) > 1 else labelled
    told = [_summary(figures) for figures in shown.values()]
    table = _table("Type of the main event", "", [escape(name) for name in shown])
    for measure in told[0]:
        table.add_row(measure, *(each[measure] for each in told))
    out.print(table)


def _summary(figures: TypeFigures) -> dict[str, str]:
    low, high = figures.interval
    return {
        "texts": f"{figures.texts:,}",
        "without an event": f"{figures.false.of:,}",
        "type right": _of(figures.accuracy),
        "with 95 % certainty": f"{_percent(low)} to {_percent(high)}",
        "macro-F1": _percent(figures.macro_f1),
        "quad class right": _of(figures.quad),
        "false events, of texts without": _of(figures.false),
        "missed, of texts with an event": _of(figures.missed),
    }


def show_figures(out: Console, figures: Figures) -> None:
    """Everything behind the main figures."""
    if figures.types.texts:
        out.print(_hit_table("By type", {kind.value: hits for kind, hits in figures.by_type.items()}))
        if figures.parties is not None:
            _show_parties(out, figures.parties)
    if figures.actors is not None:
        _line(out, f"\nActors labelled by themselves: {_codes(figures.actors)}")
    if figures.topics is not None:
        _show_topics(out, figures.topics)
    if figures.types.texts:
        out.print(_reliability_table(figures.reliability, figures.calibration_error))
        _show_confusion(out, figures.confusion)


def _show_parties(out: Console, parties: PartyFigures) -> None:
    out.print(_hit_table("Who did what to whom, by country", parties.triples))
    _line(out, f"\nModes right, where the type is: {_of(parties.modes)}")
    _line(out, f"Codes of sides right, where the type is: {_codes(parties.sides)}")


def _codes(right: CodesRight) -> str:
    return f"country {_of(right.country)}, country and sector {_of(right.code)}"


def _show_topics(out: Console, topics: TopicFigures) -> None:
    named = {f"{code} {topics.names.get(code, '')}".strip(): hits for code, hits in topics.by_topic.items()}
    out.print(_hit_table(f"Topics of {topics.texts:,} texts", {"all": topics.micro, **named}))


def _hit_table(title: str, hits: Mapping[str, Hits]) -> Table:
    table = _table(title, "", _HIT_HEADS)
    for name, each in hits.items():
        counts = (each.labelled, each.right, each.wrong, each.missed)
        shares = (each.precision, each.recall, each.f1)
        table.add_row(escape(name), *(f"{count:,}" for count in counts), *map(_percent, shares))
    return table


def _reliability_table(bins: Sequence[Bin], error: float) -> Table:
    table = _table(
        f"Confidence (off by {100 * error:.1f} points)",
        "confidence",
        ("events", "mean", "right"),
    )
    for each in bins:
        shown = (_percent(each.confidence), _percent(each.right.value)) if each.right.of else ("-", "-")
        table.add_row(f"{each.low:.1f}-{each.low + 0.1:.1f}", f"{each.right.of:,}", *shown)
    return table


def _show_confusion(out: Console, matrix: Confusion) -> None:
    """The matrix as a heat map: labelled rows, coded columns; shaded by share of the row."""
    out.print("\n[bold]Labelled (rows) and coded (columns)[/]")
    out.print(Text(" " * 9 + "".join(f"{_short(kind):>4}" for kind in KINDS)))
    for row, kind in enumerate(KINDS):
        line = Text(f"{name_of(kind):9}")
        for column in range(len(KINDS)):
            count = matrix.counts[row][column]
            line.append(f"{count or '·':>4}", style=_shade(matrix.share(row, column), right=row == column))
        out.print(line)


def _short(kind: EventType | None) -> str:
    return SHORT.get(kind, name_of(kind)[:3])


def _shade(share: float, *, right: bool) -> str:
    """Blue where labels and coding agree, red where not; the darker, the larger the share."""
    if not share:
        return "dim"
    fade = round(255 * (1 - share))
    ground = f"rgb({fade},{round(160 + fade * 95 / 255)},255)" if right else f"rgb(255,{fade},{fade})"
    return f"{'white' if share > _DARK and not right else 'black'} on {ground}"


def show_miss(out: Console, miss: Miss, explanation: Iterable[str]) -> None:
    """A text that was misread: its labels, what was coded, and why."""
    label, coding = miss.reading.label, miss.reading.coding
    _line(out, f"\n[bold red]{miss.fault.value.upper()}[/] [dim]{escape(label.origin)}[/]")
    _line(out, f"  {escape(label.text)}")
    if miss.fault is Fault.TOPICS:
        _line(out, f"  [green]labelled[/] {', '.join(label.labels.topics or ()) or 'no topic'}")
        named = (f"{topic.code} {topic.name} {topic.score:.2f}" for topic in coding.topics)
        _line(out, f"  [red]coded[/]    {escape(', '.join(named)) or 'no topic'}")
        return
    for name, colour, events in (
        ("labelled", "green", [told(event) for event in label.labels.events or ()]),
        ("coded", "red", [told(event) for event in coding.events]),
    ):
        for event in events or ["no event"]:
            _line(out, f"  [{colour}]{name:8}[/] {escape(event)}")
    for line in explanation:
        _line(out, f"  [dim]why      {escape(line)}[/]")


def _table(title: str, first: str, heads: Sequence[str]) -> Table:
    table = Table(title=f"\n{title}", title_justify="left", title_style="bold", box=None, padding=(0, 1))
    table.add_column(first, no_wrap=True)
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True)
    return table


def _line(out: Console, line: str) -> None:
    """A line that is as long as it is: what is searched for with grep must not be broken."""
    out.print(line, soft_wrap=True)


def _of(share: Share) -> str:
    return f"{_percent(share.value)} ({share.right:,}/{share.of:,})"


def _percent(share: float) -> str:
    return f"{share:.1%}"
