"""Which rows of a snapshot pass filters and days."""

from datetime import date

import numpy as np

from schemas.plover import QUAD_OF, EventType
from streams.counting.questions import DayRange, Filters
from streams.index.event_columns import Bools, Longs
from streams.index.names import Names
from streams.index.story_rows import TYPES, Snapshot, Words


def matching_events(
    snapshot: Snapshot, words: Words, filters: Filters, days: DayRange, *, by_party: bool = True
) -> Longs:
    """The rows of the events that pass; with `by_party` country and sector are asked of an event's sides."""
    events = snapshot.events
    passes = _matching_stories(snapshot, words, filters, days)[events.story]
    if filters.types or filters.quads:
        passes &= _types(filters)[events.type]
    if filters.modes:
        passes &= _are_one_of(words.modes, filters.modes)[events.mode]
    if filters.least_confidence is not None:
        passes &= events.confidence >= filters.least_confidence
    _and_sides(passes, snapshot, words, filters)
    if by_party and filters.of_parties:
        party = matching_labels(snapshot, words, filters)[snapshot.parties.label]
        passes &= party[events.source] | party[events.target]
    return np.flatnonzero(passes)


def matching_labels(snapshot: Snapshot, words: Words, filters: Filters) -> Bools:
    """The labels of somebody of the country and of the sector asked for."""
    labels = snapshot.labels
    passes = labels.known.copy()
    if filters.country is not None:
        passes &= labels.country == words.countries.known(filters.country)
    if filters.sector is not None:
        passes &= labels.sector == words.sectors.known(filters.sector)
    return passes


def _matching_stories(snapshot: Snapshot, words: Words, filters: Filters, days: DayRange) -> Bools:
    stories = snapshot.stories
    passes = stories.died > snapshot.epoch
    if days.first is not None or days.last is not None:
        passes &= stories.day >= date.fromisoformat(days.first or "0001-01-01").toordinal()
        passes &= stories.day <= date.fromisoformat(days.last or "9999-12-31").toordinal()
    if filters.topic is not None:
        about = snapshot.topics.topic == words.topics.known(filters.topic)
        told = np.zeros(len(passes), np.bool_)
        told[snapshot.topics.story[about]] = True
        passes &= told
    return passes


def _types(filters: Filters) -> Bools:
    return np.array(
        [
            (not filters.types or kind in filters.types)
            and (not filters.quads or QUAD_OF[EventType(kind)] in filters.quads)
            for kind in TYPES
        ]
    )


def _are_one_of(names: Names[str | None], wanted: frozenset[str]) -> Bools:
    chosen = np.zeros(len(names), np.bool_)
    chosen[[number for word in wanted if (number := names.known(word)) >= 0]] = True
    return chosen


def _and_sides(passes: Bools, snapshot: Snapshot, words: Words, filters: Filters) -> None:
    """Keep the events with the source, the target and the actor asked for."""
    events = snapshot.events
    if filters.source is not None:
        passes &= _is_actor(snapshot, words, filters.source)[events.source]
    if filters.target is not None:
        passes &= _is_actor(snapshot, words, filters.target)[events.target]
    if filters.actor is not None:
        either = _is_actor(snapshot, words, filters.actor)
        passes &= either[events.source] | either[events.target]


def _is_actor(snapshot: Snapshot, words: Words, actor: str) -> Bools:
    """By party whether it is this actor; an unknown one is nobody, and so is no party."""
    number = words.actors.known(actor)
    if number <= 0:
        return np.zeros(len(snapshot.parties.label), np.bool_)
    is_actor: Bools = (snapshot.labels.actor == number)[snapshot.parties.label]
    return is_actor
