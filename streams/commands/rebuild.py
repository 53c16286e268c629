"""`tidings rebuild`: new tables beside the old ones."""

import asyncio
import signal
from typing import Annotated

import typer
from rich.progress import TaskID

from streams.commands.console import progress_bar, remarks, results
from streams.commands.where import find_kafka
from streams.kafka_topics import client_options
from streams.logs import set_up_logging
from streams.progress import Stage
from streams.rebuild import Source
from streams.rebuild import rebuild as fill
from streams.settings import Settings, read_settings


def rebuild(
    namespace: Annotated[str, typer.Option("--from", help="The namespace that is there now.")],
    source: Annotated[
        Source, typer.Option(help="Count again what is coded, or code the articles again, too.")
    ] = Source.CODED,
    follow: Annotated[bool, typer.Option(help="Go on copying what arrives, until Ctrl-C.")] = False,
) -> None:
    """Fill TIDINGS_NAMESPACE from another namespace: for another number of partitions, or another coder.

    Workers of the new namespace must run; the old one goes on as it is.
    """
    settings = read_settings()
    set_up_logging(settings.model_copy(update={"log_level": "error"}))
    asyncio.run(_rebuild(settings, namespace, source, follow=follow))
    results().print(
        f"{settings.namespace} holds everything that {namespace} held. Now point feeds and readers to "
        f"TIDINGS_NAMESPACE={settings.namespace}; see docs/operations.md, 'Rebuilding'."
    )


async def _rebuild(settings: Settings, namespace: str, source: Source, *, follow: bool) -> None:
    stop = asyncio.Event()
    if follow:
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop.set)
    with progress_bar(remarks()) as progress:
        bars: dict[str, TaskID] = {}

        def on_progress(stage: Stage, done: int, total: int) -> None:
            if stage.name not in bars:
                bars[stage.name] = progress.add_task(stage.name, total=total)
            progress.update(bars[stage.name], completed=done, total=total)

        await fill(
            settings,
            client_options(settings, find_kafka(settings)),
            namespace=namespace,
            source=source,
            on_progress=on_progress,
            follow=stop if follow else None,
        )
