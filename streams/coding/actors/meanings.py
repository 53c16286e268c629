"""What a phrase of the lexicon may mean."""

from dataclasses import dataclass
from enum import StrEnum


class MeaningKind(StrEnum):
    """How a phrase stands for an actor."""

    COUNTRY = "country"
    DEMONYM = "demonym"
    PEOPLE = "people"
    CAPITAL = "capital"
    SEAT = "seat"
    REGION = "region"
    REGIONAL = "regional"
    ORGANISATION = "organisation"
    GROUP = "group"
    PERSON = "person"
    ROLE = "role"
    MASK = "mask"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One meaning: `key` is an ISO3 code, an id, a term or a region's name; `cased` is the spelling."""

    kind: MeaningKind
    key: str
    cased: tuple[str, ...]
    plural: bool = False

    def fits(self, written: tuple[str, ...]) -> bool:
        """Whether the capitals of the text allow it: names need theirs, acronyms all of them."""
        for own, other in zip(self.cased, written, strict=True):
            if own[0].isupper() and not other[0].isupper():
                return False
            if not own[1:].islower() and len(own) > 1 and other not in (own, own.upper()):
                return False
        return True
