"""Where commands write: results to standard output, progress and remarks to standard error."""

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)


def results() -> Console:
    """For what the user asked for; pipes get plain text."""
    return Console(highlight=False, soft_wrap=False)


def remarks() -> Console:
    """For progress and remarks."""
    return Console(stderr=True, highlight=False)


def printable(text: str) -> str:
    """The text on one line, as long as it was: what news bring must not steer a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def progress_bar(console: Console) -> Progress:
    """A bar with a count and the time; on a pipe it prints nothing until it is done."""
    return Progress(
        SpinnerColumn(finished_text="[green]✓[/]"),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )
