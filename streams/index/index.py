"""Everything of one worker that is counted, in memory: what its part of every answer is read from."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from heapq import merge, nsmallest
from itertools import islice
from threading import Lock
from typing import Protocol

from schemas.tally import Counters, TableName
from streams.counting.questions import Basis, DayRange, Filters, Question
from streams.index.changes import Changes
from streams.index.counts import CountsIndex, Read
from streams.index.found import found_actors
from streams.index.frozen import FrozenLists
from streams.index.parts import DaysOfThing, EventRow, Part, Position, Row, event_order
from streams.index.rankings import Ranking, rank
from streams.index.stories import StoryIndex
from streams.index.story_lists import StoryLists
from streams.index.story_names import StoryNames

Partitions = frozenset[int]

_AT_ONCE = 20_000


class Held(Protocol):
    """The committed values of a partition."""

    def get(self, key: bytes) -> bytes | None:
        """The raw value of a key."""

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        """All keys and raw values."""


@dataclass(frozen=True)
class _Frozen:
    """One list: its part in each partition."""

    parts: tuple[Ranking, ...]

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        return sum(part.nbytes for part in self.parts)

    def page(self, limit: int, after: Position | None) -> Part:
        """The rows of one page."""
        best = merge(
            *(_placed(part, limit, after) for part in self.parts), key=lambda each: (-each[0], each[1])
        )
        chosen = list(islice(best, limit))
        rows: dict[str, Row] = {}
        for part in self.parts:
            places = [place for _, _, place, owner in chosen if owner is part]
            rows |= {row.key: row for row in part.shown(places)}
        return Part(tuple(rows[key] for _, key, *_ in chosen), sum(map(len, self.parts)))


def _asked(question: Question, held: Sequence[CountsIndex], snapshot: str) -> Hashable:
    """What equal lists are equal in; nothing is equal to what is read while changes are being taken."""
    versions = tuple((id(index), index.version) for index in held)
    return snapshot if any(version % 2 for _, version in versions) else (question, versions)


def _placed(part: Ranking, limit: int, after: Position | None) -> Iterator[tuple[int, str, int, Ranking]]:
    return ((value, key, place, part) for value, key, place in part.best(limit, after))


@dataclass
class Index:
    """The index of one worker. What changes it comes from one thread; any thread may ask."""

    counts: dict[TableName, dict[int, CountsIndex]] = field(
        default_factory=lambda: {table: {} for table in TableName}
    )
    stories: dict[int, StoryIndex] = field(default_factory=dict)
    story_lists: StoryLists = field(default_factory=StoryLists)
    version: int = 0
    """Another one after every change."""
    frozen: FrozenLists[_Frozen] = field(default_factory=FrozenLists)
    _story_names: StoryNames = field(default_factory=StoryNames)
    _stories_writing: Lock = field(default_factory=Lock)
    """Partitions are opened in threads of their own, and the ledger's share their words."""

    # --- lists -----------------------------------------------------------------------------------------

    def best(self, question: Question, partitions: Partitions, *, limit: int, snapshot: str) -> Part:
        """From tallies the best rows, and the whole list is kept under `snapshot`; from stories all rows."""
        if question.basis is Basis.STORIES:
            return self.story_lists.ranked(question, self._stories_of(partitions))
        held = self._counts_of(question.table, partitions)
        asked = _asked(question, held, snapshot)
        frozen = self.frozen.same(asked) or _Frozen(tuple(rank(index, question) for index in held))
        self.frozen.keep(snapshot, asked, frozen)
        return frozen.page(limit, None)

    def further(self, snapshot: str, *, limit: int, after: Position | None) -> Part:
        """Rows of the list that is kept under this name; raises SnapshotGone."""
        return self.frozen.get(snapshot).page(limit, after)

    # --- single things ---------------------------------------------------------------------------------

    def thing(self, table: TableName, key: str, days: DayRange, partitions: Partitions) -> DaysOfThing | None:
        """One thing by day, oldest first; None where it is not counted on any of these days."""
        for index in self._counts_of(table, partitions):
            if (found := index.thing(key, days)) is not None:
                return found
        return None

    def search(self, words: str, partitions: Partitions, *, limit: int) -> tuple[tuple[Row, str], ...]:
        """Actors with a name that has words that begin so, and that name; most articles first."""
        indexes = self._counts_of(TableName.ACTORS, partitions)
        called = partial(self._story_names.find, list(self.stories.values()))
        return found_actors(indexes, words, called, limit=limit)

    # --- events ----------------------------------------------------------------------------------------

    def by_day(self, filters: Filters, days: DayRange, partitions: Partitions) -> dict[str, Counters]:
        """The matching events by day."""
        total: dict[str, Counters] = {}
        for story in self._stories_of(partitions):
            for day, counters in story.by_day(filters, days).items():
                own = total.setdefault(day, {})
                for name, number in counters.items():
                    own[name] = own.get(name, 0) + number
        return dict(sorted(total.items()))

    def events(
        self,
        filters: Filters,
        days: DayRange,
        partitions: Partitions,
        *,
        limit: int,
        after: tuple[str, str] | None,
    ) -> tuple[EventRow, ...]:
        """The matching events, newest first."""
        pages = [
            story.recent(filters, days, limit=limit, after=after) for story in self._stories_of(partitions)
        ]
        return tuple(nsmallest(limit, (row for page in pages for row in page), key=event_order))

    def event(self, key: str, partitions: Partitions) -> tuple[EventRow, ...]:
        """The event of this key, if it is here."""
        found = (story.event(key) for story in self._stories_of(partitions))
        return tuple(row for row in found if row is not None)[:1]

    def also_called(self, actor: str, partitions: Partitions) -> tuple[str, ...]:
        """The names that stories have used for an actor."""
        found = (name for story in self._stories_of(partitions) for name in story.also_called(actor))
        return tuple(dict.fromkeys(found))

    # --- how much there is -----------------------------------------------------------------------------

    def keys(self, table: TableName) -> int:
        """How many things a table has."""
        return sum(len(index.things) for index in list(self.counts[table].values()))

    def sizes(self) -> Iterable[tuple[str, int, int]]:
        """Name, keys and bytes of each part of the index."""
        stories = list(self.stories.values())
        yield "stories", sum(each.stories for each in stories), sum(each.nbytes for each in stories)
        for table in TableName:
            held = list(self.counts[table].values())
            yield table.value, self.keys(table), sum(index.nbytes for index in held)

    def totals(self) -> Mapping[str, int]:
        """How many stories, events and actors there are."""
        stories = list(self.stories.values())
        return {
            "stories": sum(each.stories for each in stories),
            "events": sum(each.events for each in stories),
            "actors": self.keys(TableName.ACTORS),
        }

    def days(self) -> tuple[str, str] | None:
        """First and last day on which anything is counted."""
        held = [index for partitions in self.counts.values() for index in list(partitions.values())]
        spans = [span for index in held if (span := index.days.span()) is not None]
        return (min(first for first, _ in spans), max(last for _, last in spans)) if spans else None

    # --- changes, from the thread that commits and recovers --------------------------------------------

    def open_counts(self, table: TableName, partition: int, held: Held, read: Read) -> None:
        """Take over a partition of a table with what it has."""
        index = CountsIndex(table, read)
        for changes in _some_at_once(held.items()):
            index.apply(changes)
        self.counts[table][partition] = index
        self.version += 1

    def apply_counts(self, table: TableName, partition: int, changes: Changes) -> None:
        """Take changes of a table's partition."""
        self.counts[table][partition].apply(changes)
        self.version += 1

    def close_counts(self, table: TableName, partition: int) -> None:
        """Forget a partition of a table, and every list that it is in."""
        index = self.counts[table].pop(partition, None)
        if index is not None:
            self.frozen.forget(lambda frozen: any(part.index is index for part in frozen.parts))
            self.version += 1

    def open_stories(self, partition: int, held: Held, read: Read) -> None:
        """Take over a partition of the ledger with what it has."""
        stories = self.story_lists.open(read)
        for changes in _some_at_once(held.items()):
            with self._stories_writing:
                stories.apply(changes)
        self.stories[partition] = stories
        self.version += 1

    def apply_stories(self, partition: int, changes: Changes) -> None:
        """Take changes of the ledger's partition."""
        with self._stories_writing:
            self.stories[partition].apply(changes)
        self.version += 1

    def close_stories(self, partition: int) -> None:
        """Forget a partition of the ledger."""
        if self.stories.pop(partition, None) is not None:
            self.version += 1

    def _counts_of(self, table: TableName, partitions: Partitions) -> list[CountsIndex]:
        # one that is closed meanwhile is left out: whoever asks looks at what is held before and after
        found = (self.counts[table].get(partition) for partition in sorted(partitions))
        return [index for index in found if index is not None]

    def _stories_of(self, partitions: Partitions) -> list[StoryIndex]:
        found = (self.stories.get(partition) for partition in sorted(partitions))
        return [stories for stories in found if stories is not None]


def _some_at_once(items: Iterator[tuple[bytes, bytes]]) -> Iterator[dict[bytes, bytes | None]]:
    while some := dict(islice(items, _AT_ONCE)):
        yield dict(some)
