"""Unlisted bodies with a country in their name: 'Congo Reform Initiative (CRI)' is not the Congo."""

from collections.abc import Iterator
from typing import Final

from schemas.coding import Actor, ActorKind
from streams.coding.actors.bodies import named_bodies, remember_short_name, spelt
from streams.coding.actors.introductions import introduced_names
from streams.coding.actors.meanings import MeaningKind
from streams.coding.actors.owners import owner_of_hit
from streams.coding.actors.reading import Reading
from streams.coding.actors.spotting import Hit
from streams.coding.actors.word_classes import BODIES_OF_A_COUNTRY, NO_BODIES

_K = MeaningKind
_LANDS: Final = (_K.COUNTRY, _K.DEMONYM, _K.REGION, _K.REGIONAL)
_ACTORS: Final = (_K.ORGANISATION, _K.GROUP, _K.ROLE, _K.PERSON, _K.SEAT)
_READ_AS_HITS: Final = (_K.COUNTRY, _K.ORGANISATION, _K.GROUP)
_NO_BODY_LABELS: Final = frozenset({"EVENT", "LAW", "FAC", "LOC", "GPE", "PRODUCT", "WORK_OF_ART"})


def national_bodies(reading: Reading) -> list[tuple[int, int]]:
    """The stretches that name such bodies: introduced with an acronym, or organisations to spaCy.

    A name found so is found wherever the text has the same words.
    """
    found = {span for span in introduced_names(reading.words) if _is_introduced(reading, *span)}
    tagged = (_before_bracket(reading, *span) for span in named_bodies(reading.words))
    found |= {span for span in tagged if _is_national(reading, *span)}
    return sorted(found | set(_repeated(reading, found)))


def resolve_national_body(reading: Reading, start: int, end: int) -> None:
    """Add the mention of such a body; its acronym means it from there on."""
    if not reading.is_free(start, end):
        return
    actor = _listed_by_acronym(reading, start, end) or _unlisted(reading, start, end)
    reading.add(start, end, reading.words.head_of(start, end), actor)
    remember_short_name(reading, end, actor)


def acronyms(reading: Reading) -> Iterator[int]:
    """The tokens that are spelt like an acronym in brackets somewhere in the text."""
    text = reading.words.text
    bracketed = {
        text[at]
        for at in range(1, len(text) - 1)
        if text[at - 1] == "(" and text[at + 1] == ")" and len(text[at]) > 1 and text[at].isupper()
    }
    return (token for token, word in enumerate(text) if word in bracketed)


def resolve_acronym(reading: Reading, token: int) -> None:
    """Add the mention of the body that an acronym was introduced for, whatever spaCy takes it for."""
    body = reading.story.short_names.get(reading.words.text[token])
    if body is None or not reading.is_free(token, token + 1):
        return
    hit = reading.hit_at.get(token)
    if hit is None or (hit.end == token + 1 and not hit.meaning(*_READ_AS_HITS)):
        reading.add(token, token + 1, token, reading.story.actors[body])


def _is_introduced(reading: Reading, start: int, end: int) -> bool:
    """Whether the words before an acronym hold a country and neither are one nor end in a known actor."""
    lands = [hit for hit in reading.hits_between(start, end) if _is_land(reading, hit)]
    return any(hit.end - hit.start < end - start for hit in lands) and _may_be_body(reading, start, end)


def _is_national(reading: Reading, start: int, end: int) -> bool:
    """Whether an organisation's name begins with its country and has a word that says what it is."""
    land = reading.hit_at.get(start)
    if land is None or land.start != start or not _is_land(reading, land):
        return False
    words = reading.words
    if end - land.end < 2 or "POS" in words.tag[start:end] or not _may_be_body(reading, start, end):
        return False
    return any(
        word in reading.lexicon.body_words or word in BODIES_OF_A_COUNTRY
        for word in words.text[land.end : end]
    )


def _before_bracket(reading: Reading, start: int, end: int) -> tuple[int, int]:
    """Leave out an acronym in brackets, which spaCy may take into the name."""
    bracket = next((token for token in range(start, end) if reading.words.text[token] == "("), end)
    return start, bracket


def _is_land(reading: Reading, hit: Hit) -> bool:
    return hit.meaning(*_LANDS) is not None and owner_of_hit(reading, hit).country is not None


def _may_be_body(reading: Reading, start: int, end: int) -> bool:
    """Whether the name is neither that of a thing nor one that other rules know: 'Russian Navy'."""
    last = reading.hit_at.get(end - 1)
    _, entity_end, label = reading.words.entity_at.get(end - 1, (0, 0, ""))
    if label in _NO_BODY_LABELS and not (last is not None and entity_end == last.end):
        return False
    if reading.words.text[end - 1] in NO_BODIES or _holds_own_body(reading, start, end):
        return False
    ends = (reading.hit_at.get(at - 1) for at in (end, _end_of_head(reading, start, end)))
    return not any(hit.meaning(*_ACTORS) for hit in ends if hit is not None)


def _holds_own_body(reading: Reading, start: int, end: int) -> bool:
    """Whether a listed body of the same country stands in the name: 'Quds Force' behind 'Iranian'."""
    bodies = (owner_of_hit(reading, hit).body for hit in reading.hits_between(start, end))
    country = _country(reading, start, end)
    return any(body is not None and body.country == country for body in bodies)


def _end_of_head(reading: Reading, start: int, end: int) -> int:
    """Past the word that says what the body is: 'Ministry' in 'Russian Ministry of Defence'."""
    lower = reading.words.lower
    return next((token for token in range(start + 1, end) if lower[token] in ("of", "for")), end)


def _repeated(reading: Reading, found: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The other stretches with the words of a found one."""
    text = reading.words.text
    by_first: dict[str, set[tuple[str, ...]]] = {}
    for start, end in found:
        by_first.setdefault(text[start], set()).add(tuple(text[start:end]))
    for token, word in enumerate(text):
        for name in by_first.get(word, ()):
            if tuple(text[token : token + len(name)]) == name:
                yield token, token + len(name)


def _listed_by_acronym(reading: Reading, start: int, end: int) -> Actor | None:
    """The body that the lexicon knows by its acronym only, if it is of the same country."""
    hit = reading.hit_at.get(end + 1) if reading.words.text[end : end + 1] == ["("] else None
    body = owner_of_hit(reading, hit).body if hit is not None else None
    return body if body is not None and body.country == _country(reading, start, end) else None


def _unlisted(reading: Reading, start: int, end: int) -> Actor:
    name = spelt(reading.words, start, end)
    sector, country = _sector(reading, start, end), _country(reading, start, end)
    return reading.story.unlisted(ActorKind.ORGANISATION, name, country, sector)


def _sector(reading: Reading, start: int, end: int) -> str | None:
    """The sector of the last word that tells one, before 'of': 'Commission', not 'Energy' before it."""
    told = reading.words.text[start : _end_of_head(reading, start, end)]
    body_words = reading.lexicon.body_words
    return next((sector for word in reversed(told) if (sector := body_words.get(word))), None)


def _country(reading: Reading, start: int, end: int) -> str | None:
    """The first country in the name."""
    lands = [hit for hit in reading.hits_between(start, end) if _is_land(reading, hit)]
    return owner_of_hit(reading, lands[-1]).country if lands else None
