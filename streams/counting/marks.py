"""Where in its sentence an event's trigger, source and target stand."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from schemas.coding import Event, Participant, Telling

Role = Literal["trigger", "source", "target"]
Mark = tuple[Role, int, int]
Span = tuple[int, int]


def marks(event: Event) -> list[Mark]:
    """Role, start and end in characters of the sentence; in order, and none overlaps another.

    Where words belong to several roles the shortest has them (of 'summoned the ambassador' the target has its
    word), of equals the trigger; the longer one keeps the longest piece that is left. Events of coders that
    told no places are searched for the words.
    """
    taken: list[Mark] = []
    spans = {role: span for role, span in _spans(event) if span is not None}
    for role in sorted(spans, key=lambda role: (spans[role][1] - spans[role][0], role != "trigger", role)):
        start, end = _free(event.sentence, spans[role], taken)
        if start < end:
            taken.append((role, start, end))
    return sorted(taken, key=lambda mark: mark[1])


def trigger_of(telling: Telling) -> list[Mark]:
    """The trigger's place in a sentence that tells an event once more; none where it is not there."""
    span = _checked(telling.sentence, telling.trigger, _trigger_span(telling))
    return [] if span is None else [("trigger", *span)]


def _trigger_span(told: Event | Telling) -> Span | None:
    start = told.sentence_start
    return None if start is None else (told.start - start, told.end - start)


def _spans(event: Event) -> Iterator[tuple[Role, Span | None]]:
    yield "trigger", _checked(event.sentence, event.trigger, _trigger_span(event))
    yield "source", _span_of(event, event.source)
    yield "target", _span_of(event, event.target)


def _span_of(event: Event, side: Participant | None) -> Span | None:
    if side is None:
        return None
    if event.sentence_start is None or side.start is None or side.end is None:
        return _checked(event.sentence, side.text, None)
    return _checked(
        event.sentence, side.text, (side.start - event.sentence_start, side.end - event.sentence_start)
    )


def _checked(sentence: str, words: str, told: Span | None) -> Span | None:
    """The place that was told if the words are there, else where they first stand as whole words."""
    if told is not None:
        start, end = told
        return told if start >= 0 and words and sentence[start:end] == words else None
    start = sentence.find(words) if words else -1
    while start >= 0:
        end = start + len(words)
        if not (sentence[start - 1 : start].isalnum() or sentence[end : end + 1].isalnum()):
            return start, end
        start = sentence.find(words, start + 1)
    return None


def _free(sentence: str, span: Span, taken: list[Mark]) -> Span:
    """The longest piece of a span that no mark has, without the spaces and commas that are left over."""
    start, end = span
    inside = sorted((first, last) for _, first, last in taken if first < end and start < last)
    if not inside:
        return span
    edges = [(start, start), *inside, (end, end)]
    pieces = [(last, max(last, first)) for (_, last), (first, _) in pairwise(edges)]
    start, end = max(pieces, key=lambda piece: piece[1] - piece[0])
    while start < end and not sentence[start].isalnum():
        start += 1
    while start < end and not sentence[end - 1].isalnum():
        end -= 1
    return start, end
