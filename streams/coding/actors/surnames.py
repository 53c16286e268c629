"""The name by which news calls a person after the first time."""

from typing import Final

from streams.coding.actors.names import fold
from streams.coding.actors.word_classes import NAME_PARTICLES

_ARTICLES: Final = ("al-", "el-", "Al-", "El-", "as-", "ad-", "ash-", "ar-")
_FAMILY_NAME_FIRST: Final = frozenset({"CHN", "KOR", "PRK"})
_HYPHENATES_GIVEN_NAMES: Final = frozenset({"TWN", "HKG", "MAC"})


def surnames(name: str, country: str | None) -> tuple[str, ...]:
    """The surname with its particles and without: 'Ursula von der Leyen' -> 'von der Leyen', 'Leyen'."""
    words = [word for word in name.split() if word.rstrip(".").lower() not in ("jr", "sr", "ii", "iii")]
    if len(words) < 2:
        return ()
    if _is_family_name_first(words, country):
        return (words[0],)
    at = len(words) - 1
    while at > 1 and fold(words[at - 1]) and fold(words[at - 1])[0] in NAME_PARTICLES:
        at -= 1
    found = [" ".join(words[at:]), words[-1]]
    found += [words[-1].removeprefix(article) for article in _ARTICLES if words[-1].startswith(article)]
    return tuple(dict.fromkeys(found))


def _is_family_name_first(words: list[str], country: str | None) -> bool:
    """'Xi Jinping', 'Tsai Ing-wen'; not 'Carrie Lam'."""
    if country in _HYPHENATES_GIVEN_NAMES:
        return "-" in words[-1]
    return country in _FAMILY_NAME_FIRST and len(words) <= 3 and len(words[0]) <= 6
