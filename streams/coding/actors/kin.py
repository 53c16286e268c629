"""Peoples who live in more than one state: whose are 'Serb gunners' and 'Kosovo Albanians'."""

from typing import Final

from streams.coding.actors.meanings import MeaningKind
from streams.coding.actors.reading import Reading
from streams.coding.actors.spotting import Hit
from streams.coding.actors.towns import country_at

_K = MeaningKind
_LANDS: Final = (_K.COUNTRY, _K.DEMONYM, _K.REGION, _K.REGIONAL)
_NAMED: Final = (_K.COUNTRY, _K.DEMONYM, _K.CAPITAL, _K.SEAT, _K.REGION, _K.REGIONAL)
_PEOPLES: Final = (_K.DEMONYM, _K.PEOPLE, _K.REGIONAL)
_OF_IMMIGRANTS: Final = frozenset({"USA", "CAN", "AUS", "ISR"})


def country_of_people(reading: Reading, hit: Hit, own: str | None) -> str | None:
    """The state whose a people is: the one named before it, the neighbour where the text is set, its own.

    Ethnic kin of a state that the text names by nothing else are of no state.
    """
    before = _land_before(reading, hit)
    if before is not None and before != own and own not in _OF_IMMIGRANTS:
        return before
    host = _host(reading, hit, own)
    if host is not None:
        return host
    return None if _is_ethnic(reading, hit) else own


def named_countries(reading: Reading) -> frozenset[str]:
    """The countries that the text names by places and adjectives, but for words that fit a neighbour too."""
    found = set()
    for hit in {hit.start: hit for hit in reading.hit_at.values()}.values():
        if not _is_kin(reading, hit) and (country := _country_of(reading, hit)):
            found.add(country)
    return frozenset(found)


def _is_ethnic(reading: Reading, hit: Hit) -> bool:
    return hit.start > 0 and reading.words.lower[hit.start - 1] == "ethnic"


def _land_before(reading: Reading, hit: Hit) -> str | None:
    """'Bosnia' of "Bosnia's Croats", 'Kosovo' of 'Kosovo Albanian fighters'."""
    at = hit.start - 1 - _is_ethnic(reading, hit)
    plural = any(meaning.plural for meaning in hit.meanings)
    if plural and at > 0 and reading.words.tag[at] == "POS":
        at -= 1
    land = reading.hit_at.get(at)
    if land is None or not reading.words.same_sentence(at, hit.start):
        return None
    return _country_of(reading, land) if land.meaning(*_LANDS) else None


def _country_of(reading: Reading, hit: Hit) -> str | None:
    named = hit.meaning(*_NAMED)
    if named is None or named.key.startswith("org:"):
        return None
    if named.kind in (_K.REGION, _K.REGIONAL):
        region = reading.lexicon.regions.get(named.key)
        return (region.iso3 or None) if region else named.key
    return named.key


def _is_kin(reading: Reading, hit: Hit) -> bool:
    named = hit.meaning(*_PEOPLES)
    return named is not None and named.cased in reading.lexicon.kin


def _host(reading: Reading, hit: Hit, own: str | None) -> str | None:
    """The one neighbour where the text is set, if nothing else in it speaks of the people's own state."""
    named = hit.meaning(*_PEOPLES)
    hosts = reading.lexicon.kin.get(named.cased, frozenset()) if named else frozenset()
    if not hosts:
        return None
    told = reading.story.named | _countries_of_towns(reading)
    found = hosts & told
    return next(iter(found)) if len(found) == 1 and own not in told else None


def _countries_of_towns(reading: Reading) -> frozenset[str]:
    """The countries of the towns that spaCy saw; looked for only where a people asks for it."""
    if reading.towns is None:
        places = (start for start, _, label in reading.words.entities if label in ("GPE", "LOC"))
        found = (country_at(reading, start, start + 3) for start in places if start not in reading.hit_at)
        reading.towns = frozenset(country for country in found if country)
    return reading.towns
