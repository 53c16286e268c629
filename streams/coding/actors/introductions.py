"""Names that a text introduces together with their acronym in brackets."""

from collections.abc import Iterator
from typing import Final

from streams.coding.actors.words import Words

_LINKS: Final = frozenset(
    {"of", "for", "the", "and", "in", "on", "to", "&", "-", "'s", "’s", "de", "des", "du"}
)
_LONGEST: Final = 12


def introduced_names(words: Words) -> Iterator[tuple[int, int]]:
    """The stretches before '(CRI)' whose initials are the acronym's letters."""
    for bracket in range(2, len(words) - 2):
        if words.text[bracket] == "(" and words.text[bracket + 2] == ")":
            acronym = words.text[bracket + 1].replace(".", "")
            start = _start(words, bracket, acronym) if len(acronym) > 1 and acronym.isupper() else None
            if start is not None:
                yield start, bracket


def _start(words: Words, end: int, acronym: str) -> int | None:
    for start in range(end - 1, max(-1, end - _LONGEST), -1):
        is_link = words.lower[start] in _LINKS
        if not is_link and not words.text[start][:1].isupper():
            return None
        if not is_link and start < end - 1 and _spells(words.text[start:end], acronym):
            return start
    return None


def _spells(name: list[str], acronym: str) -> bool:
    """Whether the initials of a name make its acronym; small words may count or not."""
    reached = {0}
    for word in name:
        letters = _letters(word)
        onwards = {at + len(each) for at in reached for each in letters if acronym.startswith(each, at)}
        reached = onwards | reached if word.lower() in _LINKS else onwards
    return len(acronym) in reached


def _letters(word: str) -> set[str]:
    """What a word may give to an acronym: its initial, or all of 'U.S.'."""
    whole = word.replace(".", "")
    return {whole[:1].upper(), whole} if whole.isupper() else {whole[:1].upper()}
