"""Where a story or a sentence is set, for the police or the parliament of no named country."""

import re
from collections import Counter
from typing import Final

from schemas.coding import ActorKind
from streams.coding.actors.meanings import MeaningKind
from streams.coding.actors.owners import owner_of_hit
from streams.coding.actors.reading import Reading
from streams.coding.actors.towns import country_at, country_of_town_at
from streams.coding.actors.word_classes import AT

_K = MeaningKind
_DATELINE_WORDS: Final = 8
_DASH: Final = re.compile(r"^(--?|—|–)$")
_LEAST_SHARE: Final = 0.6
_RECENT: Final = 12
_LONGEST_PLACE: Final = 8


def dateline_country(reading: Reading) -> str | None:
    """The country of a dateline: 'MINSK, Aug 11 —'."""
    words = reading.words
    reach = range(min(_DATELINE_WORDS, len(words)))
    dash = next((at for at in reach if _DASH.match(words.text[at]) and words.tag[at] != "HYPH"), None)
    if not dash or not words.text[0][:1].isupper():
        return None
    hit = reading.hit_at.get(0)
    if hit is not None and (named := hit.meaning(_K.CAPITAL, _K.COUNTRY)):
        return None if named.key.startswith("org:") else named.key
    return country_at(reading, 0, dash)


def place_in_sentence(reading: Reading, token: int) -> str | None:
    """The one country that the sentence names as a place ('in Cairo'); None where there are several."""
    words = reading.words
    sentence = words.sentence[token]
    if sentence not in reading.places:
        reading.places[sentence] = _places_around(reading, token)
    found = reading.places[sentence]
    return next(iter(found)) if len(found) == 1 else None


def _places_around(reading: Reading, token: int) -> frozenset[str]:
    words = reading.words
    first = token
    while first > 0 and words.same_sentence(first - 1, token):
        first -= 1
    found = set()
    at = first
    while at + 1 < len(words) and words.same_sentence(at, token):
        if words.lower[at] in AT and words.tag[at] == "IN" and (country := _place(reading, at + 1)):
            found.add(country)
        at += 1
    return frozenset(found)


def _place(reading: Reading, at: int) -> str | None:
    """The country of a place name: the one that follows it ('Setubal, Portugal'), else its own."""
    words = reading.words
    if words.tag[at] == "DT" and at + 1 < len(words):
        at += 1
    for token in range(at, min(at + _LONGEST_PLACE, len(words))):
        hit = reading.hit_at.get(token)
        if hit is not None and _ends_a_name(reading, hit.start, at):
            continue
        if hit is not None and (place := hit.meaning(_K.COUNTRY, _K.CAPITAL, _K.REGION)):
            return None if place.key.startswith("org:") else owner_of_hit(reading, hit).country
        if not words.is_proper(token) and words.text[token] != ",":
            break
    return country_of_town_at(reading, at)


def _ends_a_name(reading: Reading, token: int, at: int) -> bool:
    """Whether a place is the last piece of another's name: 'Colorado' in 'San Luis Rio Colorado'."""
    return token > at and reading.words.is_proper(token - 1) and token - 1 not in reading.hit_at


def main_country(reading: Reading) -> str | None:
    """The country of the dateline, else the one that most names in the text point to, if one stands out."""
    story = reading.story
    if story.dateline:
        return story.dateline
    total = story.countries.total()
    if total == 0:
        return None
    country, count = story.countries.most_common(1)[0]
    return country if count >= _LEAST_SHARE * total else None


def only_country(reading: Reading) -> str | None:
    """The country of the dateline, if the text names none more often."""
    story = reading.story
    named = story.countries.most_common(1)
    return story.dateline if named and named[0][0] == story.dateline else None


def count_countries(reading: Reading) -> Counter[str]:
    """How often the text names each country, its people or its capital."""
    hits = {hit.start: hit for hit in reading.hit_at.values()}.values()
    owners = (owner_of_hit(reading, hit) for hit in hits if not hit.meaning(_K.ROLE))
    return Counter(owner.country for owner in owners if owner.country)


def last_country(reading: Reading, token: int) -> str | None:
    """The country of the last mention before a token: for "the country's army"."""
    recent = reading.mentions[-_RECENT:]
    before = (mention for mention in reversed(recent) if mention.end <= token)
    return next((mention.actor.country for mention in before if mention.actor.country), None)


def country_meant(reading: Reading, token: int) -> str | None:
    """The country behind 'his' and 'her': the last person's; behind 'its': the last other mention's.

    Of several near ones a subject comes first: in 'Spain will hold the rock off Morocco, its minister
    said' the minister is Spain's.
    """
    persons = reading.words.lower[token] in ("his", "her")
    near = [
        mention
        for mention in reversed(reading.mentions[-_RECENT:])
        if mention.end <= token
        and mention.actor.country
        and (mention.actor.kind is ActorKind.PERSON) == persons
        and reading.words.sentence[token] - reading.words.sentence[mention.start] <= 1
    ]
    subjects = (
        each
        for each in near
        if reading.words.dep[each.head] in ("nsubj", "nsubjpass") and not each.actor.id.startswith("role:")
    )
    chosen = next(subjects, None) or (near[0] if near else None)
    return chosen.actor.country if chosen else None
