"""`tidings dead-letters`: what could not be processed, and why."""

import asyncio
import sys
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from schemas.dead_letter import Reason
from streams.commands.console import remarks, results
from streams.commands.where import find_kafka
from streams.dead_letters import KeptRecord, read_dead_letters
from streams.kafka_topics import catalogue_of, client_options
from streams.settings import read_settings

commands = typer.Typer(help="Records that could not be processed, kept as they came.", no_args_is_help=True)


class NoSuchDeadLetter(LookupError):
    """There is no dead letter with this id."""


@commands.command("list")
def list_dead_letters(
    reason: Annotated[Reason | None, typer.Option(help="Only those with this reason.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="The newest, at most.")] = 50,
) -> None:
    """List dead letters, newest last."""
    letters = [letter for letter in asyncio.run(_read()) if reason in (None, letter.story.reason)]
    letters.sort(key=lambda letter: letter.story.time)
    table = Table(header_style="dim")
    for header in ("id", "time", "reason", "Kafka topic, partition, offset", "error"):
        table.add_column(header, overflow="fold")
    for letter in letters[-limit:]:
        story = letter.story
        where = f"{story.kafka_topic} {story.partition} {story.offset}"
        table.add_row(
            letter.id, f"{story.time:%Y-%m-%d %H:%M:%S}", story.reason.value, where, escape(story.error)
        )
    results().print(table)
    results().print(f"{len(letters)} dead letters")


@commands.command("show")
def show(letter_id: Annotated[str, typer.Argument(metavar="ID", help="As `list` has it: 0:17")]) -> None:
    """Show one dead letter: its story on standard error, its original bytes on standard output."""
    found = next((letter for letter in asyncio.run(_read()) if letter.id == letter_id), None)
    if found is None:
        raise NoSuchDeadLetter(f"no dead letter {letter_id!r}; 'tidings dead-letters list' shows their ids")
    for name, value in found.story.model_dump(mode="json").items():
        remarks().print(f"[dim]{name:>12}[/]  {escape(str(value))}")
    key = (found.key or b"").decode("utf-8", "backslashreplace")
    remarks().print(f"[dim]{'key':>12}[/]  {escape(key)}")
    sys.stdout.buffer.write(found.value or b"")
    sys.stdout.buffer.flush()


async def _read() -> list[KeptRecord]:
    settings = read_settings()
    options = client_options(settings, find_kafka(settings))
    return [letter async for letter in read_dead_letters(options, catalogue_of(settings).dead_letters)]
