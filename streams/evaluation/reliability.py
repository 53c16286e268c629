"""Whether `confidence` means something: of events said to be certain to 0.8, four in five should be right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from streams.evaluation.scoring import Reading, Share

BINS: Final = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Events of like confidence, from `low` up to `low` + 0.1: their mean, and how many are right."""

    low: float
    confidence: float
    right: Share


def reliability(readings: Iterable[Reading]) -> tuple[Bin, ...]:
    """Every coded event, in bins of a tenth; right is one whose type is labelled in its text."""
    events = [
        (event.confidence, event.type in reading.label.types)
        for reading in readings
        for event in reading.coding.events
    ]
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for confidence, right in events:
        bins[min(int(confidence * BINS), BINS - 1)].append((confidence, right))
    return tuple(
        Bin(
            low=at / BINS,
            confidence=sum(confidence for confidence, _ in each) / len(each) if each else 0.0,
            right=Share(sum(right for _, right in each), len(each)),
        )
        for at, each in enumerate(bins)
    )


def calibration_error(bins: Sequence[Bin]) -> float:
    """How far confidence is from the share right, on average over events (ECE; Naeini et al., AAAI 2015)."""
    events = sum(each.right.of for each in bins)
    far = sum(abs(each.confidence - each.right.value) * each.right.of for each in bins)
    return far / events if events else 0.0
