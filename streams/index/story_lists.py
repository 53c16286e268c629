"""Lists over the stories of a worker's partitions; kept while nothing changes, for many ask the same."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Final

from streams.counting.questions import Question
from streams.index.parts import Part
from streams.index.stories import Read, StoryIndex
from streams.index.story_list import ranked
from streams.index.story_rows import Snapshot, Words

MOST_KEPT_ROWS: Final = 200_000


class StoryLists:
    """Opens the partitions' indexes, with words that they share, and lists over any of them."""

    def __init__(self, *, most_kept_rows: int = MOST_KEPT_ROWS) -> None:
        """Keep lists of so many rows in all, and always the last one."""
        self._words = Words()
        self._most_kept_rows = most_kept_rows
        self._kept: OrderedDict[Question, tuple[list[Snapshot], Part]] = OrderedDict()
        self._lock = Lock()

    def open(self, read: Read) -> StoryIndex:
        """An index of a partition; all of them are to be changed by one thread."""
        return StoryIndex(read, self._words)

    def ranked(self, question: Question, indexes: Sequence[StoryIndex]) -> Part:
        """All that a question lists over partitions opened here, best first.

        Things of the period before alone are there too, without counters and not in the total: elsewhere the
        same may have been counted since.
        """
        snapshots = [index.snapshot for index in indexes]
        if not snapshots:
            return Part()
        if (kept := self._find(question, snapshots)) is not None:
            return kept
        part = ranked(snapshots, self._words, question, with_lost=True)
        self._keep(question, snapshots, part)
        return part

    def _find(self, question: Question, snapshots: list[Snapshot]) -> Part | None:
        with self._lock:
            seen, part = self._kept.get(question, ([], None))
            if part is not None and list(map(id, seen)) == list(map(id, snapshots)):
                self._kept.move_to_end(question)
                return part
            return None

    def _keep(self, question: Question, snapshots: list[Snapshot], part: Part) -> None:
        with self._lock:
            self._kept[question] = (snapshots, part)
            self._kept.move_to_end(question)
            rows = sum(len(kept.rows) for _, kept in self._kept.values())
            while rows > self._most_kept_rows and len(self._kept) > 1:
                _, (_, oldest) = self._kept.popitem(last=False)
                rows -= len(oldest.rows)
