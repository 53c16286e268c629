"""Event ids and cursors."""

import random

import pytest

from streams.web.push.offsets import Cursor, NotAnEventId, Place, place_of


def test_ids_name_their_place() -> None:
    """What an id is made of comes back, for any offsets and any records told in part."""
    some = random.Random(7)
    for _ in range(200):
        count = some.randint(1, 40)
        offsets = tuple(some.choice([0, some.randrange(10**18), some.randrange(40)]) for _ in range(count))
        told = {some.randrange(count): some.randrange(1, 90) for _ in range(some.randint(0, 3))}
        place = Place(offsets, tuple(told.items()))
        assert place_of(str(place), partitions=count) == place


def test_ids_are_compact_and_printable() -> None:
    """Two partitions, the second with a record of which one message is told."""
    assert str(Place((36, 7), ((1, 1),))) == "10.7~1.1"


@pytest.mark.parametrize(
    "garbage",
    ["", "x", "1", "1.2.3", "1.-2", "1.2~", "1.2~5.1", "1.2~0", "1 .2", "1.2\n", "ä.1", "9" * 5000, "1.é"],
)
def test_garbage_is_no_id(garbage: str) -> None:
    """What no stream of two partitions has sent is refused."""
    with pytest.raises(NotAnEventId):
        place_of(garbage, partitions=2)


def test_a_record_told_in_part_counts_only_where_it_stands() -> None:
    """How much of a record is told is forgotten when its partition moves past it, not when another does."""
    cursor = Cursor(Place((5, 5)))
    cursor.move_within(0, 6, 2)
    cursor.move_within(1, 5, 1)
    assert (cursor.told_of(0, 6), cursor.told_of(1, 5), cursor.told_of(0, 7)) == (2, 1, 0)
    cursor.move_to(1, 6)
    assert (cursor.told_of(0, 6), str(cursor.place)) == (2, "6.6~0.2")
    cursor.move_to(0, 7)
    assert cursor.is_between_records
