"""`tidings dead-letters`: what could not be processed, and why; sent again, or forgotten."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Self

import typer
from aiokafka import AIOKafkaProducer
from aiokafka.errors import UnknownTopicOrPartitionError
from rich.markup import escape

from schemas.dead_letter import Reason
from streams.commands.ages import NoLengthOfTime, length_of_time
from streams.commands.console import remarks, results
from streams.commands.dead_letters_view import counted_by_reason, json_line_of, lines_of, story_lines_of
from streams.commands.where import find_kafka
from streams.dead_letters import read_dead_letters
from streams.dead_letters.again import Refusal, Shelf, why_not_replayable
from streams.dead_letters.kept import Choice, Letter, NoSuchDeadLetter, survey
from streams.kafka_topics import (
    MAX_SENT_BYTES,
    Catalogue,
    KafkaTopicsWrong,
    admin_client,
    catalogue_of,
    check,
    client_options,
)
from streams.settings import Settings, read_settings

__all__ = ["NoSuchDeadLetter", "commands"]

commands = typer.Typer(help="Records that could not be processed, kept as they came.", no_args_is_help=True)


class Kept:
    """The dead letters of the service that the settings name."""

    def __init__(self, settings: Settings, bootstrap_servers: str) -> None:
        self.options = client_options(settings, bootstrap_servers)
        self.catalogue: Catalogue = catalogue_of(settings)

    @classmethod
    def here(cls) -> Self:
        """Those of the settings of this process."""
        settings = read_settings()
        return cls(settings, find_kafka(settings))

    async def letters(self) -> list[Letter]:
        """All of them, oldest story first; raises KafkaTopicsWrong where their Kafka topic is missing."""
        try:
            return await survey(self.options, self.catalogue.dead_letters)
        except UnknownTopicOrPartitionError as error:
            raise KafkaTopicsWrong(
                f"Kafka topic {self.catalogue.dead_letters} is missing; run 'tidings topics create', or name "
                "another TIDINGS_NAMESPACE"
            ) from error

    async def check_topics(self) -> None:
        """Raise KafkaTopicsWrong where a letter might not find back to its partition."""
        async with admin_client(self.options) as admin:
            await check(admin, self.catalogue)

    async def one(self, letter_id: str) -> tuple[Letter, bytes | None]:
        """The letter with this id, and its bytes; raises NoSuchDeadLetter."""
        (letter,) = Choice(frozenset({letter_id})).of(await self.letters())
        async for record in read_dead_letters(self.options, self.catalogue.dead_letters):
            if record.id == letter.id:
                return letter, record.value
        raise NoSuchDeadLetter(f"dead letter {letter_id!r} is gone: retention took it a moment ago")

    def why_not(self, letter: Letter) -> str | None:
        """Why this letter cannot be sent again; None where it can."""
        return why_not_replayable(
            letter, articles=self.catalogue.articles, partitions=self.catalogue.partitions
        )

    @asynccontextmanager
    async def shelf(self) -> AsyncIterator[Shelf]:
        """Their Kafka topic, to be written to for as long as the block runs."""
        producer = AIOKafkaProducer(
            **self.options, acks="all", enable_idempotence=True, max_request_size=MAX_SENT_BYTES
        )
        await producer.start()
        try:
            yield Shelf(self.catalogue.dead_letters, producer, lambda: datetime.now(UTC))
        finally:
            await producer.stop()


class Format(StrEnum):
    """How a list is written."""

    TABLE = "table"
    JSONL = "jsonl"


def _age(words: str) -> timedelta:
    try:
        return length_of_time(words)
    except NoLengthOfTime as error:
        raise typer.BadParameter(str(error)) from error


Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="As `list` has them: 0:17")]
Reasons = Annotated[list[Reason] | None, typer.Option("--reason", help="Only with this reason; repeatable.")]
KafkaTopics = Annotated[
    list[str] | None,
    typer.Option("--kafka-topic", help="Only what came from this Kafka topic; repeatable."),
]
OlderThan = Annotated[
    timedelta | None, typer.Option(parser=_age, metavar="AGE", help="Only set aside before: 30m, 2h, 3d.")
]
NewerThan = Annotated[
    timedelta | None, typer.Option(parser=_age, metavar="AGE", help="Only set aside since: 30m, 2h, 3d.")
]
All = Annotated[bool, typer.Option("--all", help="All of them, where nothing else is chosen.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]


@commands.command("list")
def list_dead_letters(
    ids: Ids = None,
    reason: Reasons = None,
    kafka_topic: KafkaTopics = None,
    older_than: OlderThan = None,
    newer_than: NewerThan = None,
    limit: Annotated[int, typer.Option(min=1, help="The newest, at most.")] = 50,
    settled: Annotated[bool, typer.Option("--settled", help="Also those replayed or purged.")] = False,
    form: Annotated[
        Format, typer.Option("--format", help="table for people, jsonl for programs.")
    ] = Format.TABLE,
) -> None:
    """List dead letters, newest last; with ids, reasons, Kafka topics or ages only those."""
    choice = _choice(ids, reason, kafka_topic, older_than, newer_than)
    letters = choice.of(asyncio.run(Kept.here().letters()))
    if not settled:
        letters = [letter for letter in letters if letter.settled is None]
    shown = letters[-limit:]
    console = results()
    if form is Format.JSONL:
        for letter in shown:
            print(json_line_of(letter))  # noqa: T201 - a console would wrap and colour what programs read
    elif shown:
        width = console.width if console.is_terminal else None
        console.print("\n".join(lines_of(shown, width=width)), soft_wrap=True)
    (remarks() if form is Format.JSONL else console).print(_summary(len(shown), letters), soft_wrap=True)


def _summary(shown: int, letters: Sequence[Letter]) -> str:
    part = f"the newest {shown} of " if shown < len(letters) else ""
    return part + counted_by_reason(letters)


@commands.command("show")
def show(letter_id: Annotated[str, typer.Argument(metavar="ID", help="As `list` has it: 0:17")]) -> None:
    """Show one dead letter: its story on standard error, its original bytes on standard output."""
    letter, value = asyncio.run(Kept.here().one(letter_id))
    for name, told in story_lines_of(letter):
        remarks().print(f"[dim]{name:>20}[/]  {escape(told)}", soft_wrap=True)
    sys.stdout.buffer.write(value or b"")
    sys.stdout.buffer.flush()


@commands.command("replay")
def replay(
    ids: Ids = None,
    reason: Reasons = None,
    kafka_topic: KafkaTopics = None,
    older_than: OlderThan = None,
    newer_than: NewerThan = None,
    everything: All = False,
    dry_run: DryRun = False,
) -> None:
    """Send articles back to where they came from, after the cause is mended; each counts once.

    A replayed article stands where it stood first: a newer version that has come meanwhile stays the one
    that counts. What fails again is set aside again, with the story of its first failure.
    """
    choice = _choice(ids, reason, kafka_topic, older_than, newer_than, everything=everything)
    settings = read_settings()
    refusals = asyncio.run(replay_letters(settings, find_kafka(settings), choice, dry_run=dry_run))
    for refusal in refusals:
        remarks().print(f"[yellow]not sent[/] {escape(refusal.error)}", soft_wrap=True)
    if refusals:
        raise typer.Exit(1)


async def replay_letters(
    settings: Settings, bootstrap_servers: str, choice: Choice, *, dry_run: bool = False
) -> list[Refusal]:
    """Send the chosen letters back, say how many went, and return those that could not."""
    kept = Kept(settings, bootstrap_servers)
    await kept.check_topics()
    letters = _open_ones(choice.of(await kept.letters()))
    refused = [Refusal(letter, why) for letter in letters if (why := kept.why_not(letter))]
    good = [letter for letter in letters if kept.why_not(letter) is None]
    if dry_run:
        _tell("would send again", good)
        return refused
    if good:
        async with kept.shelf() as shelf:
            refused += await shelf.replay(good, read_dead_letters(kept.options, kept.catalogue.dead_letters))
    stayed = {refusal.letter.id for refusal in refused}
    _tell("sent again", [letter for letter in good if letter.id not in stayed])
    return refused


@commands.command("purge")
def purge(
    ids: Ids = None,
    reason: Reasons = None,
    kafka_topic: KafkaTopics = None,
    older_than: OlderThan = None,
    newer_than: NewerThan = None,
    everything: All = False,
    dry_run: DryRun = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Forget dead letters: they are listed no more, and Kafka deletes their bytes after its retention."""
    choice = _choice(ids, reason, kafka_topic, older_than, newer_than, everything=everything)
    kept = Kept.here()
    letters = _open_ones(choice.of(asyncio.run(kept.letters())))
    if dry_run or not letters:
        _tell("would forget" if dry_run else "forgotten", letters)
        return
    if not yes:
        typer.confirm(f"Forget {counted_by_reason(letters)}?", abort=True, err=True)
    asyncio.run(_purge(kept, letters))
    _tell("forgotten", letters)


