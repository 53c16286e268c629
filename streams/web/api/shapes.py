"""Rows of answers as plain data, ready to be written: the same shapes as in `views`, without their cost."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from schemas.coding import Participant
from schemas.tally import Counters
from streams.counting.marks import Mark, marks, trigger_of
from streams.counting.questions import ListName, Question
from streams.index.parts import DaysOfThing, EventRow, Label, Row
from streams.web.answers import Standing
from streams.web.api.codebook import meaning

Item = dict[str, Any]

_ACTOR: Final = ("name", "kind", "country", "sector", "code")
_SIDE: Final = ("", "_name", "_code", "_country", "_sector")
LABELS: Final[Mapping[ListName, tuple[str, ...]]] = {
    ListName.ACTORS: _ACTOR,
    ListName.TOPICS: ("name",),
    ListName.ACTOR_TOPICS: (*_ACTOR, "topic", "topic_name"),
    ListName.PAIRS: tuple(side + part for side in ("source", "target") for part in _SIDE),
    ListName.EVENT_TYPES: ("name", "quad"),
}
"""The fields of what a reader is shown of a thing, in their order."""


def label(of: ListName, told: Label) -> Label:
    """The label with all of its fields; what is not known is None."""
    return {name: told.get(name) for name in LABELS[of]}


def nonzero(counters: Counters) -> Counters:
    """The counters without zeros."""
    return {name: count for name, count in counters.items() if count}


def ranked_items(question: Question, rows: Iterable[Row], *, first: int = 1) -> list[Item]:
    """Rows of a list, of which the first has this rank."""
    return [_ranked_item(question, row, rank) for rank, row in enumerate(rows, start=first)]


def _ranked_item(question: Question, row: Row, rank: int) -> Item:
    counter = question.counter
    before = None if row.before is None else nonzero(row.before)
    return {
        "rank": rank,
        "key": row.key,
        "label": label(question.of, row.label),
        "counters": nonzero(row.counters),
        "before": before,
        "growth": None if before is None else row.counters.get(counter, 0) - before.get(counter, 0),
        "days": None,
    }


def thing_item(of: ListName, thing: DaysOfThing) -> Item:
    """A thing with its days, oldest first, and their sum."""
    days = days_item(thing.days)
    return {
        "key": thing.key,
        "label": label(of, thing.label),
        "counters": summed(days.values()),
        "days": days,
    }


def days_item(days: Mapping[str, Counters]) -> dict[str, Counters]:
    """Days with counts, oldest first, those without a date last."""
    return {day: counters for day in sorted(days, key=_age) if (counters := nonzero(days[day]))}


def _age(day: str) -> tuple[bool, str]:
    """What days are ordered by; those without a date come last."""
    return not day[:1].isdigit(), day


def summed(parts: Iterable[Counters]) -> Counters:
    """The sum of counters."""
    total: Counters = {}
    for counters in parts:
        for name, count in counters.items():
            total[name] = total.get(name, 0) + count
    return total


def day_items(days: Mapping[str, Counters]) -> list[Item]:
    """Days with their counters, oldest first, those without a date last."""
    return [{"day": day, "counters": nonzero(days[day])} for day in sorted(days, key=_age)]


def event_item(row: EventRow) -> Item:
    """An event with the story that tells it."""
    event = row.event
    return {
        "key": row.key,
        "id": event.id,
        "type": event.type.value,
        "mode": event.mode,
        "quad": event.quad.value,
        "cameo": event.cameo,
        "source": _side(event.source, row.names),
        "target": _side(event.target, row.names),
        "sentence": event.sentence,
        "marks": _marks(marks(event)),
        "trigger": event.trigger,
        "date": event.date.isoformat() if event.date else None,
        "confidence": event.confidence,
        "also": [
            {"sentence": told.sentence, "trigger": told.trigger, "marks": _marks(trigger_of(told))}
            for told in event.also
        ],
        "article": {
            "id": row.article_id,
            "title": row.title,
            "url": row.url,
            "source": row.source,
            "published_at": row.published_at,
            "day": row.day,
        },
        "topics": [{"code": code, "name": name} for code, name in row.topics],
        "meaning": meaning(event.type, event.mode),
    }


def _marks(found: Iterable[Mark]) -> list[Item]:
    return [{"role": role, "start": start, "end": end} for role, start, end in found]


def _side(side: Participant | None, names: Mapping[str, str]) -> Item | None:
    if side is None:
        return None
    name = names.get(side.actor) if side.actor else None
    return {"actor": side.actor, "name": name, "code": side.code, "text": side.text}


def partitions(standing: Standing) -> Item:
    """Which partitions an answer stands on."""
    return {
        "answered": list(standing.answered),
        "missing": list(standing.missing),
        "why": list(standing.why),
    }


def merged(standings: Sequence[Standing]) -> Standing:
    """What an answer stands on that is put together from several."""
    missing = {number for standing in standings for number in standing.missing}
    answered = {number for standing in standings for number in standing.answered} - missing
    why = dict.fromkeys(reason for standing in standings for reason in standing.why)
    return Standing(tuple(sorted(answered)), tuple(sorted(missing)), tuple(why))
