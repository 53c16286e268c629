"""What a coding scores against labels: types, quad classes, triples, modes, one text after the other."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence, Set
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from schemas.coding import Coding, Event, Participant
from schemas.plover import MODES, QUAD_OF, EventType, Quad
from streams.evaluation.corpora import LabelledText
from streams.evaluation.countries import country_of
from streams.evaluation.gold import LabelledEvent, LabelledParty

NORMAL_95: Final = 1.96


@dataclass(frozen=True, slots=True)
class Triple:
    """Who did what to whom, by country; None where no country is known or nobody is named."""

    source: str | None
    type: EventType
    target: str | None

    def __str__(self) -> str:
        """Read as in 'RUS ASSAULT UKR'."""
        return f"{self.source or '-'} {self.type} {self.target or '-'}"


PARTS: Final[dict[str, Callable[[Triple], Hashable]]] = {
    "source, type, target": lambda triple: triple,
    "source, type": attrgetter("source", "type"),
    "type, target": attrgetter("type", "target"),
}


@dataclass(frozen=True, slots=True)
class Share:
    """So many right of so many."""

    right: int
    of: int

    @property
    def value(self) -> float:
        """The share; 0 of nothing."""
        return _share(self.right, self.of)


@dataclass(frozen=True, slots=True)
class Hits:
    """Found, wrongly found and missed things of one sort."""

    right: int
    wrong: int
    missed: int

    @property
    def labelled(self) -> int:
        """How many there are."""
        return self.right + self.missed

    @property
    def precision(self) -> float:
        """How much of what was found is right."""
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """How much of what is there was found."""
        return _share(self.right, self.labelled)

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return _share(2 * self.right, 2 * self.right + self.wrong + self.missed)


@dataclass(frozen=True, slots=True)
class Reading:
    """A labelled text beside what was made of it; the coded events come most certain first."""

    label: LabelledText
    coding: Coding

    @property
    def coded(self) -> EventType | None:
        """The type of the first event that was coded."""
        return self.coding.events[0].type if self.coding.events else None

    @property
    def expected(self) -> EventType | None:
        """The labelled type to hold the first event to: its own where it is among them, else the main one."""
        if self.coded in self.label.types:
            return self.coded
        return self.label.types[0] if self.label.types else None

    @property
    def labelled_triples(self) -> frozenset[Triple]:
        """The labelled events by country."""
        return frozenset(map(triple_of, self.label.labels.events or ()))

    @property
    def coded_triples(self) -> frozenset[Triple]:
        """The coded events by country."""
        return frozenset(map(triple_of, self.coding.events))


def triple_of(event: Event | LabelledEvent) -> Triple:
    """An event by country."""
    return Triple(_country(event.source), event.type, _country(event.target))


def with_events(readings: Iterable[Reading]) -> list[Reading]:
    """The texts whose events were labelled, if only as none."""
    return [reading for reading in readings if reading.label.labels.events is not None]


def type_accuracy(readings: Sequence[Reading]) -> Share:
    """Texts whose first event is of a labelled type, or that rightly have none."""
    return Share(sum(each.coded == each.expected for each in readings), len(readings))


def quad_accuracy(readings: Sequence[Reading]) -> Share:
    """Texts whose first event is in a labelled quad class, or that rightly have none."""
    return Share(sum(_quad(each.coded) in _labelled_quads(each.label) for each in readings), len(readings))


def false_events(readings: Iterable[Reading]) -> Share:
    """Of the texts without an event, those that were given one."""
    eventless = [each for each in readings if not each.label.types]
    return Share(sum(each.coded is not None for each in eventless), len(eventless))


def missed_texts(readings: Iterable[Reading]) -> Share:
    """Of the texts with an event, those that were given none."""
    eventful = [each for each in readings if each.label.types]
    return Share(sum(each.coded is None for each in eventful), len(eventful))


def hits_by_type(readings: Iterable[Reading]) -> dict[EventType, Hits]:
    """Each type that is labelled or coded, taking one type a text."""
    pairs = Counter((each.expected, each.coded) for each in readings)
    hits = {
        kind: Hits(
            right=pairs[kind, kind],
            wrong=sum(n for (expected, coded), n in pairs.items() if coded == kind != expected),
            missed=sum(n for (expected, coded), n in pairs.items() if expected == kind != coded),
        )
        for kind in EventType
    }
    return {kind: each for kind, each in hits.items() if each.labelled or each.wrong}


def macro_f1(readings: Iterable[Reading]) -> float:
    """The mean F1 of the labelled types, each counting the same."""
    scores = [hits.f1 for hits in hits_by_type(readings).values() if hits.labelled]
    return _share(sum(scores), len(scores))


def triple_hits(
    readings: Iterable[Reading], part: Callable[[Triple], Hashable] = PARTS["source, type, target"]
) -> Hits:
    """All triples of all texts, or one part of them, compared text by text."""
    return sum_of_hits(
        (set(map(part, each.labelled_triples)), set(map(part, each.coded_triples))) for each in readings
    )


def sum_of_hits(pairs: Iterable[tuple[Set[Hashable], Set[Hashable]]]) -> Hits:
    """Hits over texts, of what each is labelled with and coded to."""
    right = wrong = missed = 0
    for labelled, coded in pairs:
        right += len(labelled & coded)
        wrong += len(coded - labelled)
        missed += len(labelled - coded)
    return Hits(right, wrong, missed)


def matched(reading: Reading) -> list[tuple[LabelledEvent, Event]]:
    """Labelled events beside the coded event of the same type that agrees most; each is taken once."""
    labelled = list(reading.label.labels.events or ())
    possible = [
        (-_agreement(label, event), at, other)
        for at, label in enumerate(labelled)
        for other, event in enumerate(reading.coding.events)
        if label.type == event.type
    ]
    pairs: dict[int, int] = {}
    for _, at, other in sorted(possible):
        if at not in pairs and other not in pairs.values():
            pairs[at] = other
    return [(labelled[at], reading.coding.events[pairs[at]]) for at in sorted(pairs)]


def mode_accuracy(readings: Iterable[Reading]) -> Share:
    """Events of the right type whose mode, or want of one, is right too; of the types that have modes."""
    pairs = [pair for each in readings for pair in matched(each) if MODES[pair[0].type]]
    return Share(sum(label.mode == event.mode for label, event in pairs), len(pairs))


def interval_95(share: Share) -> tuple[float, float]:
    """Wilson's interval of a share (E. B. Wilson, JASA 22, 1927)."""
    if not share.of:
        return 0.0, 1.0
    z2, count = NORMAL_95**2, share.of
    middle = (share.value + z2 / (2 * count)) / (1 + z2 / count)
    variance = share.value * (1 - share.value) / count + z2 / (4 * count**2)
    reach = NORMAL_95 * math.sqrt(variance) / (1 + z2 / count)
    return middle - reach, middle + reach


def _agreement(label: LabelledEvent, event: Event) -> int:
    """How much two events of one type have in common: sides by country and by code, the trigger."""
    sides = ((label.source, event.source), (label.target, event.target))
    alike = sum(_country(one) == _country(other) for one, other in sides)
    exact = sum(_code(one) == _code(other) for one, other in sides)
    return 2 * (alike + exact) + (label.trigger.lower() == event.trigger.lower())


def _country(party: Participant | LabelledParty | None) -> str | None:
    return country_of(_code(party))


def _code(party: Participant | LabelledParty | None) -> str | None:
    return party.code if party is not None else None


def _quad(kind: EventType | None) -> Quad | None:
    return QUAD_OF[kind] if kind else None


def _labelled_quads(label: LabelledText) -> frozenset[Quad | None]:
    return frozenset(map(_quad, label.types or (None,)))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
