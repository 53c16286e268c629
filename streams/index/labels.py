"""What lists are filtered by of a thing's label: each distinct combination once, numbered."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from schemas.tally import TableName
from streams.counting.questions import Filters
from streams.index.grown import Grown
from streams.index.names import Names

Mask = NDArray[np.bool_]

_ACTOR: Final = ("country", "sector", "kind")
ATTRIBUTES: Final[Mapping[TableName, tuple[str, ...]]] = {
    TableName.ACTORS: _ACTOR,
    TableName.TOPICS: (),
    TableName.ACTOR_TOPICS: _ACTOR,
    TableName.PAIRS: ("source_country", "source_sector", "target_country", "target_sector"),
}


class LabelBook:
    """The combinations of attributes that the labels of one table have."""

    def __init__(self, table: TableName) -> None:
        self.attributes = ATTRIBUTES[table]
        self._numbers: dict[tuple[str | None, ...], int] = {}
        self._codes: Names[str | None] = Names()
        self._columns = {name: Grown(np.int32) for name in self.attributes}

    def number(self, label: Mapping[str, str | None]) -> int:
        """The number of the combination that a label has."""
        combination = tuple([label.get(name) for name in self.attributes])
        number = self._numbers.get(combination)
        if number is None:
            for name, value in zip(self.attributes, combination, strict=True):
                self._columns[name].append(self._codes.number(value))
            number = self._numbers[combination] = len(self._numbers)
        return number

    def passing(self, filters: Filters) -> Mask | None:
        """For each combination, whether it passes; None where nothing of labels is filtered."""
        wanted = {"country": filters.country, "sector": filters.sector, "kind": filters.kind}
        asked = {name: value for name, value in wanted.items() if value is not None}
        if not asked or not self.attributes:
            return None
        if "source_country" in self._columns:
            return self._all("source_", asked) | self._all("target_", asked)
        return self._all("", asked)

    def _all(self, side: str, asked: Mapping[str, str]) -> Mask:
        passing = np.ones(len(self._numbers), np.bool_)
        for name, value in asked.items():
            if (column := self._columns.get(side + name)) is not None:
                passing &= column.numbers[: len(passing)] == self._codes.known(value)
        return passing

    def __len__(self) -> int:
        return len(self._numbers)
