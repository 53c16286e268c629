"""What a story has told so far: its actors, who goes by which name, and who holds which office."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from schemas.coding import Actor, ActorKind
from streams.coding.actors.codes import code_of, standing
from streams.coding.actors.lexicon import ActorLexicon
from streams.coding.actors.names import fold, slug
from streams.coding.actors.tables import GroupRow

_ROLE_NAMES = {
    "GOV": "officials",
    "MIL": "armed forces",
    "COP": "police",
    "JUD": "judiciary",
    "LEG": "legislature",
    "SPY": "intelligence services",
    "PTY": "political parties",
    "OPP": "opposition",
    "REB": "rebels",
    "PRM": "paramilitaries",
    "SEP": "separatists",
    "CVL": "civilians",
    "BUS": "business",
    "EDU": "educators and students",
    "REL": "clergy",
    "ETH": "ethnic groups",
    "LAB": "workers",
    "MED": "media",
    "HLH": "health workers",
    "REF": "refugees",
    "ELI": "elites",
    "CRM": "criminals",
    "JRN": "journalists",
    "SOC": "civil society",
    "NGO": "non-governmental organisations",
    "IGO": "international organisations",
}


@dataclass(slots=True)
class Story:
    """The memory of one document; actors are made once and shared by their mentions."""

    lexicon: ActorLexicon
    on: date | None
    actors: dict[str, Actor] = field(default_factory=dict)
    name_of_person: dict[tuple[str, ...], str] = field(default_factory=dict)
    office_of: dict[str, str] = field(default_factory=dict)
    short_names: dict[str, str] = field(default_factory=dict)
    countries: Counter[str] = field(default_factory=Counter)
    dateline: str | None = None
    named: frozenset[str] = frozenset()

    def country(self, iso3: str) -> Actor:
        """A bare country."""
        return self._actor(f"country:{iso3}", self._country_name(iso3), ActorKind.COUNTRY, iso3, None)

    def government(self, iso3: str) -> Actor:
        """The government of a country, by whatever words."""
        name = f"Government of {self._named(iso3)}"
        return self._actor(f"gov:{iso3}", name, ActorKind.ORGANISATION, iso3, "GOV")

    def region(self, name: str, iso3: str) -> Actor:
        """A part of a country as an actor or a place of its own."""
        return self._actor(f"region:{slug(name)}", name, ActorKind.COUNTRY, iso3, None)

    def role(self, iso3: str | None, sector: str, *, is_local: bool = False) -> Actor:
        """Unnamed people or bodies of a sector; those of a part of a country are not its government."""
        if sector == "GOV" and iso3 and not is_local:
            return self.government(iso3)
        name = _ROLE_NAMES[sector] + (f" of {self._named(iso3)}" if iso3 else "")
        return self._actor(f"role:{iso3 or ''}:{sector}", name, ActorKind.GROUP, iso3, sector)

    def organisation(self, key: str) -> Actor:
        """A listed organisation."""
        row = self.lexicon.organisations[key]
        country, sector = standing(row.country, row.sector)
        return self._actor(f"org:{key}", row.name, ActorKind.ORGANISATION, country, sector)

    def group(self, key: str) -> Actor:
        """A listed group, with its standing on the story's day; without one that of a country in the text."""
        rows = self.lexicon.groups[key]
        fitting = [row for row in rows if self._may_be(row)]
        row = (fitting or rows)[-1]
        country, sector = standing(row.country, row.sector)
        return self._actor(f"group:{key}", row.name, ActorKind.GROUP, country, sector)

    def _may_be(self, row: GroupRow) -> bool:
        return row.country in self.named if self.on is None else row.holds(self.on)

    def person(self, key: str, title: str | None = None) -> Actor:
        """A listed person, with the office held on the story's day."""
        row = self.lexicon.people[key]
        found = self.lexicon.offices.standing(key, self.on, title)
        country, sector = found or standing(row.country, "")
        return self._actor(f"person:{key}", row.name, ActorKind.PERSON, country, sector)

    def unlisted(self, kind: ActorKind, name: str, country: str | None, sector: str | None) -> Actor:
        """Somebody whom only the text knows; what the first telling leaves open a later one adds."""
        prefix = {"person": "person", "group": "group"}.get(kind.value, "org")
        key = f"{prefix}:{slug(name)}"
        known = self.actors.get(key)
        if known is not None and (known.sector or not sector):
            return known
        self.actors.pop(key, None)
        return self._actor(key, name, kind, country or (known.country if known else None), sector)

    def remember_person(self, actor: Actor, pieces: tuple[str, ...]) -> None:
        """Let the shorter forms of a name mean the person for the rest of the story."""
        for at in range(len(pieces)):
            self.name_of_person[pieces[at:]] = actor.id
        for piece in pieces[:-1]:
            self.name_of_person.setdefault((piece,), actor.id)
        for name in (actor.name, *self._aliases(actor)):
            folded = fold(name)
            for at in range(1, len(folded)):
                self.name_of_person.setdefault(folded[at:], actor.id)

    def _aliases(self, actor: Actor) -> tuple[str, ...]:
        row = self.lexicon.people.get(actor.id.removeprefix("person:"))
        return row.aliases if row else ()

    def _country_name(self, iso3: str) -> str:
        row = self.lexicon.countries.get(iso3)
        return row.name if row else iso3

    def _named(self, iso3: str) -> str:
        row = self.lexicon.countries.get(iso3)
        return f"{row.article} {row.name}".strip() if row else iso3

    def _actor(self, key: str, name: str, kind: ActorKind, country: str | None, sector: str | None) -> Actor:
        known = self.actors.get(key)
        if known is None:
            known = Actor(
                id=key, name=name, kind=kind, country=country, sector=sector, code=code_of(country, sector)
            )
            self.actors[key] = known
        return known
