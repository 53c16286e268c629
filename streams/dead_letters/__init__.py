"""Records that could not be processed: kept as they came, read back, sent again, forgotten."""

from schemas.dead_letter import Fault
from streams.dead_letters.kept import KeptRecord, read_dead_letters
from streams.dead_letters.maker import DeadLetters
from streams.dead_letters.story import first_coordinates, story_of

__all__ = ["DeadLetters", "Fault", "KeptRecord", "first_coordinates", "read_dead_letters", "story_of"]
