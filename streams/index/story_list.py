"""Groups of events as the rows of a list: keys and labels for numbers, in the question's order."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from schemas.plover import EventType
from schemas.tally import Counters
from streams.counting.contributions import label_of_type
from streams.counting.questions import ListName, Question
from streams.index.event_columns import Longs
from streams.index.parts import Label, Part, Row
from streams.index.story_groups import TOPIC_BITS, Groups, aligned, groups_of, summed
from streams.index.story_rows import TYPES, Snapshot, StoredLabel, Words

_MOST_LABELS: Final = 2**16
_TOPIC: Final = (1 << TOPIC_BITS) - 1


def ranked(
    snapshots: Sequence[Snapshot], words: Words, question: Question, *, with_lost: bool = False
) -> Part:
    """All rows of a question's list over partitions that share their words, best first.

    `with_lost` keeps things of the period before alone: without counters, and not in the total.
    """
    now = summed([groups_of(each, words, question, question.days) for each in snapshots])
    total, before = len(now.things), None
    if question.before is not None:
        before = summed([groups_of(each, words, question, question.before) for each in snapshots])
        if with_lost:
            now = aligned(now, np.union1d(now.things, before.things))
        before = aligned(before, now.things)
    things = now.things.tolist()
    keys = [_KEYS[question.of](words, thing) for thing in things]
    was = _counters(before) if before else [None] * len(things)
    told, label, days = _counters(now), _LABELS[question.of], _DAYS.get(question.of, _of_no_day)
    rows = tuple(
        Row(keys[at], label(words, things[at]), told[at], was[at], days(words, things[at]))
        for at in _order(_values(question, now, before), keys)
    )
    return Part(rows, total)


def _values(question: Question, now: Groups, before: Groups | None) -> Longs:
    values = _column(now, question.counter)
    return values - _column(before, question.counter) if question.by_growth and before else values


def _order(values: Longs, keys: Sequence[str]) -> list[int]:
    """Places by falling value, equal ones by key."""
    places = zip((-values).tolist(), keys, range(len(keys)), strict=True)
    return [at for _, _, at in sorted(places)]


def _column(groups: Groups, counter: str) -> Longs:
    if counter not in groups.names:
        return np.zeros(len(groups.things), np.int64)
    return groups.counters[groups.names.index(counter)]


def _counters(groups: Groups) -> list[Counters]:
    """Counters by thing, zeros left out."""
    told: list[Counters] = [{} for _ in range(len(groups.things))]
    for name, column in zip(groups.names, groups.counters, strict=True):
        places = np.flatnonzero(column)
        for at, number in zip(places.tolist(), column[places].tolist(), strict=True):
            told[at][name] = number
    return told


# --- keys and labels ---------------------------------------------------------------------------------------


@lru_cache(maxsize=_MOST_LABELS)
def _shown(label: StoredLabel, side: str | None) -> Label:
    """What a reader is shown of an actor, alone or as a side of a pair; not to be changed."""
    key, name, kind, country, sector, code, _ = label
    if side is None:
        return {"name": name, "kind": kind, "country": country, "sector": sector, "code": code}
    told = {side: key, f"{side}_name": name, f"{side}_code": code}
    return {**told, f"{side}_country": country, f"{side}_sector": sector}


def _of_actor(words: Words, actor: int, side: str | None = None) -> Label:
    return _shown(words.labels.words[words.shown[actor][1]], side)


def _of_topic(words: Words, topic: int) -> Label:
    return {"name": words.topic_names[topic]}


def _of_actor_topic(words: Words, thing: int) -> Label:
    actor, topic = thing >> TOPIC_BITS, thing & _TOPIC
    told = _of_actor(words, actor)
    return {**told, "topic": words.topics.words[topic], "topic_name": words.topic_names[topic]}


def _of_pair(words: Words, pair: int) -> Label:
    source, target = words.pairs.words[pair]
    return {**_of_actor(words, source, "source"), **_of_actor(words, target, "target")}


def _of_event_type(words: Words, number: int) -> Label:
    return label_of_type(EventType(TYPES[number]))


_LABELS: Final[dict[ListName, Callable[[Words, int], Label]]] = {
    ListName.ACTORS: _of_actor,
    ListName.TOPICS: _of_topic,
    ListName.ACTOR_TOPICS: _of_actor_topic,
    ListName.PAIRS: _of_pair,
    ListName.EVENT_TYPES: _of_event_type,
}


def _of_no_day(words: Words, thing: int) -> tuple[int, int]:
    return 0, 0


def _actor_days(words: Words, actor: int) -> tuple[int, int]:
    return words.shown[actor][0], 0


def _pair_days(words: Words, pair: int) -> tuple[int, int]:
    source, target = words.pairs.words[pair]
    return words.shown[source][0], words.shown[target][0]


_DAYS: Final[dict[ListName, Callable[[Words, int], tuple[int, int]]]] = {
    ListName.ACTORS: _actor_days,
    ListName.ACTOR_TOPICS: lambda words, thing: _actor_days(words, thing >> TOPIC_BITS),
    ListName.PAIRS: _pair_days,
}
"""How new labels are; topics and event types always have the same."""


def _actor_topic_key(words: Words, thing: int) -> str:
    actor, topic = thing >> TOPIC_BITS, thing & _TOPIC
    return f"{words.actors.words[actor]}|{words.topics.words[topic]}"


def _pair_key(words: Words, thing: int) -> str:
    source, target = words.pairs.words[thing]
    return f"{words.actors.words[source]}|{words.actors.words[target]}"


_KEYS: Final[dict[ListName, Callable[[Words, int], str]]] = {
    ListName.ACTORS: lambda words, actor: words.actors.words[actor],
    ListName.TOPICS: lambda words, topic: words.topics.words[topic],
    ListName.ACTOR_TOPICS: _actor_topic_key,
    ListName.PAIRS: _pair_key,
    ListName.EVENT_TYPES: lambda _, kind: TYPES[kind],
}
