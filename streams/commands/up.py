"""`tidings up`: the service on a laptop, until Ctrl-C."""

import asyncio
import signal
from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from streams.client import Tidings
from streams.commands.asking import service_url
from streams.commands.console import remarks, results
from streams.commands.demo import follow
from streams.commands.local_service import LocalService, local_service
from streams.commands.replay import Order, replay_articles
from streams.commands.tables_view import table_of
from streams.commands.top import ask
from streams.commands.where import kafka_folder
from streams.counting.questions import ListName
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
            usual = service.url == service_url(None, settings)
            print_urls(results(), service.url, service.bootstrap_servers, is_usual=usual)
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
    with Tidings(service.url) as tidings:
        for of in (ListName.ACTORS, ListName.PAIRS):
            page = await asyncio.to_thread(ask, tidings, of, {}, limit=TOP)
            results().print(table_of(of, page.items))


def print_urls(out: Console, url: str, bootstrap_servers: str, *, is_usual: bool) -> None:
    """Where to look, the live page first; at its usual address commands find the service by themselves."""
    out.print(f"\n[bold green]{'live page':>12}[/]  [bold][link={url}/]{url}/[/link][/]", soft_wrap=True)
    for what, where in (
        ("API, docs", f"{url}/docs"),
        ("lists", f"{url}/v1/pairs"),
        ("events", f"{url}/v1/events"),
        ("metrics", f"{url}/metrics"),
        ("readiness", f"{url}/readyz"),
        ("Kafka", bootstrap_servers),
        ("terminal", "tidings watch" if is_usual else f"tidings watch --url {url}"),
    ):
        out.print(f"[dim]{what:>12}[/]  {where}", soft_wrap=True)
    out.print("\nCtrl-C ends it.")
