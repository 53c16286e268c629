"""The encoder measured by itself: the one type that it gives a text, and nobody who takes part."""

from collections.abc import Iterator, Sequence
from typing import Final

from schemas.coding import Coding, Event
from schemas.plover import QUAD_OF
from streams.coding.encoder import TYPES, Encoder

AT_ONCE: Final = 64


def encoder_codings(encoder: Encoder, texts: Sequence[str]) -> Iterator[Coding]:
    """The likeliest type of each text, read whole, with its probability for confidence."""
    for first in range(0, len(texts), AT_ONCE):
        some = texts[first : first + AT_ONCE]
        for text, reading in zip(some, encoder.read(some), strict=True):
            yield _coding(text, [float(each) for each in reading.types])


def _coding(text: str, probabilities: Sequence[float]) -> Coding:
    best = max(range(len(TYPES)), key=probabilities.__getitem__)
    kind = TYPES[best]
    if kind is None:
        return Coding()
    event = Event(
        type=kind,
        mode=None,
        quad=QUAD_OF[kind],
        cameo=None,
        source=None,
        target=None,
        sentence=text,
        trigger="",
        start=0,
        end=0,
        date=None,
        confidence=min(probabilities[best], 1.0),
    )
    return Coding(events=(event,))
