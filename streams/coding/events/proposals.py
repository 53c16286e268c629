"""Proposals: predicates that the lexicon passes over, and the encoder takes for events."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Final

import numpy as np

from schemas.plover import EventType
from streams.coding.encoder.reading import NO_EVENT, TYPES, SentenceReading
from streams.coding.events.candidates import Candidate
from streams.coding.events.lexicon import Entry, Frame, read_frame
from streams.coding.events.predicates import Match, part_of, read_predicate
from streams.coding.events.sentence import Sentence, Word

LEAST_TOLD: Final = 0.3
_CLOSE: Final = 4  # words between the parts of one trigger: 'imposed' and 'sanctions'
MAX_PROPOSALS: Final = 3


def propose(sentence: Sentence, taken: Collection[Word], reading: SentenceReading) -> Iterator[Candidate]:
    """Candidates at words which tell an event by the encoder alone, surest first; none beside one taken."""
    told = sorted(_told(sentence, reading), key=lambda each: -each[1])
    spoken = list(taken)
    for word, _, kind in told[:MAX_PROPOSALS]:
        part = part_of(word)
        if part is None or any(_is_beside(word, other) for other in spoken):
            continue
        spoken.append(word)
        yield Candidate(read_predicate(word, part), Match(_entry_of(kind), ()), None)


def _told(sentence: Sentence, reading: SentenceReading) -> Iterator[tuple[Word, float, EventType]]:
    for word in sentence.words:
        if word.pos not in ("VERB", "NOUN", "PROPN", "ADJ", "AUX"):
            continue
        at = reading.types_at(word.start - sentence.start, word.end - sentence.start)
        if at is None:
            return
        likely = 1 - float(at[NO_EVENT])
        kind = TYPES[1 + int(np.argmax(at[1:]))]
        if likely >= LEAST_TOLD and kind is not None:
            yield word, likely, kind


def _is_beside(word: Word, other: Word) -> bool:
    """Whether two words tell one event: one hangs on the other, close by."""
    if word is other:
        return True
    return abs(word.index - other.index) <= _CLOSE and (word.head is other or other.head is word)


def _entry_of(kind: EventType) -> Entry:
    return Entry(
        entry="-",
        part="encoder",
        head="-",
        elements=(),
        frame=frames()[kind],
        type=kind,
        mode=None,
        cameo=None,
        operator=None,
        source="encoder",
        weak=True,
    )


@lru_cache(maxsize=1)
def frames() -> dict[EventType, Frame]:
    """Where source and target of each type usually stand, for words that the lexicon does not know."""
    text = (files("streams.coding.events") / "data/types.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines()[1:]]
    return {EventType(kind): read_frame(frame) for kind, frame, _ in rows}
