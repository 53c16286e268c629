"""Lists of files, coded and counted on the spot by the plain loop: no service, no Kafka."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.markup import escape

from schemas.coded import UNDATED, CodedArticle
from schemas.plover import QUAD_OF, EventType
from schemas.tally import TableName
from streams.client.reading import read
from streams.client.requests import KINDS
from streams.client.things import Page, Partitions, Thing
from streams.commands.coding import NotCoded, code_articles
from streams.commands.console import remarks
from streams.counting.asked import answer
from streams.counting.contributions import contributions_of
from streams.counting.loop import newest_versions
from streams.counting.questions import ListName, Question
from streams.index.parts import Label, Row
from streams.settings import Settings
from streams.web.api.shapes import ranked_item


async def page_of_files(
    settings: Settings, paths: Sequence[str], question: Question, *, limit: int | None
) -> Page[Thing[Any]]:
    """The first rows of a list (all without a limit), as a service that had read these files would give."""
    coded: list[CodedArticle] = []
    async for row in code_articles(settings, paths):
        if isinstance(row, NotCoded):
            remarks().print(f"[yellow]not counted[/] {escape(row.error)}")
        else:
            coded.append(row)
    return page_of(coded, question, limit=limit)


def page_of(coded: Iterable[CodedArticle], question: Question, *, limit: int | None) -> Page[Thing[Any]]:
    """The same of articles that are coded already."""
    versions = newest_versions(coded)
    listed, labels = answer(versions, question), _labels(versions, question.of)
    items = [
        ranked_item(
            question.of,
            Row(key, labels.get(key, {}), counters, before),
            rank=rank,
            counter=question.counter,
        )
        for rank, (key, counters, before) in enumerate(listed[:limit], start=1)
    ]
    kind: Any = KINDS[question.of.value]
    things = tuple(read(kind, item) for item in items)
    return Page(things, Partitions(), total=len(listed), counter=question.counter)


def _labels(versions: Iterable[CodedArticle], of: ListName) -> Mapping[str, Label]:
    """What is shown of each thing: the label of its newest day."""
    if of is ListName.EVENT_TYPES:
        return {
            kind.value: {"name": kind.value.capitalize(), "quad": QUAD_OF[kind].value} for kind in EventType
        }
    newest: dict[str, tuple[str, Label]] = {}
    for version in versions:
        day = "" if version.day == UNDATED else version.day
        for row in contributions_of(version):
            if row.table is TableName(of.value) and (row.key not in newest or day >= newest[row.key][0]):
                newest[row.key] = day, row.label
    return {key: label for key, (_, label) in newest.items()}
