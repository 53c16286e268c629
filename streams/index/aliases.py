"""The names that the coder's lexicon has for actors beside the one that they are shown with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from streams.coding.actors import tables
from streams.index.name_search import NameSearch, words_of

Named = tuple[str, str]
"""An actor's id and one of its names."""


@dataclass(frozen=True)
class Aliases:
    """Names of actors, found by their words."""

    named: list[Named] = field(default_factory=list)
    _search: NameSearch = field(default_factory=NameSearch)

    def add(self, actor: str, name: str) -> None:
        """One more name of an actor."""
        self.named.append((actor, name))
        self._search.add(len(self.named) - 1, name)

    def find(self, words: Sequence[bytes]) -> list[Named]:
        """Actors that have a name with these words, and that name."""
        return [self.named[row] for row in self._search.find(words, len(self.named)).tolist()]


@cache
def packaged_aliases() -> Aliases:
    """The names of the packaged lexicon, read once a process, when they are first asked for."""
    aliases = Aliases()
    for actor, name in dict.fromkeys(_names()):
        if words_of(name):
            aliases.add(actor, name)
    return aliases


def _names() -> Iterator[Named]:
    for country in tables.read_rows("countries.tsv", tables.CountryRow):
        if country.valid_to is None:
            yield from _all(f"country:{country.iso3}", country.name, *country.aliases, *country.demonyms)
            yield from _all(f"gov:{country.iso3}", country.name, *country.aliases, *country.demonyms)
            yield from _all(f"gov:{country.iso3}", *country.capitals, *country.seats)
    for body in tables.read_rows("organisations.tsv", tables.OrganisationRow):
        yield from _all(f"org:{body.id}", body.name, *body.aliases, *body.seats)
    for group in tables.read_rows("groups.tsv", tables.GroupRow):
        yield from _all(f"group:{group.id}", group.name, *group.aliases)
    for person in tables.read_rows("people.tsv", tables.PersonRow):
        yield from _all(f"person:{person.id}", person.name, *person.aliases)


def _all(actor: str, *names: str) -> Iterator[Named]:
    return ((actor, name) for name in names)
