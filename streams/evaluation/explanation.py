"""Why a text was coded as it was: what rules and encoder make of it, in lines to read."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from spacy.language import Language

from streams.coding import datelines
from streams.coding.actors import ActorResolver
from streams.coding.encoder import TYPES, Encoder
from streams.coding.events import EventExtractor
from streams.coding.events.candidates import Candidate

LIKELIEST: Final = 3

Explain = Callable[[str], Sequence[str]]


def explainer(nlp: Language, encoder: Encoder | None) -> Explain:
    """A function from a text to lines: each candidate's entry, rules and path; the encoder's likeliest."""
    extractor, resolver = EventExtractor(), ActorResolver()

    def explain(text: str) -> tuple[str, ...]:
        unparsed = nlp.make_doc(text)
        datelines.set_apart(unparsed)
        doc = nlp(unparsed)
        candidates = extractor.candidates(doc, resolver.resolve(doc, on=None))
        lines = [_candidate(each) for each in candidates]
        return (*lines, *([] if encoder is None else _heard(encoder, text)))

    return explain


def _candidate(candidate: Candidate) -> str:
    """Read as in 'rules: agreed <- agree to ACT [pledge] AGREE 030: promised; over agreed > send'."""
    entry, act = candidate.match.entry, candidate.act
    kind = "no event" if act is None else " ".join(filter(None, (act.type.value, act.mode, act.cameo)))
    changed = f"; changed by {', '.join(candidate.rules)}" if candidate.rules else ""
    path = f"; over {' > '.join(candidate.path)}" if candidate.path else ""
    return f"rules: {candidate.word.text} <- {entry.entry} [{entry.source}] {kind}{changed}{path}"


def _heard(encoder: Encoder, text: str) -> Iterator[str]:
    likely = sorted(zip(encoder.read([text])[0].types, TYPES, strict=True), key=lambda each: -each[0])
    told = ", ".join(
        f"{kind.value if kind else 'no event'} {probability:.2f}" for probability, kind in likely[:LIKELIEST]
    )
    yield f"encoder: {told}"
