"""One event a fact: what a story tells several times, with the same parties and on the same day, is one."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from schemas.coding import Event, Participant, Telling


@dataclass(slots=True)
class Fact:
    """The surest telling of an event, and where else the story tells it."""

    event: Event
    tellings: list[Telling] = field(default_factory=list)


def join_facts(events: Iterable[Event]) -> list[Event]:
    """Join the tellings of each fact, most certain first; a mere possibility is no telling of the fact."""
    facts: dict[Hashable, Fact] = {}
    for event in events:
        known = facts.get(key := _key(event))
        if known is None:
            facts[key] = Fact(event)
        elif known.event.confidence < event.confidence:
            facts[key] = Fact(event, [*known.tellings, _telling(known.event)])
        else:
            known.tellings.append(_telling(event))
    joined = [_joined(fact) for fact in facts.values()]
    return sorted(joined, key=lambda event: (-event.confidence, event.start))


def _key(event: Event) -> Hashable:
    marks = (event.historical, event.hypothetical)
    return (_side(event.source), event.type, _side(event.target), event.date, marks)


def _side(party: Participant | None) -> Hashable:
    """Who it is: the actor, and what tells roles of one kind apart where they are counted or named."""
    if party is None:
        return None
    named = party.actor is not None and not party.actor.startswith("role:")
    return party.actor if named else (party.code, party.text.casefold())


def _telling(event: Event) -> Telling:
    return Telling(
        sentence=event.sentence,
        trigger=event.trigger,
        start=event.start,
        end=event.end,
        sentence_start=event.sentence_start,
    )


def _joined(fact: Fact) -> Event:
    """The event with its other tellings, each sentence once."""
    others = {each.sentence: each for each in fact.tellings if each.sentence != fact.event.sentence}
    return fact.event.model_copy(update={"also": tuple(sorted(others.values(), key=lambda each: each.start))})
