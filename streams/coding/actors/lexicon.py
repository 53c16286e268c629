"""The actor lexicon: every packaged name and role, in one tree of phrases."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from streams.coding.actors import tables
from streams.coding.actors.meanings import Meaning, MeaningKind
from streams.coding.actors.names import cased, fold
from streams.coding.actors.offices import OfficeBook
from streams.coding.actors.phrase_tree import PhraseTree
from streams.coding.actors.places import states_of_usa
from streams.coding.actors.surnames import surnames
from streams.coding.actors.word_classes import PROVISIONAL

_K = MeaningKind
_OWNERS_IN_TITLES: Final = (_K.COUNTRY, _K.DEMONYM, _K.ORGANISATION, _K.GROUP)
_NO_PLURAL_IN_S: Final = ("sh", "ch", "ese", "s", "men", "man")


@dataclass(frozen=True)
class ActorTables:
    """The rows of all data files."""

    countries: tuple[tables.CountryRow, ...] = ()
    regions: tuple[tables.RegionRow, ...] = ()
    organisations: tuple[tables.OrganisationRow, ...] = ()
    groups: tuple[tables.GroupRow, ...] = ()
    roles: tuple[tables.RoleRow, ...] = ()
    masks: tuple[tables.MaskRow, ...] = ()
    people: tuple[tables.PersonRow, ...] = ()
    offices: tuple[tables.OfficeRow, ...] = ()
    body_words: tuple[tables.BodyWordRow, ...] = ()
    kin: tuple[tables.KinRow, ...] = ()


class ActorLexicon:
    """Names, roles and offices, ready to be looked up; holds no state of any text."""

    def __init__(self, rows: ActorTables) -> None:
        self.countries = {row.iso3: row for row in reversed(rows.countries) if row.valid_to is None}
        self.regions = {row.name: row for row in rows.regions}
        self.organisations = {row.id: row for row in rows.organisations}
        self.groups: dict[str, list[tables.GroupRow]] = defaultdict(list)
        for group in rows.groups:
            self.groups[group.id].append(group)
        self.roles = {(row.term, row.kind == "hardware"): row for row in rows.roles}
        self.body_words = {row.word: row.sector or None for row in rows.body_words}
        self.kin = {cased(row.word): frozenset(row.hosts) for row in rows.kin}
        self.people = {row.id: row for row in rows.people}
        self.tree: PhraseTree[Meaning] = PhraseTree()
        for phrase, meaning in _phrases(rows):
            self.tree.add(fold(phrase), meaning)
        self.offices = OfficeBook(
            rows.offices, lambda row: self.office_key(row.title, of_body=bool(row.organisation))
        )
        self.by_surname: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for person in rows.people:
            for surname in surnames(person.name, person.country):
                self.by_surname[fold(surname)].append(person.id)

    def role(self, meaning: Meaning) -> tables.RoleRow:
        """The row of a role's meaning."""
        term, _, hardware = meaning.key.partition("#")
        return self.roles[term, bool(hardware)]

    def office_key(self, title: str, *, of_body: bool) -> str:
        """The office that a title names: 'Premier' and 'Acting Prime Minister' are one.

        A deputy, a son or an adviser of a president is none, nor is the president of a senate unless the
        office is that of a body.
        """
        pieces = fold(title)
        start = 0
        while start < len(pieces) and (pieces[start] in PROVISIONAL or self._names_body(pieces, start)):
            start = self._names_body(pieces, start) or start + 1
        for end, meanings in self.tree.find(pieces, start) if start < len(pieces) else ():
            roles = [self.role(meaning) for meaning in meanings if meaning.kind is _K.ROLE]
            office = next((role.office for role in roles if role.office), "")
            if office and self._ends_title(pieces, end, of_body=of_body):
                return office
        return "-".join(pieces)

    def _names_body(self, pieces: tuple[str, ...], at: int) -> int:
        """The piece past a country or a body that begins here; 0 where none does."""
        for end, meanings in self.tree.find(pieces, at):
            if any(meaning.kind in _OWNERS_IN_TITLES for meaning in meanings):
                return end
        return 0

    def _ends_title(self, pieces: tuple[str, ...], end: int, *, of_body: bool) -> bool:
        rest = pieces[end:]
        if not rest or rest[0] in ("and", "for"):
            return True
        named = 2 if rest[:2] in (("of", "the"), ("of", "state")) else 1
        if rest[0] != "of" or len(rest) <= named:
            return False
        found = self.tree.find(pieces, end + named)
        return of_body or any(each.kind is _K.COUNTRY for _, meanings in found for each in meanings)


