"""Readers in other threads while the one writer applies changes."""

import threading
from random import Random

import pytest
from counts_drawn import DAYS, Naive

from schemas.tally import TableName
from streams.counting.questions import DayRange, ListName, Question
from streams.index.index import Index
from streams.index.parts import Part

PARTITION = frozenset({0})
THINGS = 3000


@pytest.fixture
def naive() -> Naive:
    return Naive(TableName.ACTORS)


def test_readers_see_whole_rows_while_all_changes(naive: Naive) -> None:
    """With things, days and widths growing under it, every answer is right for some moment of its time."""
    index = Index()
    index.counts[TableName.ACTORS][0] = naive.index
    faults: list[str] = []
    done = threading.Event()
    readers = [threading.Thread(target=_reading, args=(index, done, faults)) for _ in range(2)]
    for reader in readers:
        reader.start()
    rnd = Random(7)
    held: dict[tuple[str, str], int] = {}
    for _ in range(150):
        changes = {}
        for _ in range(rnd.choice([1, 20, 400])):
            cell = f"person:p{rnd.randrange(THINGS):05}", rnd.choice(DAYS[: rnd.choice([2, 30])])
            held[cell] = held.get(cell, 0) + rnd.choice([1, 1, 100, 40_000])
            label = {"name": f"Name {cell[0]}", "country": "USA"}
            changes[cell] = label, {"articles": held[cell], "mentions": held[cell]}
        naive.apply(changes)
    done.set()
    for reader in readers:
        reader.join()
    assert not faults
    whole = index.best(Question(ListName.ACTORS), PARTITION, limit=THINGS, snapshot="s")
    sums: dict[str, int] = {}
    for (key, _), number in held.items():
        sums[key] = sums.get(key, 0) + number
    assert {row.key: row.counters["articles"] for row in whole.rows} == sums


def _reading(index: Index, done: threading.Event, faults: list[str]) -> None:
    rnd = Random(threading.get_ident())
    highest: dict[str, int] = {}
    try:
        while not done.is_set():
            part = index.best(Question(ListName.ACTORS), PARTITION, limit=50, snapshot=str(rnd.random()))
            _check(part, highest, faults)
            key = f"person:p{rnd.randrange(THINGS):05}"
            thing = index.thing(TableName.ACTORS, key, DayRange(), PARTITION)
            if thing is not None and thing.label.get("name") != f"Name {key}":
                faults.append(f"{key} has the label {thing.label}")
            for row, _ in index.search("name person", PARTITION, limit=5):
                if row.label["name"] != f"Name {row.key}":
                    faults.append(f"{row.key} was found as {row.label}")
    except Exception as error:  # whatever it is, the test must hear of it
        faults.append(repr(error))
        raise


def _check(part: Part, highest: dict[str, int], faults: list[str]) -> None:
    values = [(-row.counters["articles"], row.key) for row in part.rows]
    if values != sorted(values):
        faults.append("not in order")
    for row in part.rows:
        # counts only grow here: one that is lower than it was has been read from something half written
        if row.counters["articles"] < highest.get(row.key, 0):
            faults.append(f"{row.key} went down")
        highest[row.key] = row.counters["articles"]
        if row.label["name"] != f"Name {row.key}":
            faults.append(f"{row.key} has the label {row.label}")
