"""Readings made by hand: what an encoder might say of a sentence, word by word."""

import re

import numpy as np

from schemas.plover import EventType
from streams.coding.encoder.reading import INDEX, TYPES, Role, SentenceReading


def reading(
    sentence: str,
    *,
    main: dict[EventType | None, float],
    told: dict[str, dict[EventType | None, float]] | None = None,
    parties: dict[tuple[str, Role], dict[str | None, float]] | None = None,
) -> SentenceReading:
    """One piece a word; what is not given is 'no event', and all words alike as parties."""
    words = [(0, 0), *(found.span() for found in re.finditer(r"\w+|\S", sentence))]
    place = {sentence[a:b]: at for at, (a, b) in enumerate(words) if b > a}
    at = np.zeros((len(words), len(TYPES)), np.float32)
    at[:, 0] = 1.0
    for word, odds in (told or {}).items():
        at[place[word]] = _row(odds)
    links = np.full((len(Role), len(words), len(words)), 1 / len(words), np.float32)
    for (trigger, role), odds in (parties or {}).items():
        links[role, place[trigger]] = 0.0
        for word, probability in odds.items():
            links[role, place[trigger], 0 if word is None else place[word]] = probability
    return SentenceReading(tuple(words), _row(main), at, links)


def _row(odds: dict[EventType | None, float]) -> np.ndarray:
    row = np.full(len(TYPES), 1e-4, np.float32)
    for kind, probability in odds.items():
        row[INDEX[kind]] = probability
    return row
