"""The dead letters that there are: read back, each told once, with what became of it."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from schemas.dead_letter import DeadLetter, Reason
from schemas.wire import Malformed
from streams.dead_letters.settlement import Settlement, settlement_of
from streams.dead_letters.story import Headers, story_of
from streams.kafka_logs import RawRecord, read_log

_LAST_MS: Final = 253_402_300_799_000
"""The last moment that a date can hold; Kafka takes any number for a time."""


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """A dead letter as it lies in its own Kafka topic."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    story: DeadLetter
    headers: Headers = ()

    @property
    def id(self) -> str:
        """What `dead-letters show` takes: partition and offset in the dead-letter topic."""
        return f"{self.partition}:{self.offset}"


@dataclass(frozen=True, slots=True)
class Letter:
    """A record that failed, told once however often it was set aside; `settled` is None while it is open.

    `id`, `story` and the rest are those of the letter that tells most; `unsettled` names all that a marker
    must still be written for, `ids` those that have one too. The value is not held: it may be large.
    """

    id: str
    key: bytes | None
    size_bytes: int | None
    story: DeadLetter
    headers: Headers
    ids: frozenset[str]
    unsettled: tuple[str, ...]
    settled: Settlement | None


async def read_dead_letters(client_options: Mapping[str, Any], kafka_topic: str) -> AsyncIterator[KeptRecord]:
    """Every dead letter as it lies there now, by partition and offset, those that are settled too."""
    async for record in read_log(client_options, kafka_topic):
        kept = _kept(record)
        if isinstance(kept, KeptRecord):
            yield kept


async def survey(client_options: Mapping[str, Any], kafka_topic: str) -> list[Letter]:
    """Every record that failed, oldest story first, with what became of it."""
    marks: dict[str, Settlement] = {}
    members: dict[tuple[str, int, int], list[Letter]] = {}
    async for record in read_log(client_options, kafka_topic):
        kept = _kept(record)
        if isinstance(kept, Settlement):
            marks[kept.letter] = kept
        else:
            members.setdefault(_origin(kept), []).append(_alone(kept))
    letters = [_together(same, marks) for same in members.values()]
    return sorted(letters, key=lambda letter: letter.story.time)


def _kept(record: RawRecord) -> KeptRecord | Settlement:
    headers = tuple((str(name), bytes(value or b"")) for name, value in record.headers)
    try:
        story = story_of(dict(headers))
    except Malformed as error:
        settled = settlement_of(dict(headers)) if record.value is None else None
        if settled:
            return settled
        story = _story_of_a_stranger(record, str(error))
    return KeptRecord(record.partition, record.offset, record.key, record.value, story, headers)


def _story_of_a_stranger(record: RawRecord, error: str) -> DeadLetter:
    """What can be told of a record that is not ours: where it lies, and since when."""
    return DeadLetter(
        kafka_topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        reason=Reason.UNKNOWN,
        error=f"{error}; something else writes to {record.topic}",
        time=datetime.fromtimestamp(min(max(record.timestamp, 0), _LAST_MS) / 1000, UTC),
    )


def _origin(kept: KeptRecord) -> tuple[str, int, int]:
    first = kept.story.first_failure
    return first.kafka_topic, first.partition, first.offset


def _alone(kept: KeptRecord) -> Letter:
    size = None if kept.value is None else len(kept.value)
    return Letter(kept.id, kept.key, size, kept.story, kept.headers, frozenset({kept.id}), (kept.id,), None)


def _together(same: Iterable[Letter], marks: Mapping[str, Settlement]) -> Letter:
    """One letter for all of one origin: the newest that is open, else the newest of all."""
    everyone = sorted(same, key=lambda letter: (letter.story.replays, letter.story.time))
    unsettled = tuple(letter for letter in everyone if letter.id not in marks)
    shown = (unsettled or everyone)[-1]
    return Letter(
        shown.id,
        shown.key,
        shown.size_bytes,
        shown.story,
        shown.headers,
        frozenset(letter.id for letter in everyone),
        tuple(letter.id for letter in unsettled),
        None if unsettled else marks[shown.id],
    )


class NoSuchDeadLetter(LookupError):
    """There is no dead letter with this id."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which letters are meant: of each kind that is named any one, and of all kinds every one."""

    ids: frozenset[str] = frozenset()
    reasons: frozenset[Reason] = frozenset()
    kafka_topics: frozenset[str] = frozenset()
    before: datetime | None = None
    after: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether nothing is named, so that every letter is meant."""
        return self == Choice()

    def takes(self, letter: Letter) -> bool:
        """Whether this letter is meant."""
        story = letter.story
        return (
            (not self.ids or bool(self.ids & letter.ids))
            and (not self.reasons or story.reason in self.reasons)
            and (not self.kafka_topics or story.kafka_topic in self.kafka_topics)
            and (self.before is None or story.time <= self.before)
            and (self.after is None or story.time >= self.after)
        )

    def of(self, letters: Iterable[Letter]) -> list[Letter]:
        """The letters that are meant, in their order; raises NoSuchDeadLetter for an id that there is not."""
        letters = list(letters)
        missing = self.ids - frozenset[str]().union(*(letter.ids for letter in letters))
        if missing:
            named = ", ".join(sorted(missing))
            raise NoSuchDeadLetter(f"no dead letter {named}; 'tidings dead-letters list' shows their ids")
        return [letter for letter in letters if self.takes(letter)]
