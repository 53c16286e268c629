"""Whose people or bodies a noun phrase speaks of: a country, an organisation, a group, a person."""

from dataclasses import dataclass, replace

from schemas.coding import Actor
from streams.coding.actors.meanings import MeaningKind
from streams.coding.actors.names import fold
from streams.coding.actors.places import country_of_town
from streams.coding.actors.reading import Reading
from streams.coding.actors.spotting import Hit

_K = MeaningKind
_COUNTRY_KINDS = (_K.COUNTRY, _K.DEMONYM, _K.SEAT, _K.CAPITAL, _K.PEOPLE)
_LONGEST_TOWN = 8
_PLACE_PREPOSITIONS = frozenset({"in", "at", "near", "outside", "across", "from", "around"})


@dataclass(frozen=True, slots=True)
class Owner:
    """A country, or an actor (organisation, group) that has a standing of its own."""

    country: str | None = None
    body: Actor | None = None
    sector: str | None = None
    start: int | None = None
    is_region: bool = False


NOBODY = Owner()


def owner_before(reading: Reading, start: int, end: int) -> Owner:
    """The owner named in the words before a head: 'Turkish', "Turkey's", 'UN', 'rebel'."""
    country = _owner_mentioned(reading, start, end)
    if country.body is not None:
        return country
    sector = country.sector
    for hit in reading.hits_between(start, end):
        if _leads_astray(reading, hit):
            continue
        owner = owner_of_hit(reading, hit)
        if owner.body is not None:
            return Owner(owner.body.country, owner.body, sector, hit.start)
        if owner.country and not country.country:
            country = owner
        role = hit.meaning(_K.ROLE)
        if role is not None and sector is None:
            sector = reading.lexicon.role(role).sector or None
    country = country if country.country else _town_before(reading, start, end)
    return replace(country, sector=sector)


def _owner_mentioned(reading: Reading, start: int, end: int) -> Owner:
    """The owner whose mention was already read: 'Merkel' in "Merkel's spokesman"."""
    for token in range(end - 1, start - 1, -1):
        mention = reading.mention_at.get(token)
        if mention is None:
            continue
        actor = mention.actor
        if actor.id.startswith(("org:", "group:")):
            return Owner(actor.country, actor, None, mention.start)
        return Owner(actor.country, None, actor.sector, None)
    return NOBODY


def owner_of_hit(reading: Reading, hit: Hit) -> Owner:
    """The owner that a hit names by itself."""
    body = hit.meaning(_K.ORGANISATION, _K.GROUP)
    if body is not None:
        story = reading.story
        actor = story.organisation(body.key) if body.kind is _K.ORGANISATION else story.group(body.key)
        return Owner(actor.country, actor, None, hit.start)
    named = hit.meaning(*_COUNTRY_KINDS)
    if named is not None:
        return _owner_of_place(reading, named.key, hit.start)
    region = hit.meaning(_K.REGION, _K.REGIONAL)
    if region is not None:
        row = reading.lexicon.regions.get(region.key)
        iso3 = row.iso3 if row else region.key
        return Owner(iso3 or None, None, None, hit.start, is_region=True)
    person = hit.meaning(_K.PERSON)
    if person is not None:
        return Owner(reading.story.person(person.key).country, None, None, None)
    return NOBODY


def _owner_of_place(reading: Reading, key: str, start: int) -> Owner:
    if key.startswith("org:"):
        return Owner(None, reading.story.organisation(key.removeprefix("org:")), None, start)
    return Owner(key, None, None, start)


def _leads_astray(reading: Reading, hit: Hit) -> bool:
    """'US-backed rebels' are not the rebels of the US; a 'US-led' force is."""
    lower = reading.words.lower
    follows = lower[hit.end : hit.end + 2]
    return len(follows) == 2 and follows[0] == "-" and follows[1] not in ("led", "run", "ruled")


def _town_before(reading: Reading, start: int, end: int) -> Owner:
    for token in range(end - 1, start - 1, -1):
        if reading.words.is_proper(token) and (iso3 := country_at(reading, token, end)):
            return Owner(iso3, None, None, token)
    return NOBODY


def country_at(reading: Reading, token: int, end: int) -> str | None:
    """The country of the town whose name begins at a token, of at most three proper tokens."""
    words = reading.words
    towns = country_of_town()
    last = token
    while last < min(end, token + 3, len(words)) and words.is_proper(last):
        last += 1
    for stop in range(last, token, -1):
        pieces = tuple(piece for each in range(token, stop) for piece in fold(words.text[each]))
        if pieces in towns and words.entity[token] != "PERSON":
            return towns[pieces]
    return None


def country_of_town_at(reading: Reading, at: int) -> str | None:
    """The country of a town; where a state follows, as in 'Leon, Guanajuato', that of the state's."""
    words = reading.words
    if not words.is_proper(at):
        return None
    end = next(
        (token for token in range(at, min(at + _LONGEST_TOWN, len(words))) if not words.is_proper(token)),
        at + 1,
    )
    named = end + 1 < len(words) and words.text[end] == "," and words.is_proper(end + 1)
    wider = country_at(reading, end + 1, end + 4) if named else None
    return wider or country_at(reading, at, at + 3)


def owner_after(reading: Reading, end: int) -> Owner:
    """The owner named behind a head: 'of Turkey', 'in Cairo'."""
    words = reading.words
    if end + 1 >= len(words) or not words.same_sentence(end - 1, end + 1):
        return NOBODY
    preposition = words.lower[end]
    if preposition != "of" and preposition not in _PLACE_PREPOSITIONS:
        return NOBODY
    at = end + 1
    while (
        at < min(end + 4, len(words))
        and words.tag[at] in ("DT", "JJ", "NN", "VBN")
        and at not in reading.hit_at
    ):
        at += 1
    if at >= len(words) or not words.same_sentence(end - 1, at):
        return NOBODY
    return _owner_at(reading, at, only_place=preposition != "of")


def _owner_at(reading: Reading, at: int, *, only_place: bool) -> Owner:
    hit = reading.hit_at.get(at)
    if hit is None:
        return Owner(country_of_town_at(reading, at))
    owner = owner_of_hit(reading, hit)
    if only_place and owner.body is not None:
        return NOBODY
    goes_on = only_place or hit.meaning(_K.DEMONYM, _K.REGIONAL) is not None
    return replace(owner, sector=None, start=None if goes_on else hit.end)
