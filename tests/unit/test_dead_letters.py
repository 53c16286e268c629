"""Dead letters: the record as it came with its story, told once, sent again, forgotten."""

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
from schemas.wire import Malformed
from streams.dead_letters import DeadLetters, Fault, KeptRecord, first_coordinates, story_of
from streams.dead_letters.again import Shelf, why_not_replayable
from streams.dead_letters.kept import Choice, Letter, NoSuchDeadLetter, read_dead_letters, survey
from streams.dead_letters.maker import UNREADABLE_HEADER
from streams.dead_letters.settlement import Fate, marker_of, settlement_of
from streams.dead_letters.story import Headers, headers_to_send_again
from streams.delivery import Outgoing
from streams.metrics import Metrics

NOW = datetime(2020, 6, 1, 12, 0, 0, 5, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
CRASH = Fault(Reason.CODER_CRASHED, "it crashed")


@pytest.fixture
def dead_letters() -> DeadLetters:
    return DeadLetters("dead", Metrics(), lambda: NOW)


# --- made --------------------------------------------------------------------------------------------------


def test_the_story_can_be_read_back(dead_letters: DeadLetters) -> None:
    """What is written into headers comes back as it was, whatever language the fault speaks."""
    fault = Fault(Reason.WRONG_SHAPE, "article 'Zürich': text: Prüfung; x=1 \N{PILE OF POO}\nsecond line")
    letter = dead_letters.take(fault, batch_of(partition=3), Record(17, b"k", b"v"), attempts=2)
    story = story_of(dict(letter.headers))
    assert (story.kafka_topic, story.reason, story.error) == ("articles", fault.reason, fault.error)
    assert Coordinates(partition=story.partition, offset=story.offset) == Coordinates(partition=3, offset=17)
    assert (story.time, story.attempts, story.replays, story.first) == (NOW, 2, 0, None)


def test_the_record_is_kept_as_it_came(dead_letters: DeadLetters) -> None:
    """Key and value stay the same bytes, null ones too, and the headers of others stay in their order."""
    others = (("trace", b"\xff"), ("trace", b"2"), ("", b""), ("tidings-origin", b"feed.jsonl:3"))
    letter = dead_letters.take(
        Fault(Reason.NO_KEY, "x"), batch_of(), Record(1, None, b"\x00\xff", headers=others)
    )
    assert (letter.kafka_topic, letter.key, letter.value) == ("dead", None, b"\x00\xff")
    assert letter.headers[:4] == others


def test_an_error_that_is_no_unicode_is_told_all_the_same(dead_letters: DeadLetters) -> None:
    """Half a character in a message does not keep the record from being set aside."""
    letter = dead_letters.take(Fault(Reason.NO_KEY, "half: \ud800"), batch_of(), Record(1))
    assert story_of(dict(letter.headers)).error == "half: ?"


def test_a_record_whose_sender_says_why_it_is_no_article_has_that_reason(dead_letters: DeadLetters) -> None:
    """What `tidings replay` could not read is told in its words, not by what the bytes look like."""
    headers = ((UNREADABLE_HEADER, b"story.md: front matter: no end"),)
    letter = dead_letters.take(
        Fault(Reason.NOT_JSON, "not JSON"), batch_of(), Record(1, b"hash", b"---", headers=headers)
    )
    story = story_of(dict(letter.headers))
    assert (story.reason, story.error) == (Reason.UNREADABLE_SOURCE, "story.md: front matter: no end")


def test_a_long_fault_is_cut(dead_letters: DeadLetters) -> None:
    """A fault that repeats a long input does not make the dead letter larger than Kafka takes."""
    letter = dead_letters.take(Fault(Reason.NOT_JSON, "x" * 5_000_000), batch_of(), Record(1, b"k", b"v"))
    assert sum(len(name) + len(value) for name, value in letter.headers) < 5000


def test_every_reason_is_counted(dead_letters: DeadLetters) -> None:
    """Each dead letter is counted under its reason."""
    for reason in Reason:
        dead_letters.take(Fault(reason, "x"), batch_of(), Record(1, b"k", b"v"))
    for reason in Reason:
        told = dead_letters.metrics.registry.get_sample_value(
            "tidings_dead_letters_total", {"reason": reason.value}
        )
        assert told == 1


@pytest.mark.parametrize(
    "headers",
    [{}, {"tidings-reason": b"bored"}, {"trace": b"1"}, {"tidings-error": b"\xff"}],
    ids=["none", "unknown reason", "of others", "not UTF-8"],
)
def test_headers_without_a_story_are_malformed(headers: dict[str, bytes]) -> None:
    """A record that somebody else put into the dead-letter topic is told as such."""
    with pytest.raises(Malformed, match="not a dead letter's headers"):
        story_of(headers)


# --- sent again, and failed again --------------------------------------------------------------------------


def again(letter: Outgoing) -> Headers:
    """The headers that the record of a letter carries back."""
    return headers_to_send_again(story_of(dict(letter.headers)), letter.headers)


def test_a_letter_that_dies_again_keeps_the_story_of_its_first_failure(dead_letters: DeadLetters) -> None:
    """After two replays the letter tells its last fault, and where, when and why it failed first."""
    first = dead_letters.take(
        CRASH, batch_of(), Record(1, b"k", b"v", headers=(("trace", b"1"),)), attempts=2
    )
    second = DeadLetters("dead", dead_letters.metrics, lambda: LATER).take(
        Fault(Reason.CODER_TIMEOUT, "slow"), batch_of(), Record(9, b"k", b"v", headers=again(first))
    )
    third = dead_letters.take(
        Fault(Reason.EMPTY_TEXT, "third"), batch_of(), Record(12, b"k", b"v", headers=again(second))
    )
    story = story_of(dict(third.headers))
    assert (story.reason, story.offset, story.replays, story.attempts) == (Reason.EMPTY_TEXT, 12, 2, 4)
    assert story.first is not None
    assert (story.first.kafka_topic, story.first.partition, story.first.offset) == ("articles", 0, 1)
    assert (story.first.time, story.first.reason) == (NOW, Reason.CODER_CRASHED)
    names = [name for name, _ in third.headers]
    assert len(names) == len(set(names))
    assert ("trace", b"1") in third.headers


def test_a_replayed_article_stands_where_it_stood_first(dead_letters: DeadLetters) -> None:
    """However often an article is sent again, its coordinates are those of its first failure."""
    letter = dead_letters.take(CRASH, batch_of(partition=2), Record(5, b"k", b"v"))
    for offset in (9, 12):
        record = Record(offset, b"k", b"v", headers=again(letter))
        assert first_coordinates(batch_of(partition=2), record) == Coordinates(partition=2, offset=5)
        letter = dead_letters.take(CRASH, batch_of(partition=2), record)


def replayed(**changes: bytes | None) -> tuple[tuple[str, bytes], ...]:
    told: dict[str, bytes | None] = {
        "first-kafka-topic": b"articles",
        "first-partition": b"0",
        "first-offset": b"5",
        "first-time": b"2020-06-01T12:00:00Z",
        "first-reason": b"coder-crashed",
        "replays": b"1",
        "attempts": b"1",
    }
    told |= {name.replace("_", "-"): value for name, value in changes.items()}
    return tuple((f"tidings-{name}", value) for name, value in told.items() if value is not None)


FORGED = {
    "its own offset": replayed(first_offset=b"9"),
    "an offset that does not exist yet": replayed(first_offset=b"1000000"),
    "an offset below all": replayed(first_offset=b"-1"),
    "another partition": replayed(first_partition=b"1"),
    "another Kafka topic": replayed(first_kafka_topic=b"coded"),
    "never replayed": replayed(replays=b"0"),
    "replays beyond belief": replayed(replays=b"9" * 5000),
    "no number": replayed(first_offset=b"five"),
    "no reason": replayed(first_reason=None),
    "a reason of nobody": replayed(first_reason=b"bored"),
    "no time": replayed(first_time=b"\xff"),
    "half of it": replayed(first_offset=None),
    "told twice": (*replayed(), ("tidings-first-offset", b"4")),
    "nothing": (("trace", b"1"),),
}


@pytest.mark.parametrize("headers", FORGED.values(), ids=FORGED)
def test_headers_that_cannot_be_true_are_not_believed(dead_letters: DeadLetters, headers: Headers) -> None:
    """Who forges them gains nothing: the record counts at its own offset, and its letter tells no first."""
    record = Record(9, b"k", b"v", headers=headers)
    assert first_coordinates(batch_of(), record) is None
    story = story_of(dict(dead_letters.take(CRASH, batch_of(), record).headers))
    assert (story.offset, story.first, story.replays, story.attempts) == (9, None, 0, 1)


def test_the_headers_of_a_replay_are_believed() -> None:
    """The same headers, unchanged, are those of an earlier offset of the same partition."""
    record = Record(9, b"k", b"v", headers=replayed())
    assert first_coordinates(batch_of(), record) == Coordinates(partition=0, offset=5)


# --- what became of them -----------------------------------------------------------------------------------


def test_a_marker_can_be_read_back() -> None:
    """A marker lies behind its letter in the same partition, and names it, its fate and the time."""
    marker = marker_of("dead", "3:17", Fate.PURGED, NOW)
    assert (marker.partition, marker.value) == (3, None)
    settled = settlement_of(dict(marker.headers))
    assert settled is not None
    assert (settled.letter, settled.fate, settled.time) == ("3:17", Fate.PURGED, NOW)


@pytest.mark.parametrize(
    "changed",
    [{"tidings-settled": b"eaten"}, {"tidings-letter": b"../7"}, {"tidings-settled-time": b"soon"}],
    ids=["fate", "letter", "time"],
)
def test_a_marker_of_nothing_is_none(changed: dict[str, bytes]) -> None:
    """Headers that only look like a marker's settle no letter."""
    assert settlement_of({**dict(marker_of("dead", "3:17", Fate.PURGED, NOW).headers), **changed}) is None


def test_no_record_passes_for_a_marker(dead_letters: DeadLetters) -> None:
    """A marker's headers on a bad article do not come along: it would settle a letter, or hide itself."""
    headers = marker_of("dead", "0:1", Fate.PURGED, NOW).headers
    letter = dead_letters.take(CRASH, batch_of(), Record(1, b"k", None, headers=headers))
    assert settlement_of(dict(letter.headers)) is None


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
