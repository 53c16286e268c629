"""Where in their sentences triggers and sides stand."""

import pytest

from schemas.coding import Event, Participant, Telling
from schemas.plover import EventType, Quad
from streams.web.api.marks import marks_of, marks_of_telling

SENTENCE = "Iran accused Iran's neighbours of plots."


def event(source: Participant | None, *, sentence_start: int | None, start: int = 5) -> Event:
    """An event of the sentence, with nobody for a target."""
    return Event(
        type=EventType.ACCUSE,
        mode=None,
        quad=Quad.VERBAL_CONFLICT,
        cameo=None,
        source=source,
        target=None,
        sentence=SENTENCE,
        trigger="accused",
        start=start,
        end=start + 7,
        date=None,
        confidence=0.5,
        sentence_start=sentence_start,
    )


def side(text: str, start: int | None = None) -> Participant:
    """A side that these words name."""
    return Participant(actor="country:IRN", code="IRN", text=text, start=start)


@pytest.mark.parametrize(
    ("told", "marked"),
    [
        pytest.param(
            event(side("Iran", 113), sentence_start=100, start=105), "Iran@13", id="where it was read"
        ),
        pytest.param(event(side("Iran"), sentence_start=None), "Iran@0", id="first, of an older coder"),
        pytest.param(event(side("Iran", 40), sentence_start=100, start=105), None, id="in another sentence"),
        pytest.param(
            event(side("accused", 105), sentence_start=100, start=105), None, id="the trigger itself"
        ),
        pytest.param(event(side("accuse"), sentence_start=None), None, id="a part of a word"),
        pytest.param(event(None, sentence_start=None), None, id="nobody"),
        pytest.param(event(side(""), sentence_start=None), None, id="no words"),
    ],
)
def test_sides_are_marked_where_they_stand(told: Event, marked: str | None) -> None:
    """A side is marked where the coder read it in this sentence, and never over the trigger."""
    marks = {mark["role"]: mark for mark in marks_of(told)}
    assert SENTENCE[marks["trigger"]["start"] : marks["trigger"]["end"]] == "accused"
    found = marks.get("source")
    assert (f"{SENTENCE[found['start'] : found['end']]}@{found['start']}" if found else None) == marked


@pytest.mark.parametrize(
    ("sentence_start", "start", "marked"), [(10, 15, 5), (None, 3, 5), (10, 17, None), (10, 3, None)]
)
def test_the_trigger_of_another_telling(sentence_start: int | None, start: int, marked: int | None) -> None:
    """A further sentence has its trigger marked, unless its place is not in it."""
    told = Telling(
        sentence=SENTENCE, trigger="accused", start=start, end=start + 7, sentence_start=sentence_start
    )
    assert [mark["start"] for mark in marks_of_telling(told)] == ([] if marked is None else [marked])
