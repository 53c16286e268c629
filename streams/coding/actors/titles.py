"""What the words around a person's name tell: office, country, body."""

from dataclasses import dataclass

from streams.coding.actors.meanings import MeaningKind
from streams.coding.actors.owners import NOBODY, Owner, owner_after, owner_before
from streams.coding.actors.reading import Reading
from streams.coding.actors.spotting import Hit
from streams.coding.actors.tables import RoleRow

_K = MeaningKind
_FORMER = frozenset({"former", "ex", "ousted", "deposed", "then", "late", "onetime", "exiled"})
_LESSER = frozenset({"deputy", "assistant", "junior", "shadow"})


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
        if self.owner.body is not None and (self.role is None or "inherit" in self.role.traits):
            sector = self.owner.body.sector
        elif self.role is None:
            return None
        elif "inherit" in self.role.traits and self.owner.sector:
            sector = self.owner.sector
        else:
            sector = self.role.sector or None
        return "ELI" if self.former and sector in ("GOV", "MIL", "LEG", "JUD") else sector


def title_before(reading: Reading, start: int) -> Title:
    """The title that leads up to a name: 'former Turkish prime minister', 'Hamas leader'."""
    begin = reading.phrase_start(start, _name_head(reading, start))
    hit = _last_role(reading, begin, start)
    if hit is None:
        return Title(start, owner=_plain_owner(reading, begin, start))
    owner = owner_after(reading, hit.end) if hit.end < start else NOBODY
    if owner == NOBODY:
        begin = min(begin, reading.phrase_start(hit.start, hit.end - 1))
        owner = owner_before(reading, begin, hit.start)
    return title_of(reading, hit, begin, owner)


def title_of(reading: Reading, hit: Hit, begin: int, owner: Owner) -> Title:
    """The title that a role with its owner makes."""
    meaning = hit.meaning(_K.ROLE)
    role = reading.lexicon.role(meaning) if meaning else None
    before = set(reading.words.lower[begin : hit.start])
    return Title(begin, role, owner, former=bool(before & _FORMER), lesser=bool(before & _LESSER))


def _name_head(reading: Reading, start: int) -> int:
    words = reading.words
    token = start
    while token + 1 < len(words) and words.head[token] == token + 1:
        token += 1
    return max(token, words.head[start]) if words.same_sentence(start, words.head[start]) else token


def _last_role(reading: Reading, begin: int, start: int) -> Hit | None:
    for hit in reading.hits_between(max(0, begin), start):
        role = hit.meaning(_K.ROLE)
        if role is not None and reading.lexicon.role(role).kind == "person" and not role.plural:
            return hit
    return None


def _plain_owner(reading: Reading, begin: int, start: int) -> Owner:
    """'Russia's Vladimir Putin', 'Hamas's Khaled Meshaal'."""
    return owner_before(reading, begin, start) if begin < start else NOBODY
