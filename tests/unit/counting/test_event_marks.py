"""Where trigger, source and target stand in an event's sentence."""

import pytest
from hand_made import event

from schemas.coding import Event, Participant, Telling
from schemas.plover import EventType
from streams.counting.marks import marks, trigger_of

TEXT = "Rain fell. \nRussia said Russia\nhad bombed Russian troops in Gori."
START = 12
SENTENCE = TEXT[START:]


def party(words: str, start: int | None) -> Participant:
    end = None if start is None else start + len(words)
    return Participant(actor=None, code=None, text=words, start=start, end=end)


def told(
    trigger: str,
    source: Participant | None,
    target: Participant | None,
    *,
    sentence_start: int | None = START,
) -> Event:
    start = TEXT.index(trigger)
    return event("rus", EventType.ASSAULT, "geo", sentence=SENTENCE, trigger=trigger).model_copy(
        update={
            "start": start,
            "end": start + len(trigger),
            "source": source,
            "target": target,
            "sentence_start": sentence_start,
        }
    )


def shown(told_event: Event) -> list[tuple[str, str, int]]:
    return [(role, SENTENCE[start:end], start) for role, start, end in marks(told_event)]


def test_marks_are_where_the_coder_read_the_words() -> None:
    """The second 'Russia' is marked if that was read, a line break before it or not."""
    second = TEXT.rindex("Russia\n")
    target = party("Russian troops", TEXT.index("Russian troops"))
    assert shown(told("bombed", party("Russia", second), target)) == [
        ("source", "Russia", 12),
        ("trigger", "bombed", 23),
        ("target", "Russian troops", 30),
    ]


def test_older_events_are_searched_for_whole_words() -> None:
    """Without places words are where they first stand by themselves; 'Russia' is no part of 'Russian'."""
    old = told("bombed", party("Gori", None), party("Russia", None), sentence_start=None)
    assert shown(old) == [("target", "Russia", 0), ("trigger", "bombed", 23), ("source", "Gori", 48)]
    absent = told("bombed", party("Russi", None), party("", None), sentence_start=None)
    assert shown(absent) == [("trigger", "bombed", 23)]


def test_words_of_two_roles_are_marked_once() -> None:
    """The shorter one has them, of equals the trigger; the longer one has its longest piece."""
    whole = party("bombed Russian troops in Gori", TEXT.index("bombed"))
    inner = party("Gori", TEXT.index("Gori"))
    assert shown(told("bombed", whole, inner)) == [
        ("trigger", "bombed", 23),
        ("source", "Russian troops in", 30),
        ("target", "Gori", 48),
    ]
    wide = told("bombed Russian troops", None, party("Russian troops", TEXT.index("Russian troops")))
    assert shown(wide) == [("trigger", "bombed", 23), ("target", "Russian troops", 30)]
    same = party("Gori", TEXT.index("Gori"))
    assert shown(told("bombed", inner, same)) == [("trigger", "bombed", 23), ("source", "Gori", 48)]
    assert shown(told("Gori", None, same)) == [("trigger", "Gori", 48)]


@pytest.mark.parametrize("start", [0, 3, 10_000])
def test_words_outside_the_sentence_are_not_marked(start: int) -> None:
    """A party of another sentence, or a place that lies, marks nothing."""
    assert shown(told("bombed", party("Rain", start), None)) == [("trigger", "bombed", 23)]


@pytest.mark.parametrize(
    ("sentence_start", "start", "place"),
    [(START, START + 23, 23), (None, 3, 23), (START, START + 25, None), (START, 3, None)],
)
def test_another_telling_has_its_trigger_marked(
    sentence_start: int | None, start: int, place: int | None
) -> None:
    """Where it was read, or first stands where no place was told; not where the words are others."""
    other = Telling(
        sentence=SENTENCE, trigger="bombed", start=start, end=start + 6, sentence_start=sentence_start
    )
    assert trigger_of(other) == ([] if place is None else [("trigger", place, place + 6)])
