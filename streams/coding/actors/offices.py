"""Who held which office when, and what that makes of a person on a day."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from streams.coding.actors.codes import standing
from streams.coding.actors.tables import OfficeRow

Standing = tuple[str | None, str | None]

_RANK: Final = {
    "head-of-state": 9,
    "head-of-government": 8,
    "secretary-general": 7,
    "royal": 6,
    "foreign-minister": 6,
    "rebel-leader": 6,
    "defence-minister": 5,
    "opposition-leader": 5,
    "party-leader": 4,
    "minister": 4,
    "military-chief": 4,
    "envoy": 3,
}
_KEY_OF_ROLE: Final = {"foreign-minister", "defence-minister", "secretary-general", "opposition-leader"}
_LASTING: Final = frozenset(
    {"OPP", "REB", "SEP", "CVL", "BUS", "REL", "SOC", "CRM", "JRN", "EDU", "PRM", "NGO", ""}
)


@dataclass(frozen=True, slots=True)
class Office:
    """A row of offices.tsv with the key that titles in the text are compared by ('prime-minister')."""

    row: OfficeRow
    key: str
    title_key: str

    @property
    def rank(self) -> int:
        """How much a person is known for it."""
        return _RANK.get(self.row.role, 1)

    @property
    def standing(self) -> Standing:
        """Country and sector of who holds it."""
        return standing(self.row.country, self.row.sector)


class OfficeBook:
    """All offices, by person and by country and key."""

    def __init__(self, rows: Iterable[OfficeRow], title_key_of: Callable[[OfficeRow], str]) -> None:
        self._of_person: dict[str, list[Office]] = defaultdict(list)
        self._of_title: dict[tuple[str, str], list[Office]] = defaultdict(list)
        for row in rows:
            title_key = title_key_of(row)
            office = Office(row, row.role if row.role in _KEY_OF_ROLE else title_key, title_key)
            self._of_person[row.person].append(office)
            for key in {office.key, row.role, title_key}:
                self._of_title[row.organisation or row.country, key].append(office)

    def of(self, person: str) -> list[Office]:
        """All offices of a person."""
        return self._of_person.get(person, [])

    def holder(self, body: str, key: str, on: date) -> str | None:
        """Who holds an office of a country or an organisation: by its very title, else the latest."""
        held = [office for office in self._of_title.get((body, key), ()) if office.row.holds(on)]
        if not held:
            return None

        def fit(office: Office) -> tuple[bool, date]:
            return office.title_key == key, office.row.from_day or date.min

        return max(held, key=fit).row.person

    def standing(self, person: str, on: date | None, title: str | None) -> Standing | None:
        """What a person is on a day; without a day, what the title says or what he is best known for."""
        offices = self.of(person)
        if not offices:
            return None
        if on is None:
            return _timeless(offices, title)
        current = [office for office in offices if office.row.holds(on)]
        if current:
            return max(current, key=_weight).standing
        return _out_of_office(max(offices, key=_weight))

    def weight(self, person: str, on: date | None) -> int:
        """How likely a bare surname means this person: offices held now count most."""
        offices = self.of(person)
        if not offices:
            return 0
        if on is None:
            return max(office.rank for office in offices)
        return max(
            office.rank + (20 if office.row.holds(on) else _nearness(office, on)) for office in offices
        )


def _weight(office: Office) -> tuple[int, date]:
    return office.rank, office.row.from_day or date.min


def _timeless(offices: list[Office], title: str | None) -> Standing:
    titled = [office for office in offices if title and title in (office.key, office.row.role)]
    return max(titled or offices, key=_weight).standing


def _out_of_office(office: Office) -> Standing:
    country, sector = office.standing
    if sector in _LASTING:
        return country, sector
    return country, "ELI" if country else sector


def _nearness(office: Office, on: date) -> int:
    """Count up to ten for an office near in time, nothing for one that began more than a year later."""
    if office.row.from_day and (office.row.from_day - on).days > 366:
        return -office.rank
    ended = office.row.to_day or on
    return max(0, 10 - abs((on - ended).days) // 366)
