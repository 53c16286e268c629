"""Dead letters: the record as it came, with its story."""

from datetime import UTC, datetime

import pytest
from streaming_fakes import Record, batch_of

from schemas.coordinates import Coordinates
from schemas.dead_letter import Reason
from schemas.wire import Malformed
from streams.dead_letters import DeadLetters, Fault, KeptRecord, story_of
from streams.metrics import Metrics

NOW = datetime(2020, 6, 1, 12, 0, 0, 5, tzinfo=UTC)


@pytest.fixture
def dead_letters() -> DeadLetters:
    return DeadLetters("dead", Metrics(), lambda: NOW)


def test_the_story_can_be_read_back(dead_letters: DeadLetters) -> None:
    """What is written into headers comes back as it was, whatever language the fault speaks."""
    fault = Fault(Reason.WRONG_SHAPE, "article 'Zürich': text: Prüfung; x=1 \N{PILE OF POO}\nsecond line")
    letter = dead_letters.take(fault, batch_of(partition=3), Record(17, b"k", b"v"), attempts=2)
    story = story_of(dict(letter.headers))
    assert (story.kafka_topic, story.reason, story.error) == ("articles", fault.reason, fault.error)
    assert Coordinates(partition=story.partition, offset=story.offset) == Coordinates(partition=3, offset=17)
    assert (story.time, story.attempts) == (NOW, 2)


def test_the_record_is_kept_as_it_came(dead_letters: DeadLetters) -> None:
    """Key and value stay the same bytes, null ones too, and the headers of others stay in their order."""
    others = (("trace", b"\xff"), ("trace", b"2"), ("", b""))
    letter = dead_letters.take(
        Fault(Reason.NO_KEY, "x"), batch_of(), Record(1, None, b"\x00\xff", headers=others)
    )
    assert (letter.kafka_topic, letter.key, letter.value) == ("dead", None, b"\x00\xff")
    assert letter.headers[:3] == others


def test_a_letter_that_dies_again_has_one_story(dead_letters: DeadLetters) -> None:
    """A dead letter that was sent again and failed again tells its last fault only."""
    first = dead_letters.take(Fault(Reason.CODER_CRASHED, "first"), batch_of(), Record(1, b"k", b"v"))
    again = Record(9, b"k", b"v", headers=first.headers)
    letter = dead_letters.take(Fault(Reason.CODER_TIMEOUT, "second"), batch_of(), again)
    names = [name for name, _ in letter.headers]
    assert len(names) == len(set(names))
    story = story_of(dict(letter.headers))
    assert (story.reason, story.offset) == (Reason.CODER_TIMEOUT, 9)


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


def test_an_id_names_partition_and_offset(dead_letters: DeadLetters) -> None:
    """The id that `dead-letters show` takes is where the letter itself lies."""
    letter = dead_letters.take(Fault(Reason.NO_KEY, "x"), batch_of(), Record(1, b"k", b"v"))
    assert KeptRecord(2, 40, b"k", b"v", story_of(dict(letter.headers))).id == "2:40"
