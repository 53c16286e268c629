"""Pages of events, newest first: found in arrays, their words read from the ledger."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any, Final

import numpy as np
import orjson

from schemas.coding import Event
from streams.counting.questions import DayRange, Filters
from streams.index.event_columns import Longs
from streams.index.parts import EventRow, moment_of
from streams.index.story_matching import matching_events
from streams.index.story_rows import Snapshot, Words

Read = Callable[[bytes], bytes | None]

_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class _Told:
    """An event as the ledger has it, with its key."""

    key: str
    article_id: str
    story: Mapping[str, Any]
    event: Mapping[str, Any]


class EventPages:
    """Reads the words of those events alone that are shown."""

    def __init__(self, read: Read) -> None:
        """`read` gives the committed ledger entry of an article."""
        self._read = read

    def one(self, key: str) -> EventRow | None:
        """The event of this key."""
        article_id, _, event_id = key.rpartition("/")
        raw = self._read(article_id.encode())
        story = (None if raw is None else orjson.loads(raw).get("story")) or {}
        for event in story.get("events", ()):
            if event["id"] == event_id:
                return _row(_Told(key, article_id, story, event))
        return None

    def page(
        self,
        present: Callable[[], Snapshot],
        words: Words,
        filters: Filters,
        days: DayRange,
        *,
        limit: int,
        after: tuple[str, str] | None,
    ) -> list[EventRow]:
        """The first matching events after a place, newest first.

        A story that is replaced between the look into the arrays and that into the ledger makes it look
        again; what then still changes is left out, as if it had been taken back.
        """
        for _ in range(_TRIES):
            reading = _Reading(present(), self._read)
            rows = matching_events(reading.snapshot, words, filters, days)
            told = list(_first(reading, rows, limit, after))
            if not reading.missed:
                break
        return [_row(each) for each in told]


@dataclass
class _Reading:
    """Reads events of one snapshot."""

    snapshot: Snapshot
    read: Read
    missed: bool = False

    def told(self, rows: Longs) -> Iterator[_Told]:
        """The events of these rows, in no order."""
        stories = self.snapshot.events.story[rows]
        for story in np.unique(stories).tolist():
            yield from self._of_story(story, rows[stories == story].tolist())

    def _of_story(self, story: int, rows: list[int]) -> Iterator[_Told]:
        article_id = self.snapshot.ids[story]
        raw = self.read(article_id.encode())
        if raw is None or hash(raw) != self.snapshot.stories.version[story]:
            self.missed = True
            return
        told, first = orjson.loads(raw)["story"], int(self.snapshot.stories.first_event[story])
        for row in rows:
            event = told["events"][row - first]
            yield _Told(f"{article_id}/{event['id']}", article_id, told, event)


def _first(reading: _Reading, rows: Longs, limit: int, after: tuple[str, str] | None) -> Iterator[_Told]:
    snapshot = reading.snapshot
    moments = snapshot.stories.moment[snapshot.events.story[rows]]
    if after is not None:
        last = moment_of(after[0])
        for told in _first_by_key(reading, rows[moments == last], limit, after[1]):
            limit -= 1
            yield told
        rows, moments = rows[moments < last], moments[moments < last]
    if not limit or not len(rows):
        return
    at = max(0, len(rows) - limit)
    oldest = np.partition(moments, at)[at]
    newer = list(reading.told(rows[moments > oldest]))
    yield from sorted(newer, key=_order)
    yield from _first_by_key(reading, rows[moments == oldest], limit - len(rows[moments > oldest]), None)


def _order(told: _Told) -> tuple[int, str]:
    return -moment_of(told.story.get("published_at")), told.key


def _first_by_key(reading: _Reading, rows: Longs, limit: int, after: str | None) -> list[_Told]:
    """The first of events of one moment by their keys, which begin with their articles' ids.

    Of two stories the keys follow the order of 'id/', unless one of these begins with the other: then the
    keys mix, and all such stories must be read.
    """
    snapshot = reading.snapshot
    of_row = snapshot.events.story[rows]
    stories = [(f"{snapshot.ids[story]}/", story) for story in np.unique(of_row).tolist()]
    spare = 0
    if after is not None:
        stories = [each for each in stories if each[0] > after or after.startswith(each[0])]
        spare = sum(after.startswith(begin) for begin, _ in stories)
    if not stories or not limit:
        return []
    first = nsmallest(limit + spare, stories)
    root = min((begin for begin, _ in first if first[-1][0].startswith(begin)), key=len)
    chosen = {story for _, story in first} | {story for begin, story in stories if begin.startswith(root)}
    told = reading.told(rows[np.isin(of_row, list(chosen))])
    return sorted((each for each in told if after is None or each.key > after), key=_order)[:limit]


def _row(told: _Told) -> EventRow:
    story = told.story
    return EventRow(
        key=told.key,
        article_id=told.article_id,
        title=story.get("title"),
        url=story.get("url"),
        source=story.get("source"),
        published_at=story.get("published_at"),
        day=story["day"],
        topics=tuple((topic["code"], topic["name"]) for topic in story.get("topics", ())),
        event=Event.model_validate(told.event),
        names={actor: label.get("name") or actor for actor, label in story.get("actors", {}).items()},
    )
