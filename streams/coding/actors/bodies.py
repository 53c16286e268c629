"""Countries, their peoples and governments, organisations and groups."""

from collections.abc import Iterator
from typing import Final

from schemas.coding import Actor, ActorKind
from streams.coding.actors.capitals import acts_as_government, is_reached
from streams.coding.actors.meanings import Meaning, MeaningKind
from streams.coding.actors.names import cased, slug
from streams.coding.actors.owners import likeliest_body, owner_after, owner_before, owner_of_hit
from streams.coding.actors.reading import Reading, is_adjective
from streams.coding.actors.roles import resolve_role
from streams.coding.actors.setting import main_country, place_in_sentence
from streams.coding.actors.spotting import Hit
from streams.coding.actors.words import Words

_K = MeaningKind
_HIDING_LABELS: Final = frozenset({"WORK_OF_ART", "FAC", "EVENT", "LAW", "PRODUCT", "LOC", "LANGUAGE"})
_WORLDWIDE: Final = frozenset({"international", "world", "global", "european", "african", "asian", "arab"})
_OF_LANGUAGE: Final = frozenset({"speaking", "speaker", "speakers", "language", "born", "style", "sounding"})
_WITH_CONGRESS: Final = frozenset(
    {"ARG", "BOL", "BRA", "CHL", "COL", "CRI", "DOM", "ECU", "GTM", "HND", "MEX", "PER", "PHL", "PRY", "VEN"}
)
_NATIONS: Final = frozenset({"England", "Scotland", "Wales", "Northern Ireland"})


def resolve_hit(reading: Reading, hit: Hit) -> bool:
    """Add the mention of a name; False where the hit is a role, or waits to be part of one."""
    if _leads_to_role(reading, hit):
        return True
    if hit.meaning(_K.ROLE) and not hit.meaning(_K.ORGANISATION, _K.GROUP):
        return False
    if hit.meaning(_K.ORGANISATION, _K.GROUP):
        body = _body(reading, hit)
        if body is not None:
            remember_short_name(reading, hit.end, body)
            start = _with_adjective(reading, hit, body)
            reading.add(start, hit.end, reading.words.head_of(hit.start, hit.end), body)
        return True
    if _introduces_own_body(reading, hit):
        return True
    _resolve_place(reading, hit)
    return True


def _body(reading: Reading, hit: Hit) -> Actor | None:
    """The body that a name means: what the story calls so, the listed one, or its like of another country."""
    story = reading.story
    known = story.short_names.get(spelt(reading.words, hit.start, hit.end))
    if known is not None:
        return story.actors[known]
    body = owner_of_hit(reading, hit).body
    named = likeliest_body(reading, hit)
    if body is None or named is None or not body.sector:
        return body
    country = _foreign_country(reading, hit, named, body)
    if country is None:
        return body
    return story.role(country, "SOC" if body.sector == "NGO" else body.sector)


def _foreign_country(reading: Reading, hit: Hit, named: Meaning, body: Actor) -> str | None:
    """The other country whose Congress or Red Cross is meant, by the words beside it or by the story."""
    shared = _is_shared(reading, named)
    if not shared and named.kind is not _K.GROUP:
        return None
    country = _country_beside(reading, hit, only_noun=not shared)
    if country is not None or not shared or body.country is None:
        return country if country != body.country else None
    return _country_of_likes(reading, body)


def _country_of_likes(reading: Reading, body: Actor) -> str | None:
    """The country where a story without its own country's name sets a body; departments are the USA's."""
    if body.country in reading.story.named or body.sector == "GOV":
        return None
    named = reading.story.named
    country = next(iter(named)) if len(named) == 1 else main_country(reading)
    is_congress = body.id == "org:us-congress"
    return None if is_congress and country not in _WITH_CONGRESS else country


def _is_shared(reading: Reading, named: Meaning) -> bool:
    if named.kind is not _K.ORGANISATION:
        return False
    return named.cased in {cased(name) for name in reading.lexicon.organisations[named.key].shared}


