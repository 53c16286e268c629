"""`tidings top`: the tables of a running service, or of files without one."""

import asyncio
from datetime import date, datetime
from typing import Annotated, Final

import httpx
import typer
from rich.markup import escape

from schemas.coded import CodedArticle
from schemas.tally import COUNTERS, TableName
from streams.commands.coding import NotCoded, code_articles
from streams.commands.console import remarks, results
from streams.commands.tables_view import table_of
from streams.counting.loop import day_counts
from streams.settings import Settings, read_settings
from streams.web.queries import DayRange, totals, usual_counter
from streams.web.queries import top as best
from streams.web.views import Thing, TopList

ALL_DAYS: Final = DayRange()


class NoAnswer(ConnectionError):
    """No running service answers, or it refuses the question."""


def top(
    table: Annotated[TableName, typer.Argument(help="Which table.")],
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First UTC day.")
    ] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last UTC day.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 20,
    by: Annotated[
        str | None, typer.Option(help="Counter to order by: articles, events, ASSAULT, ...")
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="The service's API.", show_default="TIDINGS_HTTP_PORT")
    ] = None,
    offline: Annotated[
        list[str] | None, typer.Option(help="Count these files here, with no service and no Kafka.")
    ] = None,
) -> None:
    """Show a table: of a running service, or (--offline) of files coded and counted on the spot."""
    settings = read_settings()
    by = by or usual_counter(table)
    if by not in COUNTERS[table]:
        raise typer.BadParameter(f"{by!r} is no counter of {table.value}: {', '.join(COUNTERS[table])}")
    days = DayRange(_iso(first), _iso(last))
    if offline:
        things = asyncio.run(_of_files(settings, tuple(offline), table, days, by, limit))
    else:
        url = url or f"http://{settings.http_host}:{settings.http_port}"
        things = ask(url, table, limit=limit, by=by, days=days).items
    results().print(table_of(table, things))


def ask(
    url: str, table: TableName, *, limit: int, by: str | None = None, days: DayRange = ALL_DAYS
) -> TopList:
    """Ask a running service for a top list; raises NoAnswer."""
    asked = {"from": days.first, "to": days.last, "limit": limit, "by": by}
    try:
        answer = httpx.get(
            f"{url.rstrip('/')}/v1/{table.value}",
            params={name: value for name, value in asked.items() if value is not None},
        )
    except httpx.HTTPError as error:
        raise NoAnswer(
            f"{url}: no answer ({error}); start 'tidings up', or name the service with --url"
        ) from error
    if answer.status_code != httpx.codes.OK:
        raise NoAnswer(f"{answer.url}: {answer.status_code} {answer.text}")
    return TopList.model_validate_json(answer.content)


async def _of_files(
    settings: Settings, paths: tuple[str, ...], table: TableName, days: DayRange, by: str, limit: int
) -> list[Thing]:
    coded = [row async for row in code_articles(settings, paths)]
    for row in coded:
        if isinstance(row, NotCoded):
            remarks().print(f"[yellow]not counted[/] {escape(row.error)}")
    counts = day_counts(row for row in coded if isinstance(row, CodedArticle))
    found = totals(counts[table].items(), days)
    return [Thing.of(total, with_days=False) for total in best(found.values(), by=by, limit=limit)]


def _iso(moment: datetime | None) -> str | None:
    return date(moment.year, moment.month, moment.day).isoformat() if moment else None
