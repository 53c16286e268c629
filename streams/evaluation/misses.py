"""What went wrong, text by text: labels beside codings."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from schemas.coding import Event, Participant
from streams.evaluation.gold import LabelledEvent, LabelledParty
from streams.evaluation.scoring import Reading, triple_of


class Fault(StrEnum):
    """What is wrong first of all."""

    TYPE = "type"
    WHO = "who"
    TOPICS = "topics"


@dataclass(frozen=True, slots=True)
class Miss:
    """A text that was misread."""

    fault: Fault
    reading: Reading


def misses(readings: Iterable[Reading], *, types_only: bool = False) -> Iterator[Miss]:
    """Every text whose type, triples or topics differ from the labels, each once."""
    for reading in readings:
        fault = _fault(reading, types_only=types_only)
        if fault is not None:
            yield Miss(fault, reading)


def _fault(reading: Reading, *, types_only: bool) -> Fault | None:
    labels = reading.label.labels
    if labels.events is not None and reading.coded != reading.expected:
        return Fault.TYPE
    if types_only:
        return None
    if labels.events is not None and reading.labelled_triples != reading.coded_triples:
        return Fault.WHO
    if labels.topics is not None and set(labels.topics) != {topic.code for topic in reading.coding.topics}:
        return Fault.TOPICS
    return None


def told(event: Event | LabelledEvent) -> str:
    """An event in one line: triple by country, type and mode, words."""
    mode = f".{event.mode}" if event.mode else ""
    marks = "".join(f" {mark}" for mark in ("historical", "hypothetical") if getattr(event, mark))
    sides = f"{_side(event.source)} > {_side(event.target)}"
    certain = f" {event.confidence:.2f}" if isinstance(event, Event) else ""
    return f"{triple_of(event)}{mode} | {event.trigger} | {sides}{marks}{certain}"


def _side(party: Participant | LabelledParty | None) -> str:
    return "-" if party is None else f"{party.text}={party.code or '-'}"
