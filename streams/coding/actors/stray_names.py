"""Surnames that spaCy did not take for a person."""

from streams.coding.actors.names import fold
from streams.coding.actors.person_names import LONGEST_NAME, NameSpan
from streams.coding.actors.spotting import Hit
from streams.coding.actors.words import Words


def find_stray_names(words: Words, names: list[NameSpan], hits: list[Hit]) -> list[NameSpan]:
    """Runs of proper tokens outside names and hits; whether they name somebody the story must tell."""
    covered = {token for name in names for token in range(name.start, name.end)}
    covered |= {token for hit in hits for token in range(hit.start, hit.end)}
    found = []
    token, size = 0, len(words)
    while token < size:
        end = token
        while end < size and _may_be_name(words, end) and end not in covered:
            end += 1
        if token < end <= token + LONGEST_NAME:
            found.append(_span(words, token, end))
        token = max(end, token + 1)
    return found


def _may_be_name(words: Words, token: int) -> bool:
    return (
        words.is_proper(token) and words.tag[token] == "NNP" and words.entity[token] not in ("DATE", "TIME")
    )


def _span(words: Words, start: int, end: int) -> NameSpan:
    return NameSpan(
        start, end, tuple(piece for token in range(start, end) for piece in fold(words.text[token]))
    )
