"""Where in its sentence an event's trigger, source and target stand."""

from typing import Any

from schemas.coding import Event, Telling

Mark = dict[str, Any]


def marks_of(event: Event) -> list[Mark]:
    """Spans of the sentence by role, in order and without overlaps; the trigger wins, then the source."""
    wanted: list[tuple[str, str, int | None]] = [("trigger", event.trigger, event.start)]
    for role, side in (("source", event.source), ("target", event.target)):
        if side:
            wanted.append((role, side.text, side.start))
    marks: list[Mark] = []
    for role, text, at in wanted:
        start = _told(event, text, at, marks)
        if start is not None:
            marks.append({"role": role, "start": start, "end": start + len(text)})
    return sorted(marks, key=lambda mark: int(mark["start"]))


def marks_of_telling(telling: Telling) -> list[Mark]:
    """The trigger's span in a sentence that tells an event once more."""
    if telling.sentence_start is None:
        start = _found(telling.sentence, telling.trigger, [])
    else:
        start = telling.start - telling.sentence_start
    if start is None or start < 0 or not telling.sentence.startswith(telling.trigger, start):
        return []
    return [{"role": "trigger", "start": start, "end": start + len(telling.trigger)}]


def _told(event: Event, text: str, at: int | None, taken: list[Mark]) -> int | None:
    """Where the coder read it; without that, in what older coders have read, where it first stands."""
    if at is None or event.sentence_start is None:
        return _found(event.sentence, text, taken)
    start = at - event.sentence_start
    here = start >= 0 and event.sentence.startswith(text, start) and bool(text)
    return start if here and _is_free(start, start + len(text), taken) else None


def _found(sentence: str, text: str, taken: list[Mark]) -> int | None:
    """Where the text first stands as whole words that nothing else has taken."""
    start = sentence.find(text) if text else -1
    while start >= 0:
        end = start + len(text)
        inside = sentence[start - 1 : start].isalnum() or sentence[end : end + 1].isalnum()
        if not inside and _is_free(start, end, taken):
            return start
        start = sentence.find(text, start + 1)
    return None


def _is_free(start: int, end: int, taken: list[Mark]) -> bool:
    return not any(mark["start"] < end and start < mark["end"] for mark in taken)
