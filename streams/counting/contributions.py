"""What one coded article contributes to the tables, and the difference of two such contributions."""

from collections import Counter
from collections.abc import Iterable, Iterator

from schemas.coded import CodedArticle
from schemas.coding import Actor, Coding, Event, Participant
from schemas.plover import QUAD_OF, EventType
from schemas.tally import Contribution, Counters, TableName

Thing = tuple[TableName, str]


def contributions_of(coded: CodedArticle) -> tuple[Contribution, ...]:
    """All that the article adds to the tables on its day, ordered by table and key."""
    if coded.coding is None:
        return ()
    counted = [*_actors(coded.coding), *_topics(coded.coding), *_pairs(coded.coding)]
    return tuple(
        Contribution(table=table, key=key, label=label, days={coded.day: counters})
        for (table, key), label, counters in sorted(counted, key=lambda row: row[0])
    )


Row = tuple[Thing, dict[str, str | None], Counters]


def _actors(coding: Coding) -> Iterator[Row]:
    sources = Counter(_actor_of(event.source) for event in coding.events if is_news(event))
    targets = Counter(_actor_of(event.target) for event in coding.events if is_news(event))
    for actor in filter(is_somebody, coding.actors):
        counters = {
            "articles": 1,
            "mentions": actor.mentions,
            "source": sources[actor.id],
            "target": targets[actor.id],
        }
        yield (TableName.ACTORS, actor.id), label_of(actor), _nonzero(counters)
        for topic in coding.topics:
            label = {**label_of(actor), "topic": topic.code, "topic_name": topic.name}
            yield (TableName.ACTOR_TOPICS, f"{actor.id}|{topic.code}"), label, {"articles": 1}


def _topics(coding: Coding) -> Iterator[Row]:
    for topic in coding.topics:
        yield (TableName.TOPICS, topic.code), {"name": topic.name}, {"articles": 1}


def _pairs(coding: Coding) -> Iterator[Row]:
    actors = {actor.id: actor for actor in filter(is_somebody, coding.actors)}
    types: dict[tuple[str, str], Counter[str]] = {}
    for event in filter(is_news, coding.events):
        source, target = _actor_of(event.source), _actor_of(event.target)
        if source in actors and target in actors and source != target:
            types.setdefault((source, target), Counter())[event.type.value] += 1
    for (source, target), by_type in types.items():
        label = {**_label_of_side("source", actors[source]), **_label_of_side("target", actors[target])}
        counters = {"articles": 1, "events": by_type.total(), **dict(sorted(by_type.items()))}
        yield (TableName.PAIRS, f"{source}|{target}"), label, counters


def is_news(event: Event) -> bool:
    """Historical and hypothetical events are kept with their article, and counted as nothing new."""
    return not (event.historical or event.hypothetical)


def is_somebody(actor: Actor) -> bool:
    """An unnamed role of no country ('officials', 'civilians') is nobody in particular: never counted."""
    return not actor.id.startswith("role::")


def label_of(actor: Actor) -> dict[str, str | None]:
    """What a reader is shown of an actor."""
    return {
        "name": actor.name,
        "kind": actor.kind.value,
        "country": actor.country,
        "sector": actor.sector,
        "code": actor.code,
    }


def label_of_type(kind: EventType) -> dict[str, str | None]:
    """What a reader is shown of an event type."""
    return {"name": kind.value.capitalize(), "quad": QUAD_OF[kind].value}


def _label_of_side(side: str, actor: Actor) -> dict[str, str | None]:
    """What a reader is shown of one side of a pair."""
    return {
        side: actor.id,
        f"{side}_name": actor.name,
        f"{side}_code": actor.code,
        f"{side}_country": actor.country,
        f"{side}_sector": actor.sector,
    }


def _actor_of(participant: Participant | None) -> str | None:
    return participant.actor if participant else None


def _nonzero(counters: Counters) -> Counters:
    return {name: count for name, count in counters.items() if count}


def difference(new: Iterable[Contribution], old: Iterable[Contribution]) -> tuple[Contribution, ...]:
    """What must be added to the tables so that `new` stands where `old` stood; ordered, without zeros."""
    after = {(row.table, row.key): row for row in new}
    before = {(row.table, row.key): row for row in old}
    rows = (_row_difference(after.get(thing), before.get(thing)) for thing in sorted({*after, *before}))
    return tuple(row for row in rows if row.days)


def _row_difference(new: Contribution | None, old: Contribution | None) -> Contribution:
    shown = new or old
    if shown is None:
        raise ValueError("a difference needs at least one of its sides")
    before, after = (old.days if old else {}), (new.days if new else {})
    days = {day: _subtract(after.get(day, {}), before.get(day, {})) for day in sorted({*before, *after})}
    return shown.model_copy(update={"days": {day: counters for day, counters in days.items() if counters}})


def _subtract(after: Counters, before: Counters) -> Counters:
    return _nonzero({name: after.get(name, 0) - before.get(name, 0) for name in sorted({*after, *before})})
