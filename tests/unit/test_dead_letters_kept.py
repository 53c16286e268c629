"""Dead letters read back, each told once, sent again, forgotten, and chosen by filters."""

import re
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError, MessageSizeTooLargeError
from streaming_fakes import Record, batch_of

import streams.dead_letters.kept as kept_module
from schemas.coordinates import Coordinates
from schemas.dead_letter import Reason
from streams.dead_letters import DeadLetters, Fault, KeptRecord, first_coordinates, story_of
from streams.dead_letters.again import Shelf, why_not_replayable
from streams.dead_letters.kept import Choice, Letter, NoSuchDeadLetter, read_dead_letters, survey
from streams.dead_letters.settlement import Fate, marker_of
from streams.delivery import Outgoing
from streams.metrics import Metrics

NOW = datetime(2020, 6, 1, 12, 0, 0, 5, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
CRASH = Fault(Reason.CODER_CRASHED, "it crashed")


@pytest.fixture
def dead_letters() -> DeadLetters:
    return DeadLetters("dead", Metrics(), lambda: NOW)


# --- read back ---------------------------------------------------------------------------------------------


@dataclass
class Log:
    """The dead-letter topic with one partition, as read_log gives it and a producer writes it."""

    records: list[Any] = field(default_factory=list)
    refuse: dict[str, Exception] = field(default_factory=dict)

    def put(self, outgoing: Outgoing, *, timestamp: int = 0) -> str:
        record = _Lying(
            "dead", 0, len(self.records), outgoing.key, outgoing.value, timestamp, outgoing.headers
        )
        self.records.append(record)
        return f"0:{record.offset}"

    async def read(self, *_: object) -> AsyncIterator[Any]:
        for record in list(self.records):
            yield record

    async def letters(self) -> list[Letter]:
        return await survey({}, "dead")

    def open(self, letters: Iterable[Letter]) -> list[str]:
        return [letter.id for letter in letters if letter.settled is None]


@dataclass(frozen=True)
class _Lying:
    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    timestamp: int
    headers: Sequence[tuple[str, bytes]]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    log = Log()
    monkeypatch.setattr(kept_module, "read_log", log.read)
    return log


@dataclass
class Sender:
    """A producer that puts markers into the log, and remembers what went elsewhere; dies when told to."""

    log: Log
    dies: Callable[[Outgoing], Exception | None] = lambda _: None
    sent: list[Outgoing] = field(default_factory=list)

    async def send_and_wait(
        self, topic: str, value: Any = None, key: Any = None, partition: Any = None, **more: Any
    ) -> None:
        outgoing = Outgoing(topic, key, value, partition, tuple(more["headers"]))
        if error := self.dies(outgoing):
            raise error
        if topic == "dead":
            self.log.put(outgoing)
        else:
            self.sent.append(outgoing)


def shelf_of(sender: Sender) -> Shelf:
    return Shelf("dead", sender, lambda: LATER)


async def replay(log: Log, sender: Sender, letters: Iterable[Letter]) -> list[str]:
    refusals = await shelf_of(sender).replay(letters, read_dead_letters({}, "dead"))
    return [refusal.error for refusal in refusals]


async def test_a_letter_written_twice_is_told_once(log: Log, dead_letters: DeadLetters) -> None:
    """A coder that died between send and commit set the same offset aside twice; it is one letter."""
    for _ in range(2):
        log.put(dead_letters.take(CRASH, batch_of(), Record(5, b"k", b"v")))
    log.put(dead_letters.take(CRASH, batch_of(partition=1), Record(5, b"k", b"v")))
    letters = await log.letters()
    assert sorted(sorted(letter.ids) for letter in letters) == [["0:0", "0:1"], ["0:2"]]


async def test_what_is_sent_again_goes_back_as_it_came(log: Log, dead_letters: DeadLetters) -> None:
    """Key, bytes and headers go to the partition that they came from, and the letter is done."""
    record = Record(5, b"k", b"\x00\xff", headers=(("trace", b"1"),))
    log.put(dead_letters.take(CRASH, batch_of(partition=2), record))
    sender = Sender(log)
    assert await replay(log, sender, await log.letters()) == []
    (sent,) = sender.sent
    assert (sent.kafka_topic, sent.partition, sent.key, sent.value) == ("articles", 2, b"k", b"\x00\xff")
    assert sent.headers[0] == ("trace", b"1")
    assert first_coordinates(batch_of(partition=2), Record(6, headers=sent.headers)) == Coordinates(
        partition=2, offset=5
    )
    (letter,) = await log.letters()
    assert letter.settled is not None
    assert (letter.settled.fate, letter.settled.time) == (Fate.REPLAYED, LATER)


async def test_both_copies_of_a_letter_are_settled_by_one_replay(log: Log, dead_letters: DeadLetters) -> None:
    """The record goes once, and neither copy comes up again."""
    for _ in range(2):
        log.put(dead_letters.take(CRASH, batch_of(), Record(5, b"k", b"v")))
    sender = Sender(log)
    await replay(log, sender, await log.letters())
    assert len(sender.sent) == 1
    assert log.open(await log.letters()) == []


async def test_a_crash_between_two_marks_leaves_the_letter_open(log: Log, dead_letters: DeadLetters) -> None:
    """Of two copies the one without a mark is shown, and what is still to be marked is only that."""
    for _ in range(2):
        log.put(dead_letters.take(CRASH, batch_of(), Record(5, b"k", b"v")))
    log.put(marker_of("dead", "0:1", Fate.REPLAYED, NOW))
    (letter,) = await log.letters()
    assert (letter.id, letter.settled, letter.unsettled) == ("0:0", None, ("0:0",))


async def test_a_crash_between_sending_and_marking_loses_nothing(log: Log, dead_letters: DeadLetters) -> None:
    """The letter stays open, and the second replay sends the same coordinates, which count once."""
    log.put(dead_letters.take(CRASH, batch_of(), Record(5, b"k", b"v")))
    sender = Sender(log, dies=lambda out: KafkaConnectionError() if out.kafka_topic == "dead" else None)
    with pytest.raises(KafkaConnectionError):
        await replay(log, sender, await log.letters())
    assert log.open(await log.letters()) == ["0:0"]
    await replay(log, second := Sender(log), await log.letters())
    assert [out.headers for out in second.sent] == [out.headers for out in sender.sent]
    assert log.open(await log.letters()) == []


async def test_what_fails_again_is_open_again(log: Log, dead_letters: DeadLetters) -> None:
    """After a replay that did not help the letter stands there with its last fault, found by every id."""
    log.put(dead_letters.take(CRASH, batch_of(), Record(5, b"k", b"v")))
    await replay(log, sender := Sender(log), await log.letters())
    slow = Fault(Reason.CODER_TIMEOUT, "slow")
    newest = log.put(
        dead_letters.take(slow, batch_of(), Record(9, b"k", b"v", headers=sender.sent[0].headers))
    )
    (letter,) = await log.letters()
    assert (letter.id, letter.settled, letter.story.reason) == (newest, None, Reason.CODER_TIMEOUT)
    assert Choice(frozenset({"0:0"})).of([letter]) == [letter]


async def test_a_record_too_large_for_a_replay_stays_where_it_is(log: Log, dead_letters: DeadLetters) -> None:
    """What Kafka's limit keeps back is told with the remedy, stays open, and stops no other."""
    for offset, key in enumerate((b"large", b"small")):
        log.put(dead_letters.take(CRASH, batch_of(), Record(offset, key, b"v")))
    sender = Sender(log, dies=lambda out: MessageSizeTooLargeError() if out.key == b"large" else None)
    (said,) = await replay(log, sender, await log.letters())
    assert "split the text" in said
    assert log.open(await log.letters()) == ["0:0"]
    assert [out.key for out in sender.sent] == [b"small"]


async def test_a_letter_that_retention_took_meanwhile_is_told(log: Log, dead_letters: DeadLetters) -> None:
    """A letter that was there when it was chosen, and is not when it is to be sent, is not passed over."""
    log.put(dead_letters.take(CRASH, batch_of(), Record(5, b"k", b"v")))
    letters = await log.letters()
    log.records.clear()
    assert await replay(log, Sender(log), letters) == ["0:0 is gone: retention took it"]


async def test_what_is_purged_is_forgotten(log: Log, dead_letters: DeadLetters) -> None:
    """A purged letter is settled as such, and nothing is sent."""
    log.put(dead_letters.take(CRASH, batch_of(), Record(5, b"k", b"v")))
    sender = Sender(log)
    await shelf_of(sender).purge(await log.letters())
    (letter,) = await log.letters()
    assert letter.settled is not None
    assert letter.settled.fate is Fate.PURGED
    assert sender.sent == []


STRANGERS = {
    "nothing at all": Outgoing("dead", None, None),
    "somebody's record": Outgoing("dead", b"k", b"v", headers=(("trace", b"\xff"),)),
    "a header without a value": Outgoing("dead", b"k", b"v", headers=(("x", None),)),  # type: ignore[arg-type]
    "a reason of a later version": Outgoing("dead", b"k", b"v", headers=(("tidings-reason", b"tired"),)),
    "a marker with a value": replace(marker_of("dead", "0:1", Fate.PURGED, NOW), value=b"v"),
    "a marker of nothing": Outgoing("dead", None, None, headers=(("tidings-settled", b"purged"),)),
}


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS)
@pytest.mark.parametrize("timestamp", [0, -1, 2**62])
async def test_a_record_that_is_not_ours_is_listed_as_unknown(
    log: Log, dead_letters: DeadLetters, stranger: Outgoing, timestamp: int
) -> None:
    """A stranger's record is told with where it lies, is purged but never replayed, and hides no other."""
    log.put(stranger, timestamp=timestamp)
    log.put(dead_letters.take(CRASH, batch_of(), Record(5, b"k", b"v")))
    letters = {letter.id: letter for letter in await log.letters()}
    unknown = letters.pop("0:0")
    assert (unknown.story.reason, unknown.story.kafka_topic) == (Reason.UNKNOWN, "dead")
    assert why_not_replayable(unknown, articles="articles", partitions=4)
    await shelf_of(Sender(log)).purge([unknown])
    assert log.open(await log.letters()) == ["0:1"]


