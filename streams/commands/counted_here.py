"""Lists of files, coded and counted on the spot by the plain loop: no service, no Kafka."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from rich.markup import escape

from schemas.coded import UNDATED, CodedArticle
from schemas.plover import EventType
from schemas.tally import TableName
from streams.client.reading import read
from streams.client.requests import KINDS
from streams.client.things import Page, Partitions, Thing
from streams.commands.coding import NotCoded, code_articles
from streams.commands.console import remarks
from streams.counting.asked import answer
from streams.counting.contributions import contributions_of, label_of_type
from streams.counting.days import fuller
from streams.counting.loop import newest_versions
from streams.counting.matching import known_sides
from streams.counting.questions import Basis, ListName, Question
from streams.counting.story import story_of
from streams.index.parts import Label, Row
from streams.settings import Settings
from streams.web.api.shapes import ranked_items


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
    listed, labels = answer(versions, question), _labels(versions, question)
    rows = (Row(key, labels.get(key, {}), counters, before) for key, counters, before in listed[:limit])
    items = ranked_items(question, rows)
    kind: Any = KINDS[question.of.value]
    things = tuple(read(kind, item) for item in items)
    return Page(things, Partitions(), total=len(listed), counter=question.counter)


def _labels(versions: Sequence[CodedArticle], question: Question) -> Mapping[str, Label]:
    """What is shown of each thing: the label that the newest story gives it."""
    if question.of is ListName.EVENT_TYPES:
        return {kind.value: label_of_type(kind) for kind in EventType}
    if question.basis is Basis.TALLIES:
        return _newest_labels(versions, question)
    labels = _newest_labels(versions, Question(question.of))
    sides = _newest_sides(versions)
    return {key: {**label, **_as_sides(question.of, key, label, sides)} for key, label in labels.items()}


def _newest_labels(versions: Iterable[CodedArticle], question: Question) -> dict[str, Label]:
    """By thing its label in the newest story that counts for it."""
    # tables filter by the newest label of all, not by a story's own
    filters = replace(question.filters, country=None, sector=None, kind=None)
    alone = replace(question, filters=filters, by_growth=False, before=None)
    table, newest = TableName(question.of.value), _Newest()
    for version in versions:
        told = {row.key: row.label for row in contributions_of(version) if row.table is table}
        for key, *_ in answer([version], alone):
            if key in told:
                newest.take(version, key, told[key])
    return newest.labels


def _newest_sides(versions: Iterable[CodedArticle]) -> dict[str, Label]:
    """By actor its label in the newest story that has it on a side of an event."""
    newest = _Newest()
    for version in versions:
        if (story := story_of(version)) is not None:
            sides = {side for event in story.events for side in known_sides(story, event)}
            for actor in sides - {None}:
                newest.take(version, str(actor), story.actors[str(actor)])
    return newest.labels


class _Newest:
    """Keeps the label of the newest day, of those of one day the fullest; no date is older than any."""

    def __init__(self) -> None:
        self.labels: dict[str, Label] = {}
        self._days: dict[str, str] = {}

    def take(self, version: CodedArticle, key: str, label: Label) -> None:
        day = "" if version.day == UNDATED else version.day
        if key not in self._days or day > self._days[key]:
            self._days[key], self.labels[key] = day, label
        elif day == self._days[key]:
            self.labels[key] = fuller(self.labels[key], label)


def _as_sides(of: ListName, key: str, label: Label, sides: Mapping[str, Label]) -> Label:
    """What a label says of an actor, or of two, as sides of events."""
    if of is ListName.PAIRS:
        return {
            f"{side}_{name}": value
            for side in ("source", "target")
            for name, value in sides.get(label[side] or "", {}).items()
            if f"{side}_{name}" in label
        }
    return sides.get(key.removesuffix(f"|{label.get('topic')}"), {})
