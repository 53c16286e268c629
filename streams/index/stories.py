"""The stories of one coded partition with their events, to be asked while they change."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

import numpy as np
import orjson

from schemas.coded import UNDATED
from schemas.tally import Counters
from streams.counting.questions import DayRange, Filters, Question
from streams.index.event_columns import UNDATED_DAY, Longs
from streams.index.event_pages import EventPages
from streams.index.parts import EventRow, Part
from streams.index.story_list import ranked
from streams.index.story_matching import matching_events
from streams.index.story_rows import TYPES, Additions, Snapshot, StoryRowsWriter, Words
from streams.index.story_sweep import swept
from streams.state.store import is_reserved

Read = Callable[[bytes], bytes | None]

_LEAST_DEAD: Final = 4096


class StoryIndex:
    """Answers from the committed ledger entries of one partition.

    One thread applies changes; any other may ask. Each answer is of one moment, between two calls of `apply`.
    """

    def __init__(self, read: Read, words: Words | None = None) -> None:
        """Empty; `read` gives the committed ledger entry of an article, from whichever thread asks.

        With the `words` of other partitions their lists can be summed.
        """
        self.words = words if words is not None else Words()
        self._writer = StoryRowsWriter(self.words)
        self._rows: dict[str, int] = {}
        self._dead = 0
        self._snapshot = self._writer.snapshot(0)
        self._pages = EventPages(read)

    def apply(self, changes: Mapping[bytes, bytes | None]) -> None:
        """Take changelog records of the ledger: each replaces its article's story, None removes it."""
        additions, dead = Additions(self._writer), []
        for key, raw in changes.items():
            if is_reserved(key):
                continue
            article_id = key.decode()
            if (old := self._rows.pop(article_id, None)) is not None:
                dead.append(old)
            story = None if raw is None else orjson.loads(raw).get("story")
            if story is not None:
                self._rows[article_id] = additions.add(article_id, story, version=hash(raw))
        self._publish(additions, dead)

    def _publish(self, additions: Additions, dead: list[int]) -> None:
        epoch = self._snapshot.epoch + 1
        additions.write()
        self._writer.stories.set("died", dead, epoch)  # readers of the moment before still see them
        self._dead += len(dead)
        self._snapshot = self._writer.snapshot(epoch)
        if self._dead > max(_LEAST_DEAD, len(self._rows)):
            self._sweep()

    def _sweep(self) -> None:
        """Leave replaced stories behind, in arrays of their own that those of before do not share."""
        self._writer = swept(self._snapshot, self.words)
        self._rows = {article_id: row for row, article_id in enumerate(self._writer.ids)}
        self._dead = 0
        self._snapshot = self._writer.snapshot(self._snapshot.epoch)

    @property
    def snapshot(self) -> Snapshot:
        """What there is at this moment."""
        return self._snapshot

    # --- questions, from any thread ------------------------------------------------------------------------

    def ranked(self, question: Question) -> Part:
        """All that a question lists, best first; with the counters of the period before if asked for."""
        return ranked([self._snapshot], self.words, question)

    def by_day(self, filters: Filters, days: DayRange) -> dict[str, Counters]:
        """Matching events by the day of their story: articles, events, and each type."""
        snapshot = self._snapshot
        rows = matching_events(snapshot, self.words, filters, days)
        story = snapshot.events.story[rows]
        seen = np.flatnonzero(np.bincount(story))
        ordinals, at = np.unique(snapshot.stories.day[seen], return_inverse=True)
        place = np.zeros(len(snapshot.stories.day), np.int64)
        place[seen] = at
        code = place[story] * len(TYPES) + snapshot.events.type[rows]
        types = np.bincount(code, minlength=len(ordinals) * len(TYPES)).reshape(-1, len(TYPES))
        articles = np.bincount(at, minlength=len(ordinals))
        told = {
            _day_of(ordinal): _of_day(count, row)
            for ordinal, count, row in zip(ordinals.tolist(), articles.tolist(), types, strict=True)
        }
        return dict(sorted(told.items()))

    def recent(
        self, filters: Filters, days: DayRange, *, limit: int, after: tuple[str, str] | None
    ) -> list[EventRow]:
        """Matching events by falling moment (UTC, '' for none), then by key; those after `after`."""
        return self._pages.page(lambda: self._snapshot, self.words, filters, days, limit=limit, after=after)

    def event(self, key: str) -> EventRow | None:
        """The event of this key."""
        return self._pages.one(key)

    def also_called(self, actor: str, *, most: int = 20) -> list[str]:
        """Words by which stories named the actor in an event, those of most stories first."""
        snapshot, number = self._snapshot, self.words.actors.known(actor)
        if number <= 0:
            return []
        texts = snapshot.parties.text[_named(snapshot, number)]
        counts = np.bincount(texts, minlength=1)
        counts[0] = 0
        words = self.words.texts.words
        found = [(-int(counts[text]), words[text]) for text in np.flatnonzero(counts).tolist()]
        return [text for _, text in sorted(found)[:most]]

    def names(self, *, most: int = 20) -> dict[str, list[str]]:
        """By actor the words that events named it by; for a search."""
        snapshot = self._snapshot
        alive = _alive_parties(snapshot)
        actors = snapshot.labels.actor[snapshot.parties.label[alive]].astype(np.int64)
        pairs, counts = np.unique((actors << 32) + snapshot.parties.text[alive], return_counts=True)
        told: dict[str, list[str]] = {}
        for pair in pairs[np.argsort(-counts, kind="stable")].tolist():
            actor, text = pair >> 32, pair & 0xFFFFFFFF
            named = told.setdefault(self.words.actors.words[actor], [])
            if text and len(named) < most:
                named.append(self.words.texts.words[text])
        return told

    # --- how much there is ---------------------------------------------------------------------------------

    @property
    def stories(self) -> int:
        """How many stories there are."""
        return len(self._rows)

    @property
    def events(self) -> int:
        """How many events there are."""
        snapshot = self._snapshot
        return int(snapshot.stories.events[snapshot.stories.died > snapshot.epoch].sum())

    def days(self) -> tuple[str, str] | None:
        """First and last day of any story, None where none has a day."""
        snapshot = self._snapshot
        days = snapshot.stories.day[snapshot.stories.died > snapshot.epoch]
        days = days[days != UNDATED_DAY]
        return (_day_of(int(days.min())), _day_of(int(days.max()))) if len(days) else None

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays, without what stands behind their numbers."""
        return sum(table.nbytes for table in self._writer.tables)


def _alive_parties(snapshot: Snapshot) -> Longs:
    """Parties of stories that are there; without nobody's."""
    alive = (snapshot.stories.died > snapshot.epoch)[snapshot.parties.story[1:]]
    return np.flatnonzero(alive) + 1


def _named(snapshot: Snapshot, actor: int) -> Longs:
    alive = _alive_parties(snapshot)
    named: Longs = alive[snapshot.labels.actor[snapshot.parties.label[alive]] == actor]
    return named


def _day_of(ordinal: int) -> str:
    return UNDATED if ordinal == UNDATED_DAY else date.fromordinal(ordinal).isoformat()


def _of_day(articles: int, types: Longs) -> Counters:
    told = {name: count for name, count in zip(TYPES, types.tolist(), strict=True) if count}
    return {"articles": articles, "events": int(types.sum()), **told}
