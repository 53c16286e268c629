"""Whether a capital or a seat of power is its government or merely a place."""

from typing import Final

from streams.coding.actors.reading import Reading

_ALWAYS_PLACE: Final = frozenset(
    [
        "in",
        "at",
        "near",
        "outside",
        "around",
        "across",
        "throughout",
        "via",
        "through",
        "inside",
        "within",
        "into",
        "onto",
        "above",
        "beyond",
        "toward",
    ]
)
_SOMETIMES_PLACE: Final = frozenset({"to", "from", "for", "of", "on", "over", "between", "toward", "towards"})
_MOTION: Final = frozenset(
    [
        "travel",
        "fly",
        "go",
        "come",
        "arrive",
        "return",
        "head",
        "drive",
        "march",
        "walk",
        "sail",
        "move",
        "bring",
        "take",
        "transfer",
        "evacuate",
        "flee",
        "deport",
        "extradite",
        "visit",
        "trip",
        "flight",
        "journey",
        "road",
        "way",
        "tour",
        "route",
        "mile",
        "kilometre",
        "kilometer",
        "km",
        "north",
        "south",
        "east",
        "west",
        "leave",
        "depart",
        "send",
        "suburb",
        "outskirts",
        "city",
        "centre",
        "center",
        "embassy",
        "ambassador",
        "street",
        "mayor",
        "hotel",
        "airport",
    ]
)
_DONE_TO_PLACES: Final = frozenset(
    [
        "visit",
        "leave",
        "reach",
        "enter",
        "tour",
        "bomb",
        "shell",
        "hit",
        "strike",
        "attack",
        "seize",
        "capture",
        "occupy",
        "storm",
        "besiege",
        "encircle",
        "rock",
        "shake",
        "target",
        "liberate",
        "retake",
        "recapture",
        "surround",
        "pound",
    ]
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
        return words.lemma[head] not in _DONE_TO_PLACES
    if dep in ("poss", "dative", "attr"):
        return dep != "attr"
    return dep == "pobj" and _is_dealt_with(reading, head)


def _is_dealt_with(reading: Reading, preposition: int) -> bool:
    words = reading.words
    lower = words.lower[preposition]
    if lower in _ALWAYS_PLACE:
        return False
    governor = words.head[preposition]
    if lower in _SOMETIMES_PLACE and words.lemma[governor] in _MOTION:
        return False
    if lower in ("of", "from", "for"):
        return words.tag[governor].startswith("VB") or lower == "from"
    return lower in ("against", "with", "between", "by", "to", "on", "toward", "towards", "from", "for")
