"""Events: who did what to whom, by PLOVER, out of parsed text."""

from streams.coding.events.explanation import Explanation
from streams.coding.events.extractor import EventExtractor

__all__ = ["EventExtractor", "Explanation"]
