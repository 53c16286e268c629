"""The event extractor: a parsed text and its actors in, PLOVER events out."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from functools import partial

from spacy.tokens import Doc

from schemas.coding import Event
from streams.coding.events.candidates import Candidate
from streams.coding.events.headlines import mend
from streams.coding.events.lexicon import Lexicon
from streams.coding.events.outcomes import merge_outcomes
from streams.coding.events.phrases import Phrases
from streams.coding.events.places import Ground, survey_all
from streams.coding.events.reading import read_candidates
from streams.coding.events.sentence import Sentence, read_sentences
from streams.coding.events.writing import EventWriter
from streams.coding.mentions import Resolution


class EventExtractor:
    """Reads events out of parsed texts; holds nothing but the lexicon."""

    def __init__(self, lexicon: Lexicon | None = None):
        self._lexicon = lexicon if lexicon is not None else Lexicon.packaged()

    def extract(self, doc: Doc, resolution: Resolution, *, on: datetime.date | None) -> tuple[Event, ...]:
        """Read the events of a text, most certain first; `on` is the day of the story.

        The same source, type, target and day told twice is one event, the more certain telling.
        """
        found: dict[tuple[object, ...], Event] = {}
        sentences = list(self._sentences(doc, resolution))
        for sentence, ground in zip(sentences, survey_all(sentences), strict=True):
            for event in self._read(sentence, doc.text, ground, on):
                key = (event.source, event.type, event.target, event.date)
                if key not in found or found[key].confidence < event.confidence:
                    found[key] = event
        return tuple(sorted(found.values(), key=lambda event: (-event.confidence, event.start)))

    def _sentences(self, doc: Doc, resolution: Resolution) -> Iterator[Sentence]:
        return read_sentences(doc, resolution, partial(mend, verbs=self._lexicon.verbs))

    def _read(
        self, sentence: Sentence, text: str, ground: Ground, on: datetime.date | None
    ) -> Iterator[Event]:
        phrases = Phrases(self._lexicon.classes)
        candidates = read_candidates(sentence, self._lexicon, phrases)
        if not candidates:
            return
        writer = EventWriter(sentence, self._lexicon, phrases, text=text, ground=ground, on=on)
        drafts = (draft for candidate in candidates for draft in writer.draft(candidate))
        yield from merge_outcomes(writer.write(draft) for draft in drafts)

    def explain(self, doc: Doc, resolution: Resolution) -> Iterator[Candidate]:
        """The candidates behind the events of a text: entry, path, and the rules that changed each act."""
        for sentence in self._sentences(doc, resolution):
            yield from read_candidates(sentence, self._lexicon, Phrases(self._lexicon.classes))
