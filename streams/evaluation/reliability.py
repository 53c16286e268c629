"""Whether `confidence` means something: of events said to be certain to 0.8, four in five should be right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
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


_SIDE: Final = 300
_LEFT: Final = 60
_TOP: Final = 50
_INK: Final = "#1c2b3a"
_BLUE: Final = "#1f5fa8"
_GRID: Final = "#c9d3dd"


def picture(bins: Sequence[Bin], title: str) -> str:
    """Reliability as SVG: a dot a bin, as large as it has events; on the line confidence is kept."""
    width, height = _SIDE + _LEFT + 40, _SIDE + _TOP + 60
    return "\n".join(
        [
            f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}'"
            f" height='{height}' font-family='sans-serif' fill='{_INK}'>",
            f"<rect width='{width}' height='{height}' fill='#ffffff'/>",
            f"<text x='{_LEFT}' y='28' font-size='13' font-weight='bold'>{escape(title)}</text>",
            *_axes(),
            *_dots(bins),
            "</svg>",
            "",
        ]
    )


def _axes() -> Iterable[str]:
    right, foot = _LEFT + _SIDE, _TOP + _SIDE
    yield f"<line x1='{_LEFT}' y1='{foot}' x2='{right}' y2='{_TOP}' stroke='{_GRID}' stroke-width='2'/>"
    yield f"<rect x='{_LEFT}' y='{_TOP}' width='{_SIDE}' height='{_SIDE}' fill='none' stroke='{_GRID}'/>"
    for tenth in range(0, 11, 2):
        along = tenth * _SIDE // 10
        yield (
            f"<text x='{_LEFT + along}' y='{foot + 18}' font-size='11' text-anchor='middle'>"
            f"{tenth / 10:.1f}</text>"
        )
        yield (
            f"<text x='{_LEFT - 8}' y='{foot - along + 4}' font-size='11' text-anchor='end'>"
            f"{tenth / 10:.1f}</text>"
        )
    middle = _TOP + _SIDE // 2
    named = "font-size='12' text-anchor='middle'"
    yield f"<text x='{_LEFT + _SIDE // 2}' y='{foot + 40}' {named}>confidence</text>"
    yield f"<text transform='translate(18 {middle}) rotate(-90)' {named}>share right</text>"


def _dots(bins: Sequence[Bin]) -> Iterable[str]:
    most = max((each.right.of for each in bins), default=1) or 1
    for each in bins:
        if each.right.of:
            x = _LEFT + each.confidence * _SIDE
            y = _TOP + (1 - each.right.value) * _SIDE
            radius = 4 + 12 * (each.right.of / most) ** 0.5
            yield (
                f"<circle cx='{x:.1f}' cy='{y:.1f}' r='{radius:.1f}' fill='{_BLUE}' fill-opacity='0.6'>"
                f"<title>{each.right.of} events</title></circle>"
            )
            yield (
                f"<text x='{x:.1f}' y='{y - radius - 3:.1f}' font-size='10' text-anchor='middle'>"
                f"{each.right.of}</text>"
            )
