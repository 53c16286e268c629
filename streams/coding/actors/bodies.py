"""Countries, their peoples and governments, organisations and groups."""

from typing import Final

from schemas.coding import Actor, ActorKind
from streams.coding.actors.capitals import acts_as_government
from streams.coding.actors.meanings import Meaning, MeaningKind
from streams.coding.actors.names import slug
from streams.coding.actors.owners import owner_of_hit
from streams.coding.actors.reading import Reading
from streams.coding.actors.spotting import Hit

_K = MeaningKind
_HIDING_LABELS: Final = frozenset({"WORK_OF_ART", "FAC", "EVENT", "LAW", "PRODUCT", "LOC", "LANGUAGE"})
_NATIONS: Final = frozenset({"England", "Scotland", "Wales", "Northern Ireland"})


def resolve_hit(reading: Reading, hit: Hit) -> bool:
    """Add the mention of a name; False where the hit is a role, or waits to be part of one."""
    if hit.meaning(_K.ROLE) and not hit.meaning(_K.ORGANISATION, _K.GROUP):
        return False
    if _leads_to_role(reading, hit):
        return True
    if hit.meaning(_K.ORGANISATION, _K.GROUP):
        body = owner_of_hit(reading, hit).body
        if body is not None:
            reading.add(hit.start, hit.end, _head(reading, hit), body)
        return True
    _resolve_place(reading, hit)
    return True


def _leads_to_role(reading: Reading, hit: Hit) -> bool:
    """Whether a role further right takes the hit into its own mention: 'Turkish' in 'Turkish police'."""
    token = hit.end
    words = reading.words
    while token < len(words) and words.same_sentence(token, hit.start) and token < hit.end + 6:
        other = reading.hit_at.get(token)
        if other is not None and other.meaning(_K.ROLE):
            return _takes(reading, other, hit)
        token += 1
    return False


def _takes(reading: Reading, role: Hit, hit: Hit) -> bool:
    from streams.coding.actors.roles import resolve_role

    if reading.phrase_start(role.start, role.end - 1) > hit.start:
        return False
    resolve_role(reading, role)
    return not reading.is_free(hit.start, hit.end)


def _resolve_place(reading: Reading, hit: Hit) -> None:
    actor = _place_actor(reading, hit)
    if actor is not None:
        reading.add(hit.start, hit.end, _head(reading, hit), actor)


def _place_actor(reading: Reading, hit: Hit) -> Actor | None:
    story, words = reading.story, reading.words
    if words.entity[hit.start] in _HIDING_LABELS and words.entity[hit.end - 1] in _HIDING_LABELS:
        return None
    if country := hit.meaning(_K.COUNTRY):
        return story.country(country.key)
    if demonym := hit.meaning(_K.DEMONYM, _K.PEOPLE):
        return _people(reading, hit, demonym)
    if seat := hit.meaning(_K.CAPITAL, _K.SEAT):
        return _seat(reading, hit, seat)
    if region := hit.meaning(_K.REGION, _K.REGIONAL):
        return _region(reading, hit, region)
    return None


def _people(reading: Reading, hit: Hit, demonym: Meaning) -> Actor:
    words = reading.words
    number = any(words.tag[token] == "CD" for token in range(max(0, hit.start - 2), hit.start))
    determined = hit.start > 0 and words.lower[hit.start - 1] == "the"
    if demonym.kind is _K.PEOPLE and (number or not determined):
        return reading.story.role(demonym.key, "CVL")
    return reading.story.country(demonym.key)


def _seat(reading: Reading, hit: Hit, seat: Meaning) -> Actor | None:
    if not acts_as_government(reading, _head(reading, hit)):
        return None
    if seat.key.startswith("org:"):
        return reading.story.organisation(seat.key.removeprefix("org:"))
    return reading.story.government(seat.key)


def _region(reading: Reading, hit: Hit, region: Meaning) -> Actor | None:
    if region.key in _NATIONS:
        return reading.story.country(reading.lexicon.regions[region.key].iso3)
    row = reading.lexicon.regions.get(region.key)
    if row is None or not region.plural:
        return None
    if row.iso3:
        return reading.story.role(row.iso3, "CVL")
    return reading.story.unlisted(ActorKind.GROUP, row.name, None, row.sector or None)


def resolve_entity(reading: Reading, start: int, end: int) -> None:
    """Add an organisation that only spaCy knows: of several capitalised words, or an acronym."""
    words = reading.words
    while start < end and not words.is_proper(start):
        start += 1
    while end > start and not words.is_proper(end - 1):
        end -= 1
    if start == end or not reading.is_free(start, end):
        return
    name = " ".join(words.text[start:end]).replace(" 's", "'s").replace(" - ", "-")
    if end - start < 2 and not (name.isupper() and len(name) > 2):
        return
    hits = list(reading.hits_between(start, end))
    sector = next((reading.lexicon.role(role).sector for hit in hits if (role := hit.meaning(_K.ROLE))), None)
    country = next((owner.country for hit in hits if (owner := owner_of_hit(reading, hit)).country), None)
    if slug(name):
        actor = reading.story.unlisted(ActorKind.ORGANISATION, name, country, sector or None)
        reading.add(start, end, end - 1, actor)


def _head(reading: Reading, hit: Hit) -> int:
    words = reading.words
    for token in range(hit.start + 1, hit.end):
        if words.lower[token] in ("of", "for", "in"):
            return token - 1
    return hit.end - 1
