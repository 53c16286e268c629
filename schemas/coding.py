"""What a coder reads out of one text: entities, actors, events, topics."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from schemas.base import Record
from schemas.plover import EventType, Quad


class ActorKind(StrEnum):
    """What sort of thing an actor is."""

    PERSON = "person"
    ORGANISATION = "organisation"
    COUNTRY = "country"
    GROUP = "group"


class Entity(Record):
    """A span of the text with its spaCy label; `text[start:end]` is `text`, in Unicode characters."""

    text: str
    label: str
    start: int
    end: int
    actor: str | None = None


class Actor(Record):
    """The canonical who behind mentions; `code` is country + sector ('RUSGOV'), None where unknown."""

    id: str
    name: str
    kind: ActorKind
    country: str | None = None
    sector: str | None = None
    code: str | None = None
    mentions: int = 0


def _is_none(value: object) -> bool:
    return value is None


Character = Annotated[int | None, Field(exclude_if=_is_none)]
"""A place in the text, in Unicode characters; None, and not written, in what older coders have read."""


class Participant(Record):
    """One side of an event: the actor's id and code where known, and the words that name it.

    `text[start:end]` of the article is `text`.
    """

    actor: str | None
    code: str | None
    text: str
    start: Character = None
    end: Character = None


class Telling(Record):
    """A sentence that tells an event once more; `text[start:end]` is its trigger."""

    sentence: str
    trigger: str
    start: int
    end: int
    sentence_start: Character = None


class Event(Record):
    """Who did what to whom; with the trigger's characters: `text[start:end]` is `trigger`.

    `id` is unique within the text, and the same whenever the same is coded. What a story tells several
    times is one event, of its surest telling; the others are in `also`, in the order of the text.
    """

    id: str = ""
    type: EventType
    mode: str | None
    quad: Quad
    cameo: str | None
    source: Participant | None
    target: Participant | None
    sentence: str
    trigger: str
    start: int
    end: int
    date: date | None
    hypothetical: bool = False
    historical: bool = False
    confidence: float = Field(ge=0, le=1)
    also: tuple[Telling, ...] = ()
    sentence_start: Character = None


class Topic(Record):
    """An IPTC Media Topic (`medtop:` code) that the story is about."""

    code: str
    name: str
    score: float = Field(ge=0, le=1)


class Coding(Record):
    """All that the coder reads out of one text; events come most certain first."""

    entities: tuple[Entity, ...] = ()
    actors: tuple[Actor, ...] = ()
    events: tuple[Event, ...] = ()
    topics: tuple[Topic, ...] = ()
