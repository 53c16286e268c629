"""Single things with their days: an actor, a topic, an actor with a topic, a pair, an event type."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from schemas.plover import EventType
from schemas.tally import COUNTERS, TableName
from streams.counting.contributions import label_of_type
from streams.counting.questions import EVENT_COUNTERS, DayRange, Filters, ListName
from streams.index.parts import DaysOfThing
from streams.web.answers import Answers, Single, Standing
from streams.web.api import filters
from streams.web.api.asking import COMPLETE, Ask, Sheet, incomplete
from streams.web.api.formats import FORMAT, Cell
from streams.web.api.parameters import Parameter, Values, catalogue, invalid, near, shown
from streams.web.api.problems import refuse
from streams.web.api.shapes import LABELS, Item, thing_item

_JOINED = {
    TableName.ACTOR_TOPICS: "an actor with a topic is 'actor|topic'",
    TableName.PAIRS: "a pair is 'source|target'",
}


@cache
def thing_parameters() -> Mapping[str, Parameter]:
    """What can be asked of a single thing."""
    return catalogue(*filters.DAYS, COMPLETE, FORMAT)


def thing_of(table: TableName, key: str) -> Ask:
    """What answers a single thing."""
    if table in _JOINED and "|" not in key:
        raise invalid("key", f"{shown(key)}: {_JOINED[table]}")

    async def ask(answers: Answers, asked: Values) -> Sheet:
        single = await answers.single(table, key, filters.days_of(asked))
        return sheet_of(ListName(table.value), found(table, key, single), single.standing)

    return ask


def found(table: TableName, key: str, single: Single) -> Item:
    """The thing; raises Refused where there is none, or where nobody can say."""
    if single.thing is not None and single.thing.days:
        return thing_item(ListName(table.value), single.thing)
    if single.standing.missing:
        raise incomplete(single.standing)
    raise refuse("not-found", f"{table.value}: nothing is counted for {shown(key)} in these days")


def sheet_of(of: ListName, item: Item, standing: Standing) -> Sheet:
    """A thing as an answer: a row a day in CSV."""
    counters = EVENT_COUNTERS[of] if of is ListName.EVENT_TYPES else COUNTERS[TableName(of.value)]
    return Sheet(
        {"item": item},
        standing,
        items=[item],
        columns=("key", *LABELS[of], "day", *counters),
        rows=lambda: _rows(item, counters),
    )


def _rows(item: Item, counters: Sequence[str]) -> Iterator[Sequence[Cell]]:
    for day, counts in item["days"].items():
        yield (item["key"], *item["label"].values(), day, *(counts.get(name, 0) for name in counters))


def event_type_of(name: str) -> Ask:
    """What answers a single event type, from its events by day."""
    known = tuple(kind.value for kind in EventType)
    if name not in known:
        told = f"{shown(name)} is no event type{near(name, known)}"
        raise refuse("not-found", told, known=known)
    kind = EventType(name)

    async def ask(answers: Answers, asked: Values) -> Sheet:
        thing, standing = await type_by_day(answers, kind, filters.days_of(asked))
        return sheet_of(ListName.EVENT_TYPES, thing_item(ListName.EVENT_TYPES, thing), standing)

    return ask


async def type_by_day(answers: Answers, kind: EventType, days: DayRange) -> tuple[DaysOfThing, Standing]:
    """An event type with its events by day, none at all where nobody tells of it."""
    told = await answers.by_day(Filters(types=frozenset({kind})), days)
    counters = EVENT_COUNTERS[ListName.EVENT_TYPES]
    by_day = {day: {name: counts.get(name, 0) for name in counters} for day, counts in told.days.items()}
    return DaysOfThing(kind.value, label_of_type(kind), by_day), told.standing
