"""Which events of a story pass the filters of a question: the meaning that `Filters` gives them."""

from collections.abc import Iterator

from schemas.coding import Event, Participant
from schemas.ledger import Story
from streams.counting.questions import Filters

Label = dict[str, str | None]


def matching_events(story: Story, filters: Filters, *, by_party: bool = True) -> Iterator[Event]:
    """The events of a story that pass; with `by_party` country and sector are asked of an event's sides."""
    if filters.topic is not None and all(topic.code != filters.topic for topic in story.topics):
        return
    by_party = by_party and filters.of_parties
    for event in story.events:
        passes = is_such(event, filters) and has_sides(event, filters)
        if passes and (not by_party or has_party(story, event, filters)):
            yield event


def is_such(event: Event, filters: Filters) -> bool:
    """Whether an event is of one of the types, quad classes and modes, and certain enough."""
    return (
        (not filters.types or event.type in filters.types)
        and (not filters.quads or event.quad in filters.quads)
        and (not filters.modes or event.mode in filters.modes)
        and (filters.least_confidence is None or event.confidence >= filters.least_confidence)
    )


def has_sides(event: Event, filters: Filters) -> bool:
    """Whether an event has the source, the target, and on either side the actor that are asked for."""
    source, target = actor_of(event.source), actor_of(event.target)
    return (
        (filters.source is None or source == filters.source)
        and (filters.target is None or target == filters.target)
        and (filters.actor is None or filters.actor in (source, target))
    )


def has_party(story: Story, event: Event, filters: Filters) -> bool:
    """Whether one side of an event is of the country and of the sector asked for."""
    sides = (story.actors.get(actor_of(side) or "") for side in (event.source, event.target))
    return any(side is not None and is_of(side, filters) for side in sides)


def is_of(label: Label, filters: Filters, *, side: str = "") -> bool:
    """Whether who has this label is of the country and of the sector asked for."""
    return (filters.country is None or label.get(f"{side}country") == filters.country) and (
        filters.sector is None or label.get(f"{side}sector") == filters.sector
    )


def known_sides(story: Story, event: Event) -> tuple[str | None, str | None]:
    """Source and target as far as they are actors of the story, and so somebody."""
    source, target = actor_of(event.source), actor_of(event.target)
    return (source if source in story.actors else None, target if target in story.actors else None)


def actor_of(side: Participant | None) -> str | None:
    """The actor on a side, None where nobody knows it."""
    return side.actor if side else None
