"""Stories of the ledger written into arrays, and what readers see of them at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Final

from schemas.coded import UNDATED
from schemas.plover import EventType
from streams.counting.days import fuller
from streams.index.event_columns import (
    ALIVE,
    UNDATED_DAY,
    EventRows,
    Growing,
    LabelRows,
    PairRows,
    PartyRows,
    StoryPairRows,
    StoryRows,
    TopicRows,
)
from streams.index.names import Names
from streams.index.parts import moment_of

TYPES: Final = tuple(kind.value for kind in EventType)
_TYPE_NUMBERS: Final = {name: number for number, name in enumerate(TYPES)}

StoredLabel = tuple[str, str | None, str | None, str | None, str | None, str | None, bool]
"""Actor, name, kind, country, sector, code, and whether it is somebody."""

_SHOWN: Final = ("name", "kind", "country", "sector", "code")
_NOBODY: Final[StoredLabel] = ("", None, None, None, None, None, False)
_MOST_TEXT_CHARS: Final = 80


@dataclass(frozen=True, slots=True)
class Words:
    """What stands behind the numbers in the arrays; words are added, never taken away.

    Several partitions may share them, if one thread writes all: then their numbers can be summed.
    """

    actors: Names[str] = field(default_factory=lambda: Names(""))
    labels: Names[StoredLabel] = field(default_factory=lambda: Names(_NOBODY))
    pairs: Names[tuple[int, int]] = field(default_factory=lambda: Names((0, 0)))
    topics: Names[str] = field(default_factory=Names)
    modes: Names[str | None] = field(default_factory=lambda: Names(None))
    countries: Names[str | None] = field(default_factory=lambda: Names(None))
    sectors: Names[str | None] = field(default_factory=lambda: Names(None))
    kinds: Names[str | None] = field(default_factory=lambda: Names(None))
    texts: Names[str] = field(default_factory=lambda: Names(""))
    label_rows: Growing[LabelRows] = field(default_factory=lambda: Growing(LabelRows, with_none=True))
    pair_rows: Growing[PairRows] = field(default_factory=lambda: Growing(PairRows, with_none=True))
    shown: dict[int, tuple[int, int]] = field(default_factory=dict)
    """By actor the newest day on which it is known, and its label then."""
    topic_names: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All rows of one moment: a reader takes it once, and asks nothing else."""

    epoch: int
    stories: StoryRows
    events: EventRows
    topics: TopicRows
    parties: PartyRows
    story_pairs: StoryPairRows
    labels: LabelRows
    pairs: PairRows
    ids: list[str]
    """Article ids by story; may be longer than the stories."""