# --- chosen ------------------------------------------------------------------------------------------------


def letter_of(reason: Reason = Reason.NOT_JSON, *, kafka_topic: str = "articles", **changes: Any) -> Letter:
    made = DeadLetters("dead", Metrics(), lambda: changes.get("time", NOW)).take(
        Fault(reason, "x"),
        batch_of(kafka_topic=kafka_topic, partition=changes.get("partition", 0)),
        Record(1),
    )
    kept = KeptRecord(0, changes.get("offset", 0), b"k", b"v", story_of(dict(made.headers)), made.headers)
    return kept_module._alone(kept)


OLD, NEW = letter_of(Reason.LANGUAGE, offset=1), letter_of(offset=2, time=LATER)
CODED = letter_of(Reason.LYING_COORDINATES, kafka_topic="coded", offset=3, time=LATER)
CHOICES = {
    "everything": (Choice(), ["0:1", "0:2", "0:3"]),
    "ids": (Choice(frozenset({"0:3", "0:1"})), ["0:1", "0:3"]),
    "reasons": (Choice(reasons=frozenset({Reason.LANGUAGE, Reason.NOT_JSON})), ["0:1", "0:2"]),
    "Kafka topic": (Choice(kafka_topics=frozenset({"coded"})), ["0:3"]),
    "older": (Choice(before=NOW + timedelta(minutes=1)), ["0:1"]),
    "newer": (Choice(after=NOW + timedelta(minutes=1)), ["0:2", "0:3"]),
    "both": (Choice(reasons=frozenset({Reason.NOT_JSON}), after=LATER), ["0:2"]),
    "none": (Choice(reasons=frozenset({Reason.LANGUAGE}), after=LATER), []),
}


