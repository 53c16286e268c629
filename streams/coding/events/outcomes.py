"""An act and its outcome are one event: 'shelled the town, killing ten and wounding thirty'."""

from collections.abc import Iterable, Iterator

from schemas.coding import Event, Participant
from schemas.plover import EventType


def merge_outcomes(events: Iterable[Event]) -> Iterator[Event]:
    """Keep, of the assaults by one source that a sentence tells, the most certain telling.

    A sentence that tells assaults from both sides, or several of one side's on named others, keeps these.
    """
    kept: list[Event] = []
    for event in sorted(events, key=lambda event: -event.confidence):
        if event.type is not EventType.ASSAULT or not any(_is_outcome(event, other) for other in kept):
            kept.append(event)
    yield from kept


def _is_outcome(event: Event, other: Event) -> bool:
    """Whether one event tells what another did; two targets of the same words are two events."""
    if other.type is not EventType.ASSAULT or other.start == event.start:
        return False
    same_source = event.source is None or other.source is None or event.source.text == other.source.text
    named = event.target is not None and event.target.actor is not None
    return same_source and (not named or event.target is None or _is_people(event.target))


def _is_people(party: Participant) -> bool:
    """Whether a party is people without a country of their own: 'ten civilians'."""
    return (party.actor or "").startswith("role::")
