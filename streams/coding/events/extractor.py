"""The event extractor: a parsed text and its actors in, PLOVER events out."""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import partial

from spacy.tokens import Doc

from schemas.coding import Event
from streams.coding.encoder import Encoder, SentenceReading
from streams.coding.events.candidates import Candidate, Case
from streams.coding.events.explanation import Explanation, explain
from streams.coding.events.facts import join_facts
from streams.coding.events.first_look import FirstLook
from streams.coding.events.headlines import mend
from streams.coding.events.hearing import Hearing
from streams.coding.events.judging import Weights
from streams.coding.events.lexicon import Lexicon
from streams.coding.events.outcomes import merge_outcomes
from streams.coding.events.phrases import Phrases
from streams.coding.events.places import survey_all
from streams.coding.events.reading import read_candidates
from streams.coding.events.sentence import Sentence, read_sentences
from streams.coding.events.writing import EventWriter
from streams.coding.mentions import Resolution


@dataclass(frozen=True, slots=True)
class Heard:
    """A sentence with what rules and encoder made of it: the candidates' cases, still to be judged."""

    sentence: Sentence
    hearing: Hearing
    writer: EventWriter
    cases: tuple[Case, ...]
    reading: SentenceReading | None

    def events(self, weights: Weights | None) -> Iterator[Event]:
        """The events of the sentence; an act and its outcome once."""
        drafts = self.hearing.drafts(self.cases, self.reading, weights)
        return merge_outcomes(self.writer.write(draft) for draft, _ in drafts)

    def explanations(self, weights: Weights | None) -> Iterator[tuple[Event, Explanation]]:
        """The events of the sentence, and each outcome as well, with why they were coded so."""
        for draft, judged in self.hearing.drafts(self.cases, self.reading, weights):
            yield self.writer.write(draft), explain(draft, judged, self.sentence, self.reading)


class EventExtractor:
    """Reads events out of parsed texts; without an encoder by rules alone."""

    def __init__(
        self,
        lexicon: Lexicon | None = None,
        *,
        encoder: Encoder | None = None,
        weights: Weights | None = None,
    ):
        self._lexicon = lexicon if lexicon is not None else Lexicon.packaged()
        self._encoder = encoder
        judged = encoder is not None and weights is None
        self._weights = Weights.packaged() if judged else weights
        self._first_look = FirstLook.packaged() if judged else None

    def extract(self, doc: Doc, resolution: Resolution, *, on: datetime.date | None) -> tuple[Event, ...]:
        """Read the events of a text, most certain first; `on` is the day of the story."""
        return tuple(self._facts(self.hear(doc, resolution, on=on)))

    def _facts(self, heard: list[Heard]) -> list[Event]:
        return join_facts(event for each in heard for event in each.events(self._weights))

    def explain(
        self, doc: Doc, resolution: Resolution, *, on: datetime.date | None
    ) -> list[tuple[Event, Explanation]]:
        """The events that `extract` gives, each with why it was coded so."""
        heard = self.hear(doc, resolution, on=on)
        reasons = {_place(event): why for each in heard for event, why in each.explanations(self._weights)}
        return [(event, reasons[_place(event)]) for event in self._facts(heard)]

    def candidates(self, doc: Doc, resolution: Resolution) -> Iterator[Candidate]:
        """What the rules alone see, before anything is judged: entry, path, and what changed each act."""
        for sentence in self.sentences(doc, resolution):
            yield from read_candidates(sentence, self._lexicon, Phrases(self._lexicon.classes))

    def hear(self, doc: Doc, resolution: Resolution, *, on: datetime.date | None) -> list[Heard]:
        """The sentences of a text with their cases: what `extract` judges."""
        sentences = list(self.sentences(doc, resolution))
        phrases = [Phrases(self._lexicon.classes) for _ in sentences]
        candidates = [
            read_candidates(sentence, self._lexicon, each)
            for sentence, each in zip(sentences, phrases, strict=True)
        ]
        readings = self._read(sentences, candidates)
        heard, text = [], doc.text  # spaCy joins it anew each time
        for at, (sentence, ground) in enumerate(zip(sentences, survey_all(sentences), strict=True)):
            if not candidates[at] and readings[at] is None:
                continue
            writer = EventWriter(sentence, self._lexicon, phrases[at], text=text, ground=ground, on=on)
            hearing = Hearing(sentence, phrases[at], writer)
            cases = tuple(hearing.cases(candidates[at], readings[at]))
            heard.append(Heard(sentence, hearing, writer, cases, readings[at]))
        return heard

    def _read(
        self, sentences: list[Sentence], candidates: list[list[Candidate]]
    ) -> list[SentenceReading | None]:
        """What the encoder makes of the sentences that may tell something."""
        readings: list[SentenceReading | None] = [None] * len(sentences)
        if self._encoder is None:
            return readings
        look = self._first_look
        asked = [
            at
            for at, sentence in enumerate(sentences)
            if candidates[at] or look is None or look.is_worth_reading(sentence)
        ]
        for at, reading in zip(asked, self._encoder.read([sentences[at].text for at in asked]), strict=True):
            readings[at] = reading
        return readings

    def sentences(self, doc: Doc, resolution: Resolution) -> Iterator[Sentence]:
        """The sentences of a text as the rules read them."""
        return read_sentences(doc, resolution, partial(mend, verbs=self._lexicon.verbs))


def _place(event: Event) -> Hashable:
    """What tells an event from all others of its text."""
    return event.type, event.start, event.end, event.source, event.target
