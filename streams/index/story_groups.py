"""Counters of things over events: each list's way to put the matching events together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from streams.counting.questions import DayRange, ListName, Question
from streams.index.event_columns import Bools, Ints, Longs
from streams.index.story_matching import matching_events, matching_labels
from streams.index.story_rows import TYPES, Snapshot, Words

TOPIC_BITS: Final = 32
"""The number of an actor with a topic is the actor's, moved by so many bits, and the topic's."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Numbered things in the order of their numbers, and their counters as one column each."""

    things: Longs
    names: Sequence[str]
    counters: Sequence[Longs]


def groups_of(snapshot: Snapshot, words: Words, question: Question, days: DayRange) -> Groups:
    """What a question lists and counts in these days."""
    of_actors = question.of in (ListName.ACTORS, ListName.ACTOR_TOPICS)
    rows = matching_events(snapshot, words, question.filters, days, by_party=not of_actors)
    return _GROUPED[question.of](snapshot, words, question, rows)


def summed(parts: Sequence[Groups]) -> Groups:
    """Groups of several partitions as one."""
    if len(parts) == 1:
        return parts[0]
    things = np.unique(np.concatenate([part.things for part in parts]))
    sums = [np.zeros(len(things), np.int64) for _ in parts[0].names]
    for part in parts:
        at = np.searchsorted(things, part.things)
        for total, column in zip(sums, part.counters, strict=True):
            total[at] += column
    return Groups(things, parts[0].names, sums)


def aligned(groups: Groups, things: Longs) -> Groups:
    """The counters of these things, in order, zero where the groups have none of them."""
    if not len(groups.things):
        return Groups(things, groups.names, [np.zeros(len(things), np.int64) for _ in groups.names])
    at = np.searchsorted(groups.things, things).clip(max=len(groups.things) - 1)
    there = groups.things[at] == things
    return Groups(things, groups.names, [np.where(there, column[at], 0) for column in groups.counters])


def _times(numbers: Ints | Longs, times: Longs, length: int) -> Longs:
    """How often each number comes, where each stands for several."""
    return np.bincount(numbers, weights=times, minlength=length).astype(np.int64)  # exact below 2**53


def _listed(snapshot: Snapshot, words: Words, question: Question, *, across: bool) -> Bools:
    """By party whether its actor is to be listed; `across` of the filters' actor, else it alone."""
    labels, filters = snapshot.labels, question.filters
    passes = matching_labels(snapshot, words, filters)
    if filters.kind is not None:
        passes &= labels.kind == words.kinds.known(filters.kind)
    if filters.actor is not None:
        is_actor = labels.actor == words.actors.known(filters.actor)
        passes &= ~is_actor if across else is_actor
    return passes[snapshot.parties.label]


@dataclass(frozen=True, slots=True)
class _Parties:
    """The parties to be listed, with the events of each."""

    rows: Longs
    source: Longs
    target: Longs
    events: Longs


def _parties(snapshot: Snapshot, listed: Bools, rows: Longs) -> _Parties:
    source, target = snapshot.events.source[rows], snapshot.events.target[rows]
    sources, targets = (np.bincount(side, minlength=len(listed)) for side in (source, target))
    both = np.bincount(source[source == target], minlength=len(listed))
    events = sources + targets - both
    chosen = np.flatnonzero(listed & (events > 0))
    return _Parties(chosen, sources[chosen], targets[chosen], events[chosen])


def _actors(snapshot: Snapshot, words: Words, question: Question, rows: Longs) -> Groups:
    parties = _parties(snapshot, _listed(snapshot, words, question, across=True), rows)
    actors = snapshot.labels.actor[snapshot.parties.label[parties.rows]]
    articles = np.bincount(actors)
    things = np.flatnonzero(articles)
    sums = [_times(actors, each, 0)[things] for each in (parties.events, parties.source, parties.target)]
    return Groups(things, ("articles", "events", "source", "target"), (articles[things], *sums))


def _actor_topics(snapshot: Snapshot, words: Words, question: Question, rows: Longs) -> Groups:
    """Each party of a story with each of its topics; a thing's number is made of both."""
    parties = _parties(snapshot, _listed(snapshot, words, question, across=False), rows)
    of, topic = _topics_of(snapshot, snapshot.parties.story[parties.rows])
    if question.filters.topic is not None:
        right = topic == words.topics.known(question.filters.topic)
        of, topic = of[right], topic[right]
    actors, actor = np.unique(
        snapshot.labels.actor[snapshot.parties.label[parties.rows]], return_inverse=True
    )
    topics = int(topic.max(initial=0)) + 1
    place = actor[of] * topics + topic
    articles = np.bincount(place)
    found = np.flatnonzero(articles)
    events = _times(place, parties.events[of], 0)[found]
    things = (actors.astype(np.int64)[found // topics] << TOPIC_BITS) + found % topics
    return Groups(things, ("articles", "events"), (articles[found], events))


def _topics_of(snapshot: Snapshot, story: Ints) -> tuple[Longs, Ints]:
    """The topics of stories: for each the place of its story among these, and its number."""
    each = snapshot.stories.topics[story]
    of = np.repeat(np.arange(len(story)), each)
    first = snapshot.stories.first_topic[story] - (np.cumsum(each) - each)
    return of, snapshot.topics.topic[first[of] + np.arange(len(of))]


def _topics(snapshot: Snapshot, words: Words, question: Question, rows: Longs) -> Groups:
    events = np.bincount(snapshot.events.story[rows], minlength=len(snapshot.stories.died))
    told = events[snapshot.topics.story]
    chosen = told > 0
    if question.filters.topic is not None:
        chosen &= snapshot.topics.topic == words.topics.known(question.filters.topic)
    topic = snapshot.topics.topic[chosen]
    articles = np.bincount(topic)
    things = np.flatnonzero(articles)
    return Groups(things, ("articles", "events"), (articles[things], _times(topic, told[chosen], 0)[things]))


def _pairs(snapshot: Snapshot, words: Words, question: Question, rows: Longs) -> Groups:
    told = snapshot.events.pair[rows]
    events = np.bincount(told, minlength=1)
    events[0] = 0
    chosen = np.flatnonzero(events)
    pair = snapshot.story_pairs.pair[chosen]
    articles = np.bincount(pair)
    things = np.flatnonzero(articles)
    number = np.zeros(len(articles), np.int64)
    number[things] = np.arange(len(things))
    of_pair = told > 0
    at = number[snapshot.story_pairs.pair[told[of_pair]]] * len(TYPES)
    types = np.bincount(at + snapshot.events.type[rows][of_pair], minlength=len(things) * len(TYPES))
    by_type = types.reshape(-1, len(TYPES))
    return Groups(things, ("articles", "events", *TYPES), (articles[things], by_type.sum(axis=1), *by_type.T))


def _event_types(snapshot: Snapshot, words: Words, question: Question, rows: Longs) -> Groups:
    kind = snapshot.events.type[rows]
    told = np.zeros((len(snapshot.stories.died), len(TYPES)), np.bool_)
    told[snapshot.events.story[rows], kind] = True
    articles, events = told.sum(axis=0), np.bincount(kind, minlength=len(TYPES))
    things = np.flatnonzero(events)
    return Groups(things, ("articles", "events"), (articles[things], events[things]))


Grouped = Callable[[Snapshot, Words, Question, Longs], Groups]

_GROUPED: Final[dict[ListName, Grouped]] = {
    ListName.ACTORS: _actors,
    ListName.TOPICS: _topics,
    ListName.ACTOR_TOPICS: _actor_topics,
    ListName.PAIRS: _pairs,
    ListName.EVENT_TYPES: _event_types,
}
