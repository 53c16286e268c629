"""Dead letters: the record as it came with its story, through every replay; and the marks behind them."""

from datetime import UTC, datetime, timedelta

import pytest
from streaming_fakes import Record, batch_of

from schemas.coordinates import Coordinates
from schemas.dead_letter import Reason
from schemas.wire import Malformed
from streams.dead_letters import DeadLetters, Fault, first_coordinates, story_of
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
