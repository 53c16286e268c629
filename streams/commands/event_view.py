"""An event as a person reads it in a terminal: who did what to whom, and in which words."""

from typing import Final

from rich.text import Text

from streams.client import Event
from streams.client.things import Mark, Party
from streams.commands.console import printable
from streams.commands.tables_view import QUAD_STYLES

SOURCE_STYLE: Final = "bold bright_blue"
TARGET_STYLE: Final = "bold bright_magenta"
_GAP: Final = "…"


def headline_of(event: Event) -> Text:
    """Source, type and mode, target; then day, paper and certainty."""
    style = QUAD_STYLES.get(event.quad, "default")
    mode = f" {event.mode}" if event.mode else ""
    line = Text(overflow="ellipsis", no_wrap=True)
    line.append(_name(event.source), SOURCE_STYLE)
    line.append(f" {event.type}{mode} ", f"bold {style}")
    line.append(_name(event.target), TARGET_STYLE)
    beside = [event.date or event.article.day, event.article.source or "", f"{event.confidence:.2f}"]
    line.append(f"  {' · '.join(filter(None, beside))}", "dim")
    return line


def sentence_of(event: Event, *, width: int) -> Text:
    """The sentence on one line, its words marked; a long one is cut so that the trigger is seen."""
    text = Text(event.sentence, overflow="ellipsis", no_wrap=True)
    for mark in event.marks:
        text.stylize(_style(mark, event), mark.start, mark.end)
    # character for character: the marks stay where they are
    text.plain = printable(event.sentence)
    return _cut(text, _trigger(event), width)


def _name(party: Party | None) -> str:
    return printable(party.name or party.text) if party else "?"


def _style(mark: Mark, event: Event) -> str:
    trigger = f"bold underline {QUAD_STYLES.get(event.quad, 'default')}"
    return {"source": SOURCE_STYLE, "target": TARGET_STYLE}.get(mark.role, trigger)


def _trigger(event: Event) -> int:
    return next((mark.start for mark in event.marks if mark.role == "trigger"), 0)


def _cut(text: Text, trigger: int, width: int) -> Text:
    """As much as fits, the trigger among it."""
    if text.cell_len <= width:
        return text
    start = max(0, min(trigger - width // 3, len(text) - width + 1))
    shown = text[start:]
    cut = Text(overflow="ellipsis", no_wrap=True).append(_GAP if start else "", "dim").append_text(shown)
    cut.truncate(width, overflow="ellipsis")
    return cut