class StoryRowsWriter:
    """Appends stories; what it appended is seen in the next snapshot."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.ids: list[str] = []
        self.stories = Growing(StoryRows)
        self.events = Growing(EventRows)
        self.topics = Growing(TopicRows)
        self.parties = Growing(PartyRows, with_none=True)
        self.story_pairs = Growing(StoryPairRows, with_none=True)

    def snapshot(self, epoch: int) -> Snapshot:
        """The rows that there are now."""
        return Snapshot(
            epoch,
            self.stories.view(),
            self.events.view(),
            self.topics.view(),
            self.parties.view(),
            self.story_pairs.view(),
            self.words.label_rows.view(),
            self.words.pair_rows.view(),
            self.ids,
        )

    @property
    def tables(self) -> tuple[Growing[Any], ...]:
        """All arrays of this partition."""
        return (self.stories, self.events, self.topics, self.parties, self.story_pairs)


class Additions:
    """Rows of one batch, as tuples, until they are written together."""

    def __init__(self, writer: StoryRowsWriter) -> None:
        self._writer, self._words = writer, writer.words
        self._rows: dict[int, list[tuple[Any, ...]]] = {id(table): [] for table in writer.tables}
        self._ids: list[str] = []

    def add(self, article_id: str, story: Mapping[str, Any], *, version: int) -> int:
        """Add a story as the ledger's JSON has it; gives its row."""
        writer = self._writer
        row = self._next(writer.stories)
        day, moment = _day(story["day"]), moment_of(story.get("published_at"))
        first_event, first_topic = self._next(writer.events), self._next(writer.topics)
        for topic in story.get("topics", ()):
            self._put(writer.topics, (row, self._topic(topic)))
        of_story = _OfStory(row, day, story.get("actors", {}))
        for event in story.get("events", ()):
            self._put(writer.events, self._event(of_story, event))
        counts = (self._next(writer.events) - first_event, self._next(writer.topics) - first_topic)
        place = (first_event, counts[0], first_topic, counts[1])
        self._put(writer.stories, (ALIVE, day, moment, version, *place))
        self._ids.append(article_id)
        return row

    def write(self) -> None:
        """Write what was added behind what there is."""
        self._writer.ids.extend(self._ids)
        for table in self._writer.tables:
            if rows := self._rows[id(table)]:
                table.append([list(column) for column in zip(*rows, strict=True)])

    def _next(self, table: Growing[Any]) -> int:
        return table.count + len(self._rows[id(table)])

    def _put(self, table: Growing[Any], row: tuple[Any, ...]) -> int:
        number = self._next(table)
        self._rows[id(table)].append(row)
        return number

    def _topic(self, topic: Mapping[str, Any]) -> int:
        number = self._words.topics.number(topic["code"])
        self._words.topic_names[number] = topic["name"]
        return number

    def _event(self, of_story: "_OfStory", event: Mapping[str, Any]) -> tuple[Any, ...]:
        source, target = self._party(of_story, event["source"]), self._party(of_story, event["target"])
        return (
            of_story.row,
            source,
            target,
            self._pair(of_story, event["source"], event["target"]) if source and target else 0,
            _TYPE_NUMBERS[event["type"]],
            self._words.modes.number(event["mode"]),
            event["confidence"],
        )

    def _party(self, of_story: "_OfStory", side: Mapping[str, Any] | None) -> int:
        actor = side["actor"] if side else None
        if side is None or not actor:
            return 0
        party = of_story.parties.get(actor)
        if party is None:
            text = side["text"] if len(side["text"]) <= _MOST_TEXT_CHARS else ""
            label = self._label(of_story, actor)
            party = self._put(self._writer.parties, (of_story.row, label, self._words.texts.number(text)))
            of_story.parties[actor] = party
        return party

    def _label(self, of_story: "_OfStory", actor: str) -> int:
        words, told = self._words, of_story.actors.get(actor)
        label = _label_of(actor, told)
        number, actor_number = words.labels.number(label), words.actors.number(actor)
        if number == words.label_rows.count:
            country, sector = words.countries.number(label[3]), words.sectors.number(label[4])
            row = (actor_number, country, sector, words.kinds.number(label[2]), label[-1])
            words.label_rows.append([[value] for value in row])
        if told is not None:
            words.shown[actor_number] = _newer(words, words.shown.get(actor_number), (of_story.day, number))
        return number

    def _pair(self, of_story: "_OfStory", source: Mapping[str, Any], target: Mapping[str, Any]) -> int:
        sides = (source["actor"], target["actor"])
        if sides[0] == sides[1] or not all(side in of_story.actors for side in sides):
            return 0
        told = of_story.pairs.get(sides)
        if told is None:
            actors = (self._words.actors.number(sides[0]), self._words.actors.number(sides[1]))
            pair = self._words.pairs.number(actors)
            if pair == self._words.pair_rows.count:
                self._words.pair_rows.append([[actor] for actor in actors])
            told = of_story.pairs[sides] = self._put(self._writer.story_pairs, (of_story.row, pair))
        return told


@dataclass(slots=True)
class _OfStory:
    """What the events of one story share."""

    row: int
    day: int
    actors: Mapping[str, Mapping[str, str | None]]
    parties: dict[str, int] = field(default_factory=dict)
    pairs: dict[tuple[str, str], int] = field(default_factory=dict)


def _newer(words: Words, known: tuple[int, int] | None, told: tuple[int, int]) -> tuple[int, int]:
    """Which of two labels with their days is shown: the newer, of those of one day the fuller."""
    if known is None or known[0] != told[0]:
        return max(known or told, told)
    if known[1] == told[1]:
        return known
    one, other = (
        dict(zip(_SHOWN, words.labels.words[number][1:-1], strict=True)) for _, number in (known, told)
    )
    return known if fuller(one, other) is one else told


def _label_of(actor: str, told: Mapping[str, str | None] | None) -> StoredLabel:
    if told is None:
        return (actor, None, None, None, None, None, False)
    name, kind, country = told.get("name"), told.get("kind"), told.get("country")
    return (actor, name, kind, country, told.get("sector"), told.get("code"), True)


@lru_cache(maxsize=4096)
def _day(day: str) -> int:
    return UNDATED_DAY if day == UNDATED else date.fromisoformat(day).toordinal()
