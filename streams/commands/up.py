"""`tidings up`: the service on a laptop, until Ctrl-C."""

import asyncio
import signal
from collections.abc import Callable
from typing import Annotated

import typer
from rich.markup import escape

from schemas.tally import TableName
from streams.commands.console import remarks, results
from streams.commands.demo import follow
from streams.commands.local_service import LocalService, local_service
from streams.commands.replay import Order, replay_articles
from streams.commands.tables_view import table_of
from streams.commands.top import ask
from streams.commands.where import kafka_folder
from streams.replay.paths import PACKAGED
from streams.settings import Settings, read_settings

TOP = 10


def up(
    seeds: Annotated[bool, typer.Option(help="Replay the packaged articles first.")] = True,
) -> None:
    """Run Kafka and a worker until Ctrl-C; the tables are there again at the next start."""
    asyncio.run(_run(read_settings(), seeds=seeds))


async def _run(settings: Settings, *, seeds: bool) -> None:
    stop = _stopper()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    console = remarks()
    try:
        async with local_service(
            settings,
            folder=kafka_folder(settings),
            log_path=None,
            tell=lambda what: console.print(f"[green]✓[/] {escape(what)}"),
        ) as service:
            if seeds:
                await _replay_seeds(service)
            _print_urls(service)
            await service.keep_running(console.print)
    except asyncio.CancelledError:
        console.print("stopped; nothing is lost: 'tidings up' goes on from here")


def _stopper() -> Callable[[], object]:
    """What ends the task that calls this."""
    running = asyncio.current_task()
    if running is None:
        raise RuntimeError("there is no task to stop")
    return running.cancel


async def _replay_seeds(service: LocalService) -> None:
    console = remarks()
    await replay_articles(service.settings, service.bootstrap_servers, Order((PACKAGED,)), console)
    await follow(service, console)
    for table in (TableName.ACTORS, TableName.PAIRS):
        answer = await asyncio.to_thread(ask, service.url, table, limit=TOP)
        results().print(table_of(table, answer.items))


def _print_urls(service: LocalService) -> None:
    out = results()
    for what, path in (
        ("actors", "/v1/actors"),
        ("topics", "/v1/topics"),
        ("actors with topics", "/v1/actor-topics"),
        ("who to whom", "/v1/pairs"),
        ("metrics", "/metrics"),
        ("health", "/healthz"),
        ("readiness", "/readyz"),
    ):
        out.print(f"{what:>20}  {service.url}{path}")
    out.print(f"{'Kafka':>20}  {service.bootstrap_servers}")
    out.print("Ctrl-C ends it.")
