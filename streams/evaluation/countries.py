"""The country in an actor's code: what triples are compared by."""

from functools import cache
from typing import Final

import pycountry

STATELESS: Final = frozenset({"IGO", "NGO", "MNC"})
_KOSOVO: Final = "XKX"  # user-assigned: ISO 3166 has no code for it


@cache
def country_of(code: str | None) -> str | None:
    """The country of a code; an international body stands for itself, a sector alone is nobody's."""
    start = (code or "")[:3]
    return start if start in STATELESS or start == _KOSOVO or _is_country(start) else None


def _is_country(letters: str) -> bool:
    tables = (pycountry.countries, pycountry.historic_countries)
    return any(table.get(alpha_3=letters) is not None for table in tables)