@pytest.mark.parametrize(("choice", "ids"), CHOICES.values(), ids=CHOICES)
def test_letters_are_chosen_by_all_that_is_named(choice: Choice, ids: list[str]) -> None:
    """Of one kind of filter any may hold, of several kinds all must."""
    assert [letter.id for letter in choice.of([OLD, NEW, CODED])] == ids


def test_an_id_that_there_is_not_is_told() -> None:
    """A mistyped id is an error, not an empty choice."""
    with pytest.raises(NoSuchDeadLetter, match="no dead letter 7:1; 'tidings dead-letters list'"):
        Choice(frozenset({"0:1", "7:1"})).of([OLD])


@pytest.mark.parametrize(
    ("letter", "said"),
    [
        (letter_of(), None),
        (letter_of(partition=3), None),
        (letter_of(partition=4), "came from partition 4, and articles has 4 now"),
        (CODED, "came from coded, and only articles are sent again: .*tidings replay"),
        (letter_of(Reason.NOT_A_TALLY, kafka_topic="tallies"), "came from tallies"),
    ],
)
def test_only_articles_go_back(letter: Letter, said: str | None) -> None:
    """What is made from articles is not sent again, nor what has no partition to go to."""
    why = why_not_replayable(letter, articles="articles", partitions=4)
    assert why is None if said is None else re.search(said, why or "")


def test_an_id_names_partition_and_offset(dead_letters: DeadLetters) -> None:
    """The id that `dead-letters show` takes is where the letter itself lies."""
    letter = dead_letters.take(Fault(Reason.NO_KEY, "x"), batch_of(), Record(1, b"k", b"v"))
    assert KeptRecord(2, 40, b"k", b"v", story_of(dict(letter.headers))).id == "2:40"
