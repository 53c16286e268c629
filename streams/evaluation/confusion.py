"""Which type is taken for which: counts of texts, labelled rows by coded columns, and their picture."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from schemas.plover import EventType
from streams.evaluation.scoring import Reading

KINDS: Final[tuple[EventType | None, ...]] = (None, *EventType)
NO_EVENT: Final = "no event"

_CELL, _LEFT, _TOP, _MARGIN = 34, 110, 130, 36
_BLUE, _RED, _INK, _GRID = "#2166ac", "#b2182b", "#1a1a1a", "#d9d9d9"
_FONT: Final = "font-family='Helvetica, Arial, sans-serif'"
_DARK: Final = 0.55


@dataclass(frozen=True, slots=True)
class Confusion:
    """`counts[i][j]`: texts labelled with KINDS[i] whose first event is of KINDS[j]."""

    counts: tuple[tuple[int, ...], ...]

    def share(self, row: int, column: int) -> float:
        """The part of its row that a cell holds."""
        whole = sum(self.counts[row])
        return self.counts[row][column] / whole if whole else 0.0


def confusion(readings: Iterable[Reading]) -> Confusion:
    """Count texts by the labelled type that they are held to, and the type of their first event."""
    pairs = Counter((each.expected, each.coded) for each in readings)
    return Confusion(tuple(tuple(pairs[row, column] for column in KINDS) for row in KINDS))


def name_of(kind: EventType | None) -> str:
    """A row's or column's name."""
    return kind.value if kind else NO_EVENT


def picture(matrix: Confusion, title: str) -> str:
    """The matrix as SVG: a cell is the darker the more of its row it holds; right is blue, wrong is red."""
    size = _CELL * len(KINDS)
    width, height = _LEFT + size + _MARGIN, _TOP + size + 2 * _MARGIN
    return "\n".join(
        [
            f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}'"
            f" height='{height}' role='img' {_FONT} fill='{_INK}'>",
            f"<title>{escape(title)}</title>",
            f"<rect width='{width}' height='{height}' fill='#ffffff'/>",
            f"<text x='{_MARGIN}' y='28' font-size='16' font-weight='bold'>{escape(title)}</text>",
            f"<text x='{_MARGIN}' y='48' font-size='12'>rows: labelled; columns: coded;"
            " shade: share of the row</text>",
            *_column_names(),
            *_rows(matrix),
            "</svg>",
            "",
        ]
    )


def _column_names() -> Iterable[str]:
    for at, kind in enumerate(KINDS):
        x, y = _LEFT + at * _CELL + _CELL // 2 + 4, _TOP - 6
        yield f"<text transform='translate({x} {y}) rotate(-60)' font-size='11'>{name_of(kind)}</text>"


def _rows(matrix: Confusion) -> Iterable[str]:
    for row, kind in enumerate(KINDS):
        y = _TOP + row * _CELL
        yield (
            f"<text x='{_LEFT - 8}' y='{y + _CELL // 2 + 4}' font-size='11' text-anchor='end'>"
            f"{name_of(kind)}</text>"
        )
        for column in range(len(KINDS)):
            yield from _cell(matrix, row, column)


def _cell(matrix: Confusion, row: int, column: int) -> Iterable[str]:
    x, y = _LEFT + column * _CELL, _TOP + row * _CELL
    share, count = matrix.share(row, column), matrix.counts[row][column]
    colour = _BLUE if row == column else _RED
    yield (
        f"<rect x='{x}' y='{y}' width='{_CELL}' height='{_CELL}' fill='{colour}'"
        f" fill-opacity='{share:.3f}' stroke='{_GRID}'/>"
    )
    if count:
        ink = "#ffffff" if share > _DARK else _INK
        yield (
            f"<text x='{x + _CELL // 2}' y='{y + _CELL // 2 + 4}' font-size='11' text-anchor='middle'"
            f" fill='{ink}'>{count}</text>"
        )
