"""'The North' and 'the South' in news from Korea."""

from typing import Final

from streams.coding.actors.lexicon import ActorLexicon
from streams.coding.actors.meanings import Meaning, MeaningKind
from streams.coding.actors.spotting import Hit
from streams.coding.actors.words import Words

_HALVES: Final = {"North": "PRK", "South": "KOR"}
_ELSEWHERE: Final = frozenset({"SDN", "SSD", "YEM", "VNM", "CIV"})
_NAMED: Final = (MeaningKind.COUNTRY, MeaningKind.DEMONYM, MeaningKind.CAPITAL, MeaningKind.PERSON)


def find_halves(words: Words, hits: list[Hit], lexicon: ActorLexicon) -> list[Hit]:
    """The bare halves of Korea, if a text speaks of Korea and of no other divided country."""
    if not any(half in words.text for half in _HALVES):
        return []
    keys = {_country(hit, lexicon) for hit in hits}
    if not keys & set(_HALVES.values()) or keys & _ELSEWHERE:
        return []
    covered = {token for hit in hits for token in range(hit.start, hit.end)}
    return [
        Hit(
            token,
            token + 1,
            (Meaning(MeaningKind.COUNTRY, _HALVES[words.text[token]], (words.text[token],)),),
        )
        for token in range(len(words))
        if words.text[token] in _HALVES and token not in covered and _stands_alone(words, token)
    ]


def _country(hit: Hit, lexicon: ActorLexicon) -> str:
    named = hit.meaning(*_NAMED)
    if named is None:
        return ""
    return lexicon.people[named.key].country if named.kind is MeaningKind.PERSON else named.key


def _stands_alone(words: Words, token: int) -> bool:
    """Whether no other name goes with it: not 'North Hamgyong', not 'Mount North'."""
    follows = token + 1 < len(words) and words.is_proper(token + 1)
    before = token > 0 and words.is_proper(token - 1) and words.text[token - 1] not in _HALVES
    return not follows and not before
