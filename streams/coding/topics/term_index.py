"""All terms in one tree of words, to find the longest at each place of a text in one pass."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from streams.coding.topics.words import Forms


@dataclass(slots=True)
class _Node:
    term: str | None = None
    children: dict[str, "_Node"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """A term and the word at which it starts."""

    term: str
    at: int


class TermIndex:
    """Finds terms, longest first, none inside another."""

    def __init__(self, terms: Iterator[str]) -> None:
        self._root = _Node()
        for term in terms:
            self._add(term)

    def find(self, words: Sequence[Forms]) -> Iterator[Found]:
        """The terms in the words, from left to right; time grows with the number of words only."""
        at = 0
        while at < len(words):
            term, length = self._longest_at(words, at)
            if term is not None:
                yield Found(term, at)
            at += length

    def _add(self, term: str) -> None:
        node = self._root
        for word in term.split(" "):
            node = node.children.setdefault(word, _Node())
        node.term = term

    def _longest_at(self, words: Sequence[Forms], at: int) -> tuple[str | None, int]:
        nodes, longest, length = [self._root], None, 1
        for end in range(at, len(words)):
            nodes = list(_step(nodes, words[end]))
            if not nodes:
                break
            ending = next((node.term for node in nodes if node.term is not None), None)
            if ending is not None:
                longest, length = ending, end - at + 1
        return longest, length


def _step(nodes: Sequence[_Node], forms: Forms) -> Iterator[_Node]:
    """The nodes one word further; the form as written comes first, so 'WHO' wins over 'who'."""
    for children, form in chain.from_iterable(((node.children, form) for form in forms) for node in nodes):
        if form in children:
            yield children[form]
