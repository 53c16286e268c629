"""Actors by any of their names."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from schemas.tally import COUNTERS, TableName
from streams.counting.questions import ListName
from streams.index.parts import Row
from streams.web.answers import Answers, Found
from streams.web.api import filters, values
from streams.web.api.asking import COMPLETE, Sheet
from streams.web.api.formats import FORMAT
from streams.web.api.parameters import Parameter, Values, catalogue
from streams.web.api.shapes import LABELS, Item, label, nonzero

_MOST: Final = 100
_USUAL: Final = 10
_COUNTERS: Final = COUNTERS[TableName.ACTORS]


@cache
def search_parameters() -> Mapping[str, Parameter]:
    """What can be asked of the search."""
    limit = {"type": "integer", "minimum": 1, "maximum": _MOST, "default": _USUAL}
    return catalogue(
        filters.text("q", "Words of a name; the last may be its beginning.", "putin", required=True),
        Parameter("limit", "Most actors.", values.whole(1, _MOST), limit, _USUAL),
        COMPLETE,
        FORMAT,
    )


async def actors_by_name(answers: Answers, asked: Values) -> Sheet:
    """Actors with a name that has these words."""
    return sheet_of_found(await answers.search(asked["q"], limit=asked.get("limit", _USUAL)))


def sheet_of_found(found: Found) -> Sheet:
    """The actors that were found, as an answer."""
    items = [_item(row, matched) for row, matched in found.rows]
    return Sheet(
        {"items": items},
        found.standing,
        items=items,
        columns=("key", *LABELS[ListName.ACTORS], "matched", *_COUNTERS),
        rows=lambda: (
            (
                item["key"],
                *item["label"].values(),
                item["matched"],
                *(item["counters"].get(name, 0) for name in _COUNTERS),
            )
            for item in items
        ),
    )


def _item(row: Row, matched: str) -> Item:
    return {
        "key": row.key,
        "label": label(ListName.ACTORS, row.label),
        "counters": nonzero(row.counters),
        "days": None,
        "matched": matched,
    }
