"""The event extractor: a parsed text and its actors in, PLOVER events out."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from spacy.tokens import Doc

from schemas.coding import Event
from streams.coding.encoder import Encoder, SentenceReading
from streams.coding.events.candidates import Candidate, Case, Draft
from streams.coding.events.headlines import mend
from streams.coding.events.hearing import Hearing, Judged
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

    def drafts(self, weights: Weights | None) -> Iterator[tuple[Draft, Judged]]:
        """The events found, before they are written."""
        return self.hearing.drafts(self.cases, self.reading, weights)

    def events(self, weights: Weights | None) -> Iterator[Event]:
        """The events of the sentence; an act and its outcome once."""
        return merge_outcomes(self.writer.write(draft) for draft, _ in self.drafts(weights))


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
        self._weights = weights if weights is not None or encoder is None else Weights.packaged()

    def extract(self, doc: Doc, resolution: Resolution, *, on: datetime.date | None) -> tuple[Event, ...]:
        """Read the events of a text, most certain first; `on` is the day of the story.

        The same source, type, target and day told twice is one event, the more certain telling.
        """
        found: dict[tuple[object, ...], Event] = {}
        for heard in self.hear(doc, resolution, on=on):
            for event in heard.events(self._weights):
                key = (event.source, event.type, event.target, event.date)
                if key not in found or found[key].confidence < event.confidence:
                    found[key] = event
        return tuple(sorted(found.values(), key=lambda event: (-event.confidence, event.start)))

    def hear(self, doc: Doc, resolution: Resolution, *, on: datetime.date | None) -> list[Heard]:
        """The sentences of a text with their cases: what `extract` judges."""
        sentences = list(self._sentences(doc, resolution))
        phrases = [Phrases(self._lexicon.classes) for _ in sentences]
        candidates = [
            read_candidates(sentence, self._lexicon, each)
            for sentence, each in zip(sentences, phrases, strict=True)
        ]
        readings = self._read(sentences, candidates)
        heard = []
        for at, (sentence, ground) in enumerate(zip(sentences, survey_all(sentences), strict=True)):
            if not candidates[at] and readings[at] is None:
                continue
            writer = EventWriter(sentence, self._lexicon, phrases[at], text=doc.text, ground=ground, on=on)
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
        asked = [at for at, sentence in enumerate(sentences) if candidates[at] or _may_tell(sentence)]
        for at, reading in zip(asked, self._encoder.read([sentences[at].text for at in asked]), strict=True):
            readings[at] = reading
        return readings

    def _sentences(self, doc: Doc, resolution: Resolution) -> Iterator[Sentence]:
        return read_sentences(doc, resolution, partial(mend, verbs=self._lexicon.verbs))

    def explain(self, doc: Doc, resolution: Resolution) -> Iterator[Candidate]:
        """The candidates behind the events of a text: entry, path, and the rules that changed each act."""
        for sentence in self._sentences(doc, resolution):
            yield from read_candidates(sentence, self._lexicon, Phrases(self._lexicon.classes))


def _may_tell(sentence: Sentence) -> bool:
    """Whether a sentence in which the rules see nothing has a predicate and somebody who may take part."""
    return any(word.pos == "VERB" for word in sentence.words) and any(
        word.mention is not None or word.entity in ("GPE", "NORP", "ORG", "PERSON") for word in sentence.words
    )
