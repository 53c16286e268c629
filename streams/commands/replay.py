"""`tidings replay`: articles from files onto Kafka."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from aiokafka import AIOKafkaProducer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from streams.commands.console import remarks
from streams.commands.where import find_kafka
from streams.kafka_topics import MAX_SENT_BYTES, admin_client, catalogue_of, check, client_options
from streams.replay.bookmark import Bookmark
from streams.replay.items import Item, Note
from streams.replay.pace import Pace, speed_of
from streams.replay.paths import check_paths
from streams.replay.report import ReplayReport
from streams.replay.rounds import rounds
from streams.replay.send import replay as send
from streams.replay.sources import read_articles
from streams.settings import Settings, read_settings


@dataclass(frozen=True)
class Order:
    """What to replay, and how."""

    paths: tuple[str, ...]
    speed: str = "max"
    rate: float | None = None
    loop: bool = False
    same_ids: bool = False
    restart: bool = False


def replay(
    paths: Annotated[
        list[str],
        typer.Argument(
            help=".txt .md .json .jsonl, folders, '-' for JSON Lines, 'seeds:' for our own articles"
        ),
    ],
    speed: Annotated[str, typer.Option(help="1x, 60x, ... of the articles' own dates, or max.")] = "max",
    rate: Annotated[float | None, typer.Option(help="Articles per second at most.")] = None,
    loop: Annotated[
        bool, typer.Option(help="Again and again; ids get '#2', '#3', ... and count anew.")
    ] = False,
    same_ids: Annotated[bool, typer.Option(help="With --loop: the same ids again, as duplicates.")] = False,
    restart: Annotated[
        bool, typer.Option(help="Do not go on where an earlier replay was interrupted.")
    ] = False,
) -> None:
    """Send articles to Kafka, at once or at a pace; an interrupted replay goes on where it stopped."""
    settings = read_settings()
    order = Order(tuple(paths), speed, rate, loop, same_ids, restart)
    check_paths(order.paths)
    _pace(order)
    try:
        report = asyncio.run(replay_articles(settings, find_kafka(settings), order, remarks()))
    except KeyboardInterrupt:
        remarks().print("interrupted; the same command goes on from here")
        raise
    if report.unreadable or report.refused:
        raise typer.Exit(1)


async def replay_articles(
    settings: Settings, bootstrap_servers: str, order: Order, console: Console
) -> ReplayReport:
    """Replay with a progress line, and say what was sent."""
    options = client_options(settings, bootstrap_servers)
    catalogue = catalogue_of(settings)
    async with admin_client(options) as admin:
        await check(admin, catalogue)
        cluster_id = (await admin.describe_cluster())["cluster_id"]
    bookmark = _bookmark(settings, order, cluster_id, catalogue.articles, console)
    producer = AIOKafkaProducer(
        **options, acks="all", enable_idempotence=True, linger_ms=5, max_request_size=MAX_SENT_BYTES
    )
    await producer.start()
    try:
        with _progress(console) as progress:
            show = _Shown(progress)
            report = await send(
                _items(order, lambda path: progress.print(f"skipped: {escape(str(path))}")),
                producer,
                kafka_topic=catalogue.articles,
                pace=_pace(order),
                bookmark=bookmark,
                on_progress=show,
                on_wait=show.waiting,
                on_fault=lambda fault: progress.print(f"[yellow]set aside[/] {escape(fault)}"),
            )
    finally:
        await producer.stop()
    console.print(_summary(report, catalogue.articles))
    return report


def _items(order: Order, on_skip: Callable[[Path], None]) -> Iterator[Item]:
    def read() -> Iterator[Item]:
        return read_articles(order.paths, on_skip=on_skip)

    return rounds(read, same_ids=order.same_ids) if order.loop else read()


def _bookmark(
    settings: Settings, order: Order, cluster_id: str, kafka_topic: str, console: Console
) -> Bookmark | None:
    if order.loop:
        return None
    bookmark = Bookmark.of(
        settings.state_dir / "replays", order.paths, cluster_id=cluster_id, kafka_topic=kafka_topic
    )
    if bookmark and order.restart:
        bookmark.remove()
    if bookmark and bookmark.remark:
        console.print(f"{bookmark.remark} (--restart begins again)")
    return bookmark


def _progress(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(finished_text="[green]✓[/]"),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )


class _Shown:
    """The progress line: what has been sent, and for how long the next article is not due."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("replaying", total=None)
        self._sent = "replaying"

    def __call__(self, report: ReplayReport) -> None:
        mib = report.sent_bytes / 1024**2
        self._sent = f"replaying: {report.sent + report.skipped:,} articles, {mib:.1f} MiB"
        self._progress.update(self._task, description=self._sent)

    def waiting(self, seconds: float) -> None:
        if seconds >= 1:
            self._progress.update(self._task, description=f"{self._sent}; the next in {seconds:,.0f} s")


def _pace(order: Order) -> Pace:
    return Pace(speed=speed_of(order.speed), per_second=order.rate)


def _summary(report: ReplayReport, kafka_topic: str) -> str:
    parts = [f"{report.sent:,} articles sent to {kafka_topic}"]
    if report.skipped:
        parts.append(f"{report.skipped:,} sent before the interruption")
    if report.unreadable:
        parts.append(f"{report.unreadable:,} unreadable, sent as they are for the dead letters")
    if report.refused:
        parts.append(f"{report.refused:,} refused as too large")
    parts.extend(f"{count:,} {note.value}" for note, count in _sorted_notes(report))
    return "; ".join(parts)


def _sorted_notes(report: ReplayReport) -> Sequence[tuple[Note, int]]:
    return sorted(report.notes.items(), key=lambda row: row[0].value)
