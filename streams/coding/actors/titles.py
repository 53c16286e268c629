"""What the words around a person's name tell: office, country, body."""

from dataclasses import dataclass
from typing import Final

from streams.coding.actors.meanings import MeaningKind
from streams.coding.actors.owners import NOBODY, Owner, owner_after, owner_before
from streams.coding.actors.person_names import NameSpan, is_honorific
from streams.coding.actors.reading import Reading
from streams.coding.actors.setting import last_country, main_country
from streams.coding.actors.spotting import Hit
from streams.coding.actors.tables import RoleRow
from streams.coding.actors.word_classes import FORMER, LESSER

_K = MeaningKind
_RUN_BY_THEIR_OWN: Final = frozenset({"IGO", "NGO", "LAB", "BUS", "EDU", "MED", "REL", "SOC"})
_OF_OFFICE: Final = frozenset({"GOV", "MIL", "LEG", "JUD", "COP"})
_APPOSITION_REACH: Final = 8


@dataclass(frozen=True, slots=True)
class Title:
    """A role that words ascribe, to whom it belongs, and where the words begin."""

    start: int
    role: RoleRow | None = None
    owner: Owner = NOBODY
    former: bool = False
    lesser: bool = False

    @property
    def office(self) -> str | None:
        """The office, unless a former or a deputy holder is meant."""
        if self.role is None or self.former or self.lesser:
            return None
        return self.role.office or None

    @property
    def country(self) -> str | None:
        """The country that the words name."""
        return self.owner.country

    @property
    def sector(self) -> str | None:
        """The sector that the words tell; a former official is one of the elite."""
        sector = self._sector_in_office()
        return "ELI" if self.former and sector in _OF_OFFICE else sector

    def _sector_in_office(self) -> str | None:
        body, role = self.owner.body, self.role
        if body is not None and (
            role is None or "inherit" in role.traits or body.sector in _RUN_BY_THEIR_OWN
        ):
            return body.sector or (role.sector if role else None)
        if role is None:
            return None
        if "inherit" in role.traits and self.owner.sector:
            return self.owner.sector
        return role.sector or None


def title_around(reading: Reading, span: NameSpan) -> Title:
    """The title before a name ('Turkish prime minister'), else the one behind it, between commas."""
    before = title_before(reading, span)
    if before.role is None and (behind := _title_behind(reading, span)) is not None:
        return Title(before.start, behind.role, behind.owner, behind.former, behind.lesser)
    return before


def title_before(reading: Reading, span: NameSpan) -> Title:
    """The title that leads up to a name: 'former Turkish prime minister', 'Hamas leader'."""
    last = span.start
    while last > 0 and is_honorific(reading.words, last - 1):
        last -= 1
    hit = _last_role(reading, reading.phrase_start(last, span.end - 1), last)
    if hit is None:
        begin = reading.phrase_start(last, span.end - 1)
        return Title(begin, owner=owner_before(reading, begin, last))
    return _title_at(reading, hit, span)


def _title_at(reading: Reading, hit: Hit, span: NameSpan) -> Title:
    begin = reading.phrase_start(hit.start, span.end - 1)
    owner = owner_before(reading, begin, hit.start)
    if owner.country is None and owner.body is None and hit.end < span.start:
        owner = owner_after(reading, hit.end)
    return title_of(reading, hit, begin, owner)


def title_of(reading: Reading, hit: Hit, begin: int, owner: Owner) -> Title:
    """The title that a role with its owner makes."""
    meaning = hit.meaning(_K.ROLE)
    role = reading.lexicon.role(meaning) if meaning else None
    before = set(reading.words.lower[begin : hit.start])
    return Title(begin, role, owner, former=bool(before & FORMER), lesser=bool(before & LESSER))


def country_of_title(reading: Reading, title: Title) -> str | None:
    """The country of a title; where it names none, 'Foreign Minister' is that of the story's country."""
    if title.country or title.role is None or "local" not in title.role.traits:
        return title.country
    if "country" in reading.words.lower[max(0, title.start - 1) : title.start + 2]:
        return last_country(reading, title.start)
    return main_country(reading)


def _last_role(reading: Reading, begin: int, last: int) -> Hit | None:
    adjacent = reading.hit_at.get(last - 1) if last else None
    if (
        adjacent is not None
        and _is_personal(reading, adjacent)
        and reading.words.same_sentence(last - 1, last)
    ):
        return adjacent
    return next((hit for hit in reading.hits_between(begin, last) if _is_personal(reading, hit)), None)


def _is_personal(reading: Reading, hit: Hit) -> bool:
    meaning = hit.meaning(_K.ROLE)
    if meaning is None:
        return False
    role = reading.lexicon.role(meaning)
    return role.kind == "person" and not (role.sector == "CVL" and "modified" in role.traits)


def _title_behind(reading: Reading, span: NameSpan) -> Title | None:
    """'Jan Kowal, the Polish prime minister,'."""
    words = reading.words
    if span.end >= len(words) or words.text[span.end] != ",":
        return None
    for token in range(span.end + 1, min(span.end + _APPOSITION_REACH, len(words))):
        if words.text[token] == "," or words.tag[token].startswith("VB"):
            return None
        hit = reading.hit_at.get(token)
        if hit is not None and _is_personal(reading, hit) and _describes(reading, hit, span):
            return _title_with_owner(reading, hit, span.end + 1)
    return None


def _title_with_owner(reading: Reading, hit: Hit, first: int) -> Title:
    begin = max(first, reading.phrase_start(hit.start, hit.end - 1))
    before, after = owner_before(reading, begin, hit.start), owner_after(reading, hit.end)
    names_none = before.country is None and before.body is None
    return title_of(reading, hit, begin, after if names_none and after != NOBODY else before)


def _describes(reading: Reading, hit: Hit, span: NameSpan) -> bool:
    words = reading.words
    for token in range(hit.start, hit.end):
        if words.dep[token] in ("appos", "conj") and span.start <= words.head[token] < span.end:
            return True
    return False
