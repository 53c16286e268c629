"""What the actor resolver hands to the event extractor."""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.coding import Actor


@dataclass(frozen=True, slots=True)
class ActorMention:
    """Tokens that stand for an actor: spaCy token indices, `end` past the last, `head` the syntactic head."""

    start: int
    end: int
    head: int
    actor: Actor


@dataclass(frozen=True, slots=True)
class Resolution:
    """All actor mentions of a document in text order, and the same by head token."""

    mentions: tuple[ActorMention, ...]
    by_head: Mapping[int, ActorMention]

    def at(self, head: int) -> ActorMention | None:
        """The mention whose syntactic head is the token with this index."""
        return self.by_head.get(head)
