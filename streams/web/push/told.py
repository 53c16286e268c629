"""What a record of the ledger's changelog tells: messages, made only where somebody is to have them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
import structlog
from pydantic import ValidationError

from schemas.coding import Event
from schemas.ledger import Outcome, Story
from streams.counting.matching import matching_events
from streams.counting.questions import DayRange, Filters
from streams.counting.story import key_of_event
from streams.index.parts import EventRow
from streams.state.store import is_reserved
from streams.web.api.shapes import event_item
from streams.web.push.log import LedgerRecord
from streams.web.push.messages import Kind, encoded

log = structlog.get_logger(__name__)

_TOLD: Final = frozenset({Outcome.COUNTED, Outcome.CORRECTION, Outcome.WITHDRAWAL})


@dataclass(frozen=True, slots=True)
class Interest:
    """Which events somebody wants."""

    filters: Filters
    days: DayRange


@dataclass(eq=False)
class Telling:
    """A version of a story; asks only once which of its events somebody wants."""

    article_id: str
    story: Story
    published_at: str | None
    """As the ledger has written it, and the index tells it."""
    is_correction: bool
    _wanted: dict[Interest, frozenset[str]] = field(default_factory=dict, repr=False)

    def wanted(self, interest: Interest) -> frozenset[str]:
        """The ids of the events that are wanted."""
        found = self._wanted.get(interest)
        if found is None:
            in_days = interest.days.holds(self.story.day)
            events = matching_events(self.story, interest.filters) if in_days else ()
            found = self._wanted[interest] = frozenset(event.id for event in events)
        return found

    def row(self, event: Event) -> EventRow:
        """One of its events, as the index would give it."""
        story = self.story
        return EventRow(
            key=key_of_event(self.article_id, event),
            article_id=self.article_id,
            title=story.title,
            url=story.url,
            source=story.source,
            published_at=self.published_at,
            day=story.day,
            topics=tuple((topic.code, topic.name) for topic in story.topics),
            event=event,
            names={actor: label.get("name") or actor for actor, label in story.actors.items()},
        )


@dataclass(eq=False)
class Message:
    """One message of a record, the same for all who want it; what changes a story has no event."""

    kind: Kind
    article_id: str
    told: Telling | None = None
    event: Event | None = None
    _data: bytes = field(default=b"", repr=False)

    @property
    def key(self) -> str | None:
        """The event's key, where it is told for the first time."""
        if self.told is None or self.event is None or self.told.is_correction:
            return None
        return key_of_event(self.article_id, self.event)

    def is_for(self, interest: Interest) -> bool:
        """Whether who wants these events is to have it; that a story has changed is for everybody."""
        return self.told is None or self.event is None or self.event.id in self.told.wanted(interest)

    def data(self) -> bytes:
        """What it says, as JSON; made once, and only where somebody is to have it."""
        self._data = self._data or encoded(self._content())
        return self._data

    def _content(self) -> Mapping[str, Any]:
        if self.told is None:
            return {"article": {"id": self.article_id}}
        if self.event is None:
            return {"article": {"id": self.article_id}, "events": len(self.told.story.events)}
        shown = event_item(self.told.row(self.event))
        return {**shown, "correction": True} if self.told.is_correction else shown


def may_tell(record: LedgerRecord) -> bool:
    """Whether it is an entry of a story at all."""
    return record.value is not None and not is_reserved(record.key)


def messages_of(record: LedgerRecord) -> tuple[Message, ...]:
    """The messages of a record, always the same ones; none for duplicates and for what is not a story."""
    if record.value is None or not may_tell(record):
        return ()
    try:
        return tuple(_messages(record.key.decode(), orjson.loads(record.value)))
    except (orjson.JSONDecodeError, ValidationError, UnicodeDecodeError) as error:
        # The ledger's own recovery ends at such a record; a stream goes on.
        log.warning(
            "a record of the ledger's changelog is not told",
            partition=record.partition,
            offset=record.offset,
            error=str(error).splitlines()[0],
        )
        return ()


def _messages(article_id: str, entry: Mapping[str, Any]) -> Iterator[Message]:
    outcome, told = entry.get("outcome"), entry.get("story")
    if outcome not in _TOLD:
        return
    if told is None:
        if outcome == Outcome.WITHDRAWAL:
            yield Message(Kind.WITHDRAWN, article_id)
        return
    is_correction = outcome == Outcome.CORRECTION
    if not (told.get("events") or is_correction):
        return  # most of what a type costs is saved where a story tells no news
    telling = Telling(article_id, Story.model_validate(told), told.get("published_at"), is_correction)
    if is_correction:
        yield Message(Kind.CORRECTED, article_id, telling)
    for event in telling.story.events:
        yield Message(Kind.EVENT, article_id, telling, event)