async def _purge(kept: Kept, letters: Sequence[Letter]) -> None:
    async with kept.shelf() as shelf:
        await shelf.purge(letters)


def _open_ones(letters: Sequence[Letter]) -> list[Letter]:
    """Those that are open; of the others it is said what became of them."""
    for letter in letters:
        if letter.settled:
            remarks().print(
                f"{letter.id} was {letter.settled.fate.value} {letter.settled.time:%Y-%m-%d %H:%M}"
            )
    return [letter for letter in letters if letter.settled is None]


def _tell(done: str, letters: Sequence[Letter]) -> None:
    results().print(f"{done}: {counted_by_reason(letters)}", soft_wrap=True)


def _choice(
    ids: list[str] | None,
    reasons: list[Reason] | None,
    kafka_topics: list[str] | None,
    older_than: timedelta | None,
    newer_than: timedelta | None,
    *,
    everything: bool = True,
) -> Choice:
    now = datetime.now(UTC)
    choice = Choice(
        frozenset(ids or ()),
        frozenset(reasons or ()),
        frozenset(kafka_topics or ()),
        before=_ago(now, older_than),
        after=_ago(now, newer_than),
    )
    if choice.is_open and not everything:
        raise typer.BadParameter(
            "say which: ids, --reason, --kafka-topic, --older-than, --newer-than, or --all"
        )
    return choice


def _ago(now: datetime, length: timedelta | None) -> datetime | None:
    try:
        return None if length is None else now - length
    except OverflowError as error:
        raise typer.BadParameter("that is before the year 1") from error
