"""Columns of counters: numbers by row, however many rows have one."""

from random import Random

import numpy as np
import pytest

from streams.index.columns import Column, Dense, Sparse
from streams.index.days import sums
from streams.index.key_order import key_order

NUMBERS = [0, 0, 1, 2, 127, 128, -3, 70_000, 2**31 + 5]


def put(column: Column, numbers: dict[int, int]) -> None:
    column.put(np.array(list(numbers), np.int32), np.array(list(numbers.values()), np.int64))


@pytest.mark.parametrize("seed", range(20))
def test_a_column_has_what_was_put_last(seed: int) -> None:
    """Through every change of form and width each row has its last number, and the others zero."""
    rnd = Random(seed)
    column, known = Column(), dict[int, int]()
    span = rnd.choice([10, 300, 50_000])
    for _ in range(30):
        rows = rnd.sample(range(span), min(span, rnd.choice([1, 3, 200])))
        numbers = {row: rnd.choice(NUMBERS) for row in rows if row < span // rnd.choice([1, 10])}
        put(column, numbers)
        known |= numbers
        asked = np.array([rnd.randrange(span + 3) for _ in range(50)], np.int32)
        assert column.gather(asked).tolist() == [known.get(row, 0) for row in asked.tolist()]
        assert [column.number(row) for row in asked.tolist()] == column.gather(asked).tolist()
    whole = sums([column, column], span)
    assert whole.tolist() == [2 * known.get(row, 0) for row in range(span)]


def test_a_day_of_few_things_stays_small() -> None:
    """A thousand days with fifty of a million things each take no arrays of a million."""
    rnd = Random(1)
    columns = [Column() for _ in range(1000)]
    for column in columns:
        put(column, {rnd.randrange(1_000_000): 1 for _ in range(50)})
    assert all(isinstance(column.form, Sparse) for column in columns)
    assert sum(column.nbytes for column in columns) < 10_000_000


def test_a_day_of_most_things_is_dense_and_narrow() -> None:
    """Where most rows have a number they take a byte each, and wider ones only once one needs it."""
    column = Column()
    for start in range(0, 100_000, 1000):
        put(column, dict.fromkeys(range(start, start + 1000), 1))
    assert isinstance(column.form, Dense)
    assert column.nbytes < 200_000
    put(column, {5: 1000})
    assert (column.number(5), column.number(6), column.number(99_999)) == (1000, 1, 1)


def test_a_dense_column_gives_way_where_rows_are_far_apart() -> None:
    """One thing more, a million rows on, does not make a day of a hundred things large."""
    column = Column()
    put(column, dict.fromkeys(range(100), 1))
    assert isinstance(column.form, Dense)
    put(column, {1_000_000: 1})
    assert column.nbytes < 10_000
    assert (column.number(99), column.number(1_000_000), column.number(500)) == (1, 1, 0)


def test_numbers_of_keys_are_in_the_order_of_keys() -> None:
    """No key has a lesser number than one that comes before it."""
    rnd = Random(3)
    beginnings = ["person:", "country:", "org:", "perso", "zz", "role:", "1", ""]
    keys = {
        rnd.choice(beginnings) + "".join(rnd.choice("abAB-_:|é9 .~") for _ in range(rnd.randrange(12)))
        for _ in range(5000)
    }
    numbers = [key_order(key.encode()) for key in sorted(keys)]
    assert numbers == sorted(numbers)
    assert max(numbers) < 2**64
