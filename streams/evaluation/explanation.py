"""Why nothing was coded: what rules and encoder made of a text in which no event was found."""

from collections.abc import Iterator
from typing import Final

from spacy.language import Language

from streams.coding import datelines
from streams.coding.actors.resolver import ActorResolver
from streams.coding.encoder import TYPES, Encoder, SentenceReading
from streams.coding.events import EventExtractor
from streams.coding.events.candidates import Case

LIKELIEST: Final = 3


class Silence:
    """Tells of candidates that came to nothing, sentence by sentence; without an encoder of the rules'."""

    def __init__(self, nlp: Language, encoder: Encoder | None) -> None:
        self._nlp = nlp
        self._resolver = ActorResolver()
        self._extractor = EventExtractor(encoder=encoder)

    def lines(self, text: str) -> Iterator[str]:
        """Each candidate's trigger and entry, and what the encoder holds likely; never nothing."""
        unparsed = self._nlp.make_doc(text)
        datelines.set_apart(unparsed)
        doc = self._nlp(unparsed)
        heard = self._extractor.hear(doc, self._resolver.resolve(doc, on=None), on=None)
        if not any(each.cases or each.reading for each in heard):
            yield "no word of it is in the lexicon"
        for each in heard:
            yield from map(_passed_over, each.cases)
            if each.reading is not None:
                yield f"encoder   sentence {odds(each.reading)}"


def _passed_over(case: Case) -> str:
    entry = case.candidate.match.entry
    ruled = f"{case.ruled.value} ({case.strength:.2f})" if case.ruled is not None else "no event"
    changed = f", changed by {', '.join(case.candidate.rules)}" if case.candidate.rules else ""
    return (
        f"rules     {ruled}: {case.candidate.word.text!r} by {entry.entry!r}, after {entry.source}{changed}"
    )


def odds(reading: SentenceReading) -> str:
    """The likeliest types of a sentence."""
    likely = sorted(zip(map(float, reading.types), TYPES, strict=True), key=lambda each: -each[0])
    return ", ".join(
        f"{kind.value if kind else 'no event'} {probability:.2f}" for probability, kind in likely[:LIKELIEST]
    )
