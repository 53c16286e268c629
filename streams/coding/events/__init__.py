"""From a parsed sentence to PLOVER events: rules over the dependency tree, a lexicon as data."""

from streams.coding.events.extractor import EventExtractor
from streams.coding.events.lexicon import Lexicon

__all__ = ["EventExtractor", "Lexicon"]
