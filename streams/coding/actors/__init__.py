"""Who is meant: spans of a text to canonical actors with country and sector."""

from streams.coding.actors.lexicon import ActorLexicon, packaged_lexicon
from streams.coding.actors.resolver import ActorResolver

__all__ = ["ActorLexicon", "ActorResolver", "packaged_lexicon"]
