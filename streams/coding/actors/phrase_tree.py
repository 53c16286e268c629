"""Phrases found in a run of words, longest first, in time that grows with the words only."""

from collections.abc import Sequence
from typing import Generic, TypeVar

Meaning = TypeVar("Meaning")


class PhraseTree(Generic[Meaning]):
    """A tree of word pieces; a phrase may have several meanings."""

    def __init__(self) -> None:
        self._root: _Node[Meaning] = _Node()

    def add(self, pieces: Sequence[str], meaning: Meaning) -> None:
        """Let a phrase have a meaning beside those that it has."""
        node = self._root
        for piece in pieces:
            node = node.children.setdefault(piece, _Node())
        node.meanings.append(meaning)

    def find(self, pieces: Sequence[str], at: int) -> list[tuple[int, list[Meaning]]]:
        """All phrases that begin at a piece, the longest first, with the piece past their last."""
        found: list[tuple[int, list[Meaning]]] = []
        node: _Node[Meaning] | None = self._root.children.get(pieces[at])
        end = at + 1
        while node is not None:
            if node.meanings:
                found.append((end, node.meanings))
            node = node.children.get(pieces[end]) if end < len(pieces) else None
            end += 1
        found.reverse()
        return found


class _Node(Generic[Meaning]):
    __slots__ = ("children", "meanings")

    def __init__(self) -> None:
        self.children: dict[str, _Node[Meaning]] = {}
        self.meanings: list[Meaning] = []
