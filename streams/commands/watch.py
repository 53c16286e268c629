"""`tidings watch`: the service live in a terminal."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing, contextmanager
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.live import Live

from streams.client import AsyncTidings, Change, EventTold, Message, StatusTold
from streams.commands import asking
from streams.commands.console import remarks, results
from streams.commands.watch_view import Frame
from streams.commands.watched import Watched
from streams.settings import read_settings
from streams.web.push.asked import parameters

REFRESH_SECONDS: Final = 0.25
REPLAYED: Final = 20
ROWS: Final = 20
PIPE_LINES: Final = 40
"""Lines of a frame that goes into a file or a pipe, which have no height."""

LISTS: Final = ("actors", "pairs", "event-types")


def watch(
    from_: asking.From = None,
    to: asking.To = None,
    type_: asking.Types = None,
    quad: asking.Quads = None,
    mode: asking.Modes = None,
    least_confidence: asking.LeastConfidence = None,
    topic: asking.Topic = None,
    actor: asking.Actor = None,
    source: asking.Source = None,
    target: asking.Target = None,
    country: asking.Country = None,
    sector: asking.Sector = None,
    once: Annotated[bool, typer.Option("--once", help="Print one frame, and end.")] = False,
    url: asking.Url = None,
) -> None:
    """Watch a running service: who does what to whom, as it is counted, until Ctrl-C.

    Arrows and '+' tell what has moved within a minute. A pipe gets one frame.
    """
    filters = asking.given(
        from_=from_,
        to=to,
        type_=type_,
        quad=quad,
        mode=mode,
        least_confidence=least_confidence,
        topic=topic,
        actor=actor,
        source=source,
        target=target,
        country=country,
        sector=sector,
    )
    asking.checked(filters, parameters())
    console = results()
    live = console.is_terminal and not once
    watched = Watched(asking.service_url(url, read_settings()), filters, is_live=live)
    asyncio.run(_live(watched, console) if live else _once(watched, console))


async def _once(watched: Watched, console: Console) -> None:
    async with AsyncTidings(watched.url) as tidings:
        await ask(tidings, watched)
    console.print(Frame(watched, height=None if console.is_terminal else PIPE_LINES))


async def ask(tidings: AsyncTidings, watched: Watched) -> None:
    """Ask for all that a frame shows; raises TidingsError."""
    filters = asking.keywords(watched.filters)
    watched.take(StatusTold(await tidings.status()))
    for name in LISTS:
        listing = getattr(tidings, name.replace("-", "_"))
        page = await listing(**_of_list(name, filters), limit=ROWS).page()
        watched.take(Change(f"top:{name}", items=page.items, partitions=page.partitions))
    events = await tidings.events(**filters, limit=REPLAYED, pages=1).page()
    for event in reversed(events.items):
        watched.take(EventTold(event))


def _of_list(name: str, filters: Mapping[str, Any]) -> dict[str, Any]:
    """The filters that a list takes: actors are listed without the sides of events."""
    return {
        each: value for each, value in filters.items() if name != "actors" or each not in ("source", "target")
    }


async def _live(watched: Watched, console: Console) -> None:
    with _ended_by_signals() as ended:
        async with AsyncTidings(watched.url) as tidings:
            stream = tidings.stream(
                watch=[f"top:{name}" for name in LISTS],
                replay=REPLAYED,
                on_lost=watched.lose,
                **asking.keywords(watched.filters),
            )
            await follow(stream, watched, console, ended=ended)
    remarks().print(f"watched {watched.url}: {watched.told:,} events told")


@contextmanager
def _ended_by_signals() -> Iterator[asyncio.Event]:
    """What Ctrl-C, or an end that is asked for, sets: the terminal is given back before the command ends."""
    ended, loop = asyncio.Event(), asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        loop.add_signal_handler(number, ended.set)
    try:
        yield ended
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


async def follow(
    stream: AsyncGenerator[Message, None],
    watched: Watched,
    console: Console,
    *,
    ended: asyncio.Event,
    screen: bool = True,
) -> None:
    """Show every message of the stream until it is ended; raises what ends the stream itself."""
    with Live(Frame(watched), console=console, screen=screen, auto_refresh=False) as live:
        reading = asyncio.create_task(_take_all(stream, watched))
        ending = asyncio.create_task(ended.wait())
        try:
            shown: object = None
            while not (ending.done() or reading.done()):
                now = watched.changes, console.size
                if now != shown:
                    live.refresh()
                shown = now
                await asyncio.wait((ending,), timeout=REFRESH_SECONDS)
        finally:
            await _cancelled(ending)
            fault = await _cancelled(reading)
    if fault is not None:
        raise fault


async def _take_all(stream: AsyncGenerator[Message, None], watched: Watched) -> None:
    async with aclosing(stream) as messages:
        async for message in messages:
            watched.take(message)


async def _cancelled(task: "asyncio.Task[Any]") -> BaseException | None:
    """End a task, and say what it had ended with."""
    task.cancel()
    await asyncio.wait((task,))
    return None if task.cancelled() else task.exception()
