"""Whose people or bodies a noun phrase speaks of: a country, an organisation, a group, a person."""

from dataclasses import dataclass, replace

from schemas.coding import Actor
from streams.coding.actors.kin import country_of_people
from streams.coding.actors.meanings import Meaning, MeaningKind
from streams.coding.actors.reading import Reading
from streams.coding.actors.spotting import Hit
from streams.coding.actors.towns import country_of_town_at, last_town_in

_K = MeaningKind
_COUNTRY_KINDS = (_K.COUNTRY, _K.DEMONYM, _K.SEAT, _K.CAPITAL, _K.PEOPLE)
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
    body = likeliest_body(reading, hit)
    if body is not None:
        story = reading.story
        actor = story.organisation(body.key) if body.kind is _K.ORGANISATION else story.group(body.key)
        return Owner(actor.country, actor, None, hit.start)
    named = hit.meaning(*_COUNTRY_KINDS)
    if named is not None and named.kind in (_K.DEMONYM, _K.PEOPLE):
        return Owner(country_of_people(reading, hit, named.key), None, None, hit.start)
    if named is not None:
        return _owner_of_place(reading, named.key, hit.start)
    region = hit.meaning(_K.REGION, _K.REGIONAL)
    if region is not None:
        row = reading.lexicon.regions.get(region.key)
        iso3 = (row.iso3 or None) if row else region.key
        if region.kind is _K.REGIONAL:
            iso3 = country_of_people(reading, hit, iso3)
        return Owner(iso3, None, None, hit.start, is_region=True)
    person = hit.meaning(_K.PERSON)
    if person is not None:
        return Owner(reading.story.person(person.key).country, None, None, None)
    return NOBODY


def likeliest_body(reading: Reading, hit: Hit) -> Meaning | None:
    """The body that a name means: of several ('National Liberation Army') that of a country in the text."""
    bodies = [meaning for meaning in hit.meanings if meaning.kind in (_K.ORGANISATION, _K.GROUP)]
    if len(bodies) < 2:
        return bodies[0] if bodies else None
    named = reading.story.named
    return next((body for body in bodies if _home(reading, body) in named), bodies[0])


def _home(reading: Reading, body: Meaning) -> str:
    lexicon = reading.lexicon
    if body.kind is _K.ORGANISATION:
        return lexicon.organisations[body.key].country
    return lexicon.groups[body.key][-1].country


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
    town = last_town_in(reading, start, end)
    return Owner(town[0], None, None, town[1]) if town else NOBODY


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
