"""`tidings demo`: the whole way of the packaged articles, on a Kafka that is thrown away."""

import asyncio
import secrets
import tempfile
import time
from contextlib import aclosing
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from schemas.coded import CodedArticle
from schemas.coding import Event
from schemas.wire import decode
from streams.client import Tidings
from streams.commands.asking import service_url
from streams.commands.code import event_line
from streams.commands.console import progress_bar, remarks, results
from streams.commands.local_service import LocalService, local_service
from streams.commands.replay import Order, replay_articles
from streams.commands.tables_view import table_of
from streams.commands.top import ask, told_under
from streams.counting.questions import ListName
from streams.kafka_logs import read_log
from streams.kafka_topics import catalogue_of, client_options
from streams.progress import Stage, wait_until_counted
from streams.replay.paths import PACKAGED
from streams.settings import Settings, read_settings

TOP = 10
EVENTS = 6


def demo() -> None:
    """Start Kafka and a worker, replay the packaged articles, show the tables, and end."""
    settings = read_settings()
    # On somebody's own Kafka the demonstration keeps to names of its own.
    namespace = f"{settings.namespace}-demo-{secrets.token_hex(4)}"
    with tempfile.TemporaryDirectory(prefix="tidings-demo-") as folder:
        state = {"namespace": namespace, "state_dir": Path(folder), "http_port": 0}
        asyncio.run(_demonstrate(settings.model_copy(update=state)))
    page = f"{service_url(None, settings)}/"
    results().print(
        f"[bold]tidings up[/] keeps it running, with the live page at [bold][link={page}]{page}[/link][/]"
    )


async def _demonstrate(settings: Settings) -> None:
    out, console, started = results(), remarks(), time.monotonic()

    def tell(what: str) -> None:
        console.print(f"[green]✓[/] {escape(what)} [dim]{time.monotonic() - started:.1f} s[/]")

    async with local_service(
        settings, folder=settings.state_dir / "kafka", log_path=settings.state_dir / "worker.log", tell=tell
    ) as service:
        await replay_articles(service.settings, service.bootstrap_servers, Order((PACKAGED,)), console)
        await follow(service, console)
        tell("every article is in the tables")
        await _show(service, out)
    out.print(f"\nThe demonstration took {time.monotonic() - started:.1f} s.")


async def follow(service: LocalService, console: Console) -> None:
    """Show how far the articles are, until all are in the tables."""
    with progress_bar(console) as progress:
        tasks: dict[str, int] = {}

        def show(stage: Stage, done: int, total: int) -> None:
            task = tasks.get(stage.name)
            if task is None:
                task = tasks[stage.name] = progress.add_task(stage.name, total=total)
            progress.update(progress.task_ids[task], completed=done, total=total)

        await wait_until_counted(
            client_options(service.settings, service.bootstrap_servers),
            catalogue_of(service.settings),
            on_progress=show,
        )


async def _show(service: LocalService, out: Console) -> None:
    with Tidings(service.url) as tidings:
        for of in ListName:
            page = await asyncio.to_thread(ask, tidings, of, {}, limit=TOP)
            out.print(table_of(of, page.items))
            out.print(told_under(page) + "\n")
    out.print("[bold]Some events, each with its sentence[/]")
    for event in await _some_events(service):
        out.print(event_line(event))
    catalogue = catalogue_of(service.settings)
    options = client_options(service.settings, service.bootstrap_servers)
    count = sum([1 async for _ in read_log(options, catalogue.dead_letters)])
    out.print(f"\n[bold]Dead letters[/]: {count} in Kafka topic {catalogue.dead_letters}")


async def _some_events(service: LocalService) -> list[Event]:
    """The most certain event of each type, of those with both sides known; the rarest types first."""
    best: dict[str, Event] = {}
    options = client_options(service.settings, service.bootstrap_servers)
    async with aclosing(read_log(options, catalogue_of(service.settings).coded)) as log:
        async for record in log:
            coding = decode(CodedArticle, record.value or b"").coding
            for event in coding.events if coding else ():
                known = event.source and event.target and event.source.code and event.target.code
                held = best.get(event.type.value)
                if known and (held is None or event.confidence > held.confidence):
                    best[event.type.value] = event
    return sorted(best.values(), key=lambda event: -event.confidence)[:EVENTS]