def _country_beside(reading: Reading, hit: Hit, *, only_noun: bool) -> str | None:
    """The country named before a body in its phrase or, after 'of', behind it.

    Of a body that no other country has only the bare name of one says so: 'Uganda People's Defence Force'.
    """
    before = reading.hit_at.get(hit.start - 1)
    if only_noun:
        noun = before.meaning(_K.COUNTRY) if before is not None else None
        return noun.key if noun is not None and noun.key in reading.lexicon.countries else None
    start = reading.phrase_start(hit.start, hit.end - 1)
    for other in reading.hits_between(start, hit.start):
        if other.meaning(_K.DEMONYM, _K.COUNTRY, _K.REGIONAL, _K.REGION, _K.CAPITAL):
            return owner_of_hit(reading, other).country
    behind = reading.words.lower[hit.end : hit.end + 1] == ["of"]
    return owner_after(reading, hit.end).country if behind else None


def _introduces_own_body(reading: Reading, hit: Hit) -> bool:
    """Whether an adjective goes with a listed body of the same country: 'Iranian' before 'Quds Force'."""
    body = reading.hit_at.get(hit.end)
    if body is None or not is_adjective(hit) or not body.meaning(_K.ORGANISATION, _K.GROUP):
        return False
    return owner_of_hit(reading, body).country == owner_of_hit(reading, hit).country


def _with_adjective(reading: Reading, hit: Hit, body: Actor) -> int:
    before = reading.hit_at.get(hit.start - 1)
    if before is None or not is_adjective(before) or not reading.is_free(before.start, before.end):
        return hit.start
    return before.start if owner_of_hit(reading, before).country == body.country else hit.start


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
    if reading.phrase_start(role.start, role.end - 1) > hit.start:
        return False
    if hit.meaning(_K.ROLE) and reading.words.tag[hit.end] == "POS":
        return False
    resolve_role(reading, role)
    return not reading.is_free(hit.start, hit.end)


def _resolve_place(reading: Reading, hit: Hit) -> None:
    actor = _place_actor(reading, hit)
    if actor is not None:
        reading.add(hit.start, hit.end, reading.words.head_of(hit.start, hit.end), actor)


def _place_actor(reading: Reading, hit: Hit) -> Actor | None:
    story = reading.story
    if _is_hidden(reading, hit) or _tells_of_language(reading, hit):
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


def _is_hidden(reading: Reading, hit: Hit) -> bool:
    """Whether the words are part of a longer name that is no actor's: 'Paris' in 'the Paris Opera House'."""
    covering = reading.words.entity_at.get(hit.start)
    if covering is None:
        return False
    start, end, label = covering
    if "$" in reading.words.tag[start:end]:
        return False  # a sum of money is in no name, but spaCy may take 'Ukraine €40 billion' for one
    return label in _HIDING_LABELS and end >= hit.end and (start < hit.start - 1 or end > hit.end)


def _tells_of_language(reading: Reading, hit: Hit) -> bool:
    """Whether an adjective says what people speak or where they were born, not whose they are."""
    follows = reading.words.lower[hit.end : hit.end + 2]
    return is_adjective(hit) and follows[:1] == ["-"] and follows[1:] != [] and follows[1] in _OF_LANGUAGE


def _people(reading: Reading, hit: Hit, demonym: Meaning) -> Actor:
    words = reading.words
    if hit.start > 0 and words.lower[hit.start - 1] == "ethnic":
        country = owner_of_hit(reading, hit).country
        return reading.story.role(country or place_in_sentence(reading, hit.start), "ETH")
    number = any(words.tag[token] == "CD" for token in range(max(0, hit.start - 2), hit.start))
    determined = hit.start > 0 and words.lower[hit.start - 1] == "the"
    country = owner_of_hit(reading, hit).country or demonym.key
    if country != demonym.key:
        return reading.story.role(country, "ETH")
    if demonym.kind is _K.PEOPLE and (number or not determined):
        return reading.story.role(country, "CVL")
    return reading.story.country(country)