def _phrases(rows: ActorTables) -> Iterator[tuple[str, Meaning]]:
    for mask in rows.masks:
        yield _named(_K.MASK, mask.phrase, mask.phrase)
    for role in rows.roles:
        yield from _role_phrases(role)
    for country in rows.countries:
        yield from _country_phrases(country)
    for region in rows.regions:
        yield from _region_phrases(region)
    for state in states_of_usa():
        yield _named(_K.REGION, state, "USA")
    yield from _all(_K.ORGANISATION, ((row.id, row.name, row.aliases) for row in rows.organisations))
    for body in rows.organisations:
        for seat in body.seats:
            yield _named(_K.CAPITAL, seat, f"org:{body.id}")
    groups = dict.fromkeys((row.id, row.name, row.aliases) for row in rows.groups)
    yield from _all(_K.GROUP, groups)
    yield from _all(_K.PERSON, ((row.id, row.name, row.aliases) for row in rows.people))


def _named(kind: MeaningKind, phrase: str, key: str, *, plural: bool = False) -> tuple[str, Meaning]:
    return phrase, Meaning(kind, key, cased(phrase), plural)


def _all(
    kind: MeaningKind, named: Iterable[tuple[str, str, tuple[str, ...]]]
) -> Iterator[tuple[str, Meaning]]:
    for key, name, aliases in named:
        for phrase in dict.fromkeys((name, *aliases)):
            yield _named(kind, phrase, key)


def _country_phrases(row: tables.CountryRow) -> Iterator[tuple[str, Meaning]]:
    for name in (row.name, *row.aliases):
        yield _named(_K.COUNTRY, name, row.iso3)
    for demonym in row.demonyms:
        yield _named(_K.DEMONYM, demonym, row.iso3)
        if plural := plural_of_demonym(demonym):
            yield _named(_K.PEOPLE, plural, row.iso3, plural=True)
    for capital in row.capitals:
        yield _named(_K.CAPITAL, capital, row.iso3)
    for seat in row.seats:
        yield _named(_K.SEAT, seat, row.iso3)


def _region_phrases(row: tables.RegionRow) -> Iterator[tuple[str, Meaning]]:
    for name in (row.name, *row.aliases) if row.iso3 else row.aliases:
        yield _named(_K.REGION, name, row.name)
    for adjective in row.adjectives:
        yield _named(_K.REGIONAL, adjective, row.name)
        if plural := plural_of_demonym(adjective):
            yield _named(_K.REGIONAL, plural, row.name, plural=True)


def _role_phrases(row: tables.RoleRow) -> Iterator[tuple[str, Meaning]]:
    key = row.term + ("#hardware" if row.kind == "hardware" else "")
    collective = row.plural == "-"
    yield _named(_K.ROLE, row.term, key, plural=collective)
    if not collective:
        yield _named(_K.ROLE, row.plural or plural_of_term(row.term), key, plural=True)


def plural_of_demonym(demonym: str) -> str | None:
    """'Russian' -> 'Russians'; None where the adjective has no plural ('British')."""
    return None if demonym.endswith(_NO_PLURAL_IN_S) else demonym + "s"


def plural_of_term(term: str) -> str:
    """Add the regular plural's ending, to the first word of 'member of parliament'."""
    first, of, rest = term.partition(" of ")
    ending = "es" if first.endswith(("s", "x", "ch", "sh")) else "s"
    return first + ending + of + rest


@cache
def packaged_lexicon() -> ActorLexicon:
    """The lexicon of the packaged files, read once a process."""
    return ActorLexicon(
        ActorTables(
            countries=tables.read_rows("countries.tsv", tables.CountryRow),
            regions=tables.read_rows("regions.tsv", tables.RegionRow),
            organisations=tables.read_rows("organisations.tsv", tables.OrganisationRow),
            groups=tables.read_rows("groups.tsv", tables.GroupRow),
            roles=tables.read_rows("roles.tsv", tables.RoleRow),
            masks=tables.read_rows("masks.tsv", tables.MaskRow),
            people=tables.read_rows("people.tsv", tables.PersonRow),
            body_words=tables.read_rows("body_words.tsv", tables.BodyWordRow),
            offices=tables.read_rows("offices.tsv", tables.OfficeRow),
            kin=tables.read_rows("kin.tsv", tables.KinRow),
        )
    )
