"""Whether a capital or a seat of power is its government or merely a place."""

from streams.coding.actors.reading import Reading
from streams.coding.actors.word_classes import (
    DONE_TO_PLACES,
    MOTION,
    TOWARDS_OR_ABOUT,
    TREATING_WITH,
    WILLS,
    WITHIN,
)


def acts_as_government(reading: Reading, token: int) -> bool:
    """Judge by what governs the name: 'Moscow accused' acts, 'in Moscow' is a place."""
    words = reading.words
    dep, head = words.dep[token], words.head[token]
    if dep == "conj":
        return acts_as_government(reading, head) if head != token and head < token else False
    if dep in ("nsubj", "agent"):
        return True
    if dep in ("nsubjpass", "dobj"):
        return words.lemma[head] not in DONE_TO_PLACES
    if dep in ("poss", "dative"):
        return True
    if dep in ("compound", "nmod", "amod"):
        return words.lemma[head] in WILLS and head > token
    return dep == "pobj" and _is_dealt_with(reading, head)


def _is_dealt_with(reading: Reading, preposition: int) -> bool:
    words = reading.words
    lower = words.lower[preposition]
    if lower in WITHIN:
        return False
    governor = words.head[preposition]
    if lower in TOWARDS_OR_ABOUT and words.lemma[governor] in MOTION:
        return False
    if lower in ("of", "from", "for"):
        return words.tag[governor].startswith("VB") or lower == "from"
    return lower in TREATING_WITH


def is_reached(reading: Reading, token: int) -> bool:
    """Whether a capital that is merely a place is where something goes or falls: 'flew to Moscow'."""
    words = reading.words
    dep, head = words.dep[token], words.head[token]
    if dep == "conj" and head < token:
        return is_reached(reading, head)
    if dep in ("dobj", "nsubjpass"):
        return True
    return dep == "pobj" and words.lower[head] in ("to", "for", "toward", "towards", "into")
