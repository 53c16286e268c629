"""Words to numbers and back, as one thread adds them and others look them up."""

from collections.abc import Hashable
from typing import Generic, TypeVar

W = TypeVar("W", bound=Hashable)


class Names(Generic[W]):
    """Gives each new word the next number; the first words are given."""

    def __init__(self, *words: W) -> None:
        self.words: list[W] = list(words)
        self._numbers: dict[W, int] = {word: number for number, word in enumerate(words)}

    def number(self, word: W) -> int:
        """The number of a word, a new one for a new word."""
        number = self._numbers.get(word)
        if number is None:
            number = len(self.words)
            self.words.append(word)  # before the number can be found
            self._numbers[word] = number
        return number

    def known(self, word: W) -> int:
        """The number of a word, -1 where it has none."""
        return self._numbers.get(word, -1)

    def __len__(self) -> int:
        return len(self.words)
