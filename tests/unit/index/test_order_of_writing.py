"""In which order a change becomes visible."""

import pytest
from counts_drawn import Naive

from schemas.tally import TableName
from streams.counting.questions import ListName, Question
from streams.index.columns import Column
from streams.index.index import Index


@pytest.mark.parametrize("sort", ["articles", "mentions"])
def test_what_is_found_in_a_list_has_its_label(sort: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader between any two steps of a change finds a thing with its label, or does not find it."""
    naive, index = Naive(TableName.ACTORS), Index()
    index.counts[TableName.ACTORS][0] = naive.index
    found: list[list[dict[str, str | None]]] = []
    put = Column.put

    def looking(column: Column, *numbers: object) -> None:
        put(column, *numbers)  # type: ignore[arg-type]
        part = index.best(
            Question(ListName.ACTORS, sort=sort), frozenset({0}), limit=10, snapshot=str(len(found))
        )
        found.append([dict(row.label) for row in part.rows])

    monkeypatch.setattr(Column, "put", looking)
    naive.apply({("a", "2026-02-01"): ({"name": "A"}, {"mentions": 2, "articles": 1, "source": 1})})
    assert found[-1] == [{"name": "A"}]
    assert all(label == {"name": "A"} for labels in found for label in labels)
