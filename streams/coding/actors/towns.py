"""Towns in a text, and the country of each."""

from typing import Final

from streams.coding.actors.names import fold
from streams.coding.actors.places import country_of_town
from streams.coding.actors.reading import Reading

_LONGEST_TOWN: Final = 8


def country_at(reading: Reading, token: int, end: int) -> str | None:
    """The country of the town whose name begins at a token, of at most three proper tokens."""
    found = town_at(reading, token, end)
    return found[0] if found else None


def town_at(reading: Reading, token: int, end: int) -> tuple[str, int] | None:
    """The country of the town that begins at a token, and the token past its name."""
    words = reading.words
    towns = country_of_town()
    last = token
    while last < min(end, token + 3, len(words)) and words.is_proper(last):
        last += 1
    for stop in range(last, token, -1):
        pieces = tuple(piece for each in range(token, stop) for piece in fold(words.text[each]))
        if pieces in towns and words.entity[token] != "PERSON":
            return towns[pieces], stop
    return None


def last_town_in(reading: Reading, start: int, end: int) -> tuple[str, int] | None:
    """The country of the last town named in a stretch, and where it begins: 'Los Angeles', not 'Angeles'."""
    found, token = None, start
    while token < end:
        town = town_at(reading, token, end) if reading.words.is_proper(token) else None
        if town is not None:
            found, token = (town[0], token), town[1]
        else:
            token += 1
    return found


def country_of_town_at(reading: Reading, at: int) -> str | None:
    """The country of a town; where a state follows, as in 'Leon, Guanajuato', that of the state's."""
    words = reading.words
    if not words.is_proper(at):
        return None
    end = next(
        (token for token in range(at, min(at + _LONGEST_TOWN, len(words))) if not words.is_proper(token)),
        at + 1,
    )
    named = end + 1 < len(words) and words.text[end] == "," and words.is_proper(end + 1)
    wider = country_at(reading, end + 1, end + 4) if named else None
    return wider or country_at(reading, at, at + 3)
