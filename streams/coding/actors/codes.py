"""Actor codes: country and sector in one word."""

from typing import Final

STATELESS: Final = frozenset({"IGO", "NGO"})


def code_of(country: str | None, sector: str | None) -> str | None:
    """Join country and sector ('RUSGOV'); international bodies are their sector alone."""
    if sector in STATELESS:
        return sector
    return f"{country or ''}{sector or ''}" or None


def standing(country: str, sector: str) -> tuple[str | None, str | None]:
    """Read a row's country and sector, where 'IGO' or 'NGO' may stand in place of a country."""
    if country in STATELESS:
        return None, sector or country
    return country or None, sector or None
