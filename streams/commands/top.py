"""`tidings top`: the lists of a running service, or of files without one."""

import asyncio
from dataclasses import asdict, replace
from enum import StrEnum
from typing import Annotated, Any

import orjson
import typer
from rich.markup import escape

from streams.client import Page, Partitions, Thing, Tidings
from streams.commands import asking
from streams.commands.console import remarks, results
from streams.commands.counted_here import page_of_files
from streams.commands.tables_view import table_of
from streams.counting.questions import MOST_ROWS, ListName, Question
from streams.settings import read_settings
from streams.web.api import formats, lists
from streams.web.api.problems import Refused
from streams.web.api.shapes import LABELS


class Form(StrEnum):
    """How rows are shown."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    NDJSON = "ndjson"


def top(
    of: Annotated[ListName, typer.Argument(metavar="LIST", help="Which list.")],
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
    kind: asking.Kind = None,
    sort: Annotated[
        str | None, typer.Option(help="Order: count, growth, or a counter: articles, events, ASSAULT, ...")
    ] = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="Also the change since as many days before (--from, --to).")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=MOST_ROWS, help="How many rows at most.")] = 20,
    every: Annotated[bool, typer.Option("--all", help="Every row: all pages.")] = False,
    form: Annotated[Form, typer.Option("--format", help="How to show them.")] = Form.TABLE,
    complete: Annotated[
        bool, typer.Option("--complete", help="Refuse an answer that lacks partitions.")
    ] = False,
    url: asking.Url = None,
    offline: Annotated[
        list[str] | None, typer.Option(metavar="PATH", help="Count these files here, without a service.")
    ] = None,
) -> None:
    """Show a list: of a running service, or (--offline) of files coded and counted on the spot.

    Try: tidings top pairs --quad material-conflict --from 2012-08-01 --to 2012-08-07 --compare

    Or: tidings top actors --country SYR --all --format csv
    """
    settings = read_settings()
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
        kind=kind,
        sort=sort,
        compare=compare,
    )
    question = _question(of, filters)
    if offline:
        page = asyncio.run(page_of_files(settings, offline, question, limit=None if every else limit))
    else:
        with Tidings(asking.service_url(url, settings), complete=complete) as tidings:
            page = ask(tidings, of, filters, limit=limit, every=every)
    show(question, page, form)


def _question(of: ListName, filters: dict[str, Any]) -> Question:
    """The question as the API understands it: what it would refuse is a wrong command line."""
    try:
        return lists.question_of(of, asking.checked(filters, lists.list_parameters(of)))
    except Refused as refused:
        raise typer.BadParameter(refused.detail) from refused


def ask(
    tidings: Tidings, of: ListName, filters: dict[str, Any], *, limit: int, every: bool = False
) -> Page[Thing[Any]]:
    """The first rows of a list, or all of them; raises TidingsError."""
    asked = getattr(tidings, of.value.replace("-", "_"))
    listing = asked(**asking.keywords(filters), limit=MOST_ROWS if every else limit)
    page: Page[Thing[Any]] = listing.page()
    if not every:
        return page
    items = tuple(listing)
    partitions = replace(page.partitions, missing=listing.missing)
    return replace(page, items=items, partitions=partitions, next=None)


def show(question: Question, page: Page[Thing[Any]], form: Form) -> None:
    """Print a page; what is missing in it is told beside it."""
    if form is Form.TABLE:
        counters, compared = question.counters, question.before is not None
        results().print(
            table_of(question.of, page.items, counters=counters, sort=question.counter, compared=compared)
        )
        results().print(told_under(page), soft_wrap=True)
        return
    typer.echo(written(question, page, form), nl=False)
    if page.partitions.missing:
        remarks().print(missing(page.partitions))


def told_under(page: Page[Thing[Any]]) -> str:
    """The line under a table: how much of the list it shows, and what it lacks."""
    lacking = f"[dim], [/]{missing(page.partitions)}" if page.partitions.missing else ""
    return f"[dim]{len(page.items):,} of {page.total or len(page.items):,}[/]{lacking}"


def missing(partitions: Partitions) -> str:
    """Which partitions an answer lacks, and why."""
    why = f" ({escape('; '.join(partitions.why))})" if partitions.why else ""
    return f"[yellow]partitions missing: {', '.join(map(str, partitions.missing))}[/]{why}"


def written(question: Question, page: Page[Thing[Any]], form: Form) -> bytes:
    """A page as the API writes it in this format."""
    if form is Form.JSON:
        return orjson.dumps(asdict(page), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    if form is Form.NDJSON:
        return formats.ndjson(asdict(item) for item in page.items)
    compared = ("growth", *(f"before_{name}" for name in question.counters)) if question.before else ()
    columns = ("rank", "key", *LABELS[question.of], *question.counters, *compared)
    numbers = frozenset((*question.counters, *compared))
    flat = (item.flat() for item in page.items)
    return formats.csv(
        columns, [[row.get(name, 0 if name in numbers else None) for name in columns] for row in flat]
    )