def _seat(reading: Reading, hit: Hit, seat: Meaning) -> Actor | None:
    words = reading.words
    is_in_name = hit.start > 0 and words.is_proper(hit.start - 1) and words.head[hit.start - 1] == hit.end - 1
    head = words.head_of(hit.start, hit.end)
    if is_in_name and seat.kind is _K.CAPITAL:
        return None
    if not acts_as_government(reading, head):
        is_place = seat.kind is _K.CAPITAL and not seat.key.startswith("org:") and is_reached(reading, head)
        return reading.story.country(seat.key) if is_place else None
    if seat.key.startswith("org:"):
        return reading.story.organisation(seat.key.removeprefix("org:"))
    return reading.story.government(seat.key)


def _region(reading: Reading, hit: Hit, region: Meaning) -> Actor | None:
    if region.key in _NATIONS:
        return reading.story.country(reading.lexicon.regions[region.key].iso3)
    row = reading.lexicon.regions.get(region.key)
    if row is None:
        return reading.story.region(" ".join(region.cased), region.key)
    country = owner_of_hit(reading, hit).country
    if country is None:
        return reading.story.unlisted(ActorKind.GROUP, row.name, None, row.sector) if region.plural else None
    if region.plural:
        return reading.story.role(country, row.sector or "CVL")
    return reading.story.region(row.name, country) if country == row.iso3 else None


def named_bodies(words: Words) -> Iterator[tuple[int, int]]:
    """The stretches that spaCy took for organisations, without articles and stray ends."""
    for start, end, label in words.entities:
        if label != "ORG":
            continue
        while start < end and not words.is_proper(start):
            start += 1
        while end > start and not words.is_proper(end - 1):
            end -= 1
        if start < end:
            yield start, end


def resolve_entity(reading: Reading, start: int, end: int) -> None:
    """Add an organisation that the lexicon does not know, where a word in its name says that it is one."""
    words, story = reading.words, reading.story
    if not reading.is_free(start, end):
        return
    name = spelt(words, start, end)
    known = story.short_names.get(name)
    if known is not None:
        reading.add(start, end, words.head_of(start, end), story.actors[known])
        return
    body_words = [word for word in words.text[start:end] if word in reading.lexicon.body_words]
    if not slug(name) or end - start < 2 or not body_words:
        return
    sector = next((found for word in body_words if (found := reading.lexicon.body_words[word])), None)
    country = _country_of_entity(reading, start, end)
    if country is None and not _WORLDWIDE & set(words.lower[start:end]):
        country = place_in_sentence(reading, start) or main_country(reading)
    actor = story.unlisted(ActorKind.ORGANISATION, name, country, sector)
    reading.add(start, end, words.head_of(start, end), actor)
    remember_short_name(reading, end, actor)


def _country_of_entity(reading: Reading, start: int, end: int) -> str | None:
    """The country named in an organisation's name, before it in its phrase, or behind it."""
    owners = (owner_of_hit(reading, hit) for hit in reading.hits_between(start, end))
    inside = next((owner.country for owner in owners if owner.country), None)
    if inside is not None:
        return inside
    before = owner_before(reading, reading.phrase_start(start, end - 1), start)
    return before.country or owner_after(reading, end).country


def remember_short_name(reading: Reading, end: int, actor: Actor) -> None:
    """Learn the acronym in brackets: 'International Labour Front (ILF)'."""
    words = reading.words
    if end + 2 < len(words) and words.text[end] == "(" and words.text[end + 2] == ")":
        reading.story.short_names.setdefault(words.text[end + 1], actor.id)


def spelt(words: Words, start: int, end: int) -> str:
    """The words of a stretch as one would write them."""
    return " ".join(words.text[start:end]).replace(" 's", "'s").replace(" - ", "-")
