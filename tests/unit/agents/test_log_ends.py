"""How far a Kafka topic goes: asked for again only where that matters."""

from collections.abc import Mapping

import pytest

from schemas.coordinates import Coordinates
from streams.agents.log_ends import LogEnds


class Kafka:
    """Answers with ends that grow by ten at each question."""

    def __init__(self) -> None:
        self.asked = 0

    async def ends(self) -> Mapping[int, int]:
        self.asked += 1
        return {0: 10 * self.asked, 1: 5}


@pytest.mark.parametrize(
    ("spoken_of", "asked"),
    [
        ([], 0),
        ([(0, 3)], 1),
        ([(0, 3), (0, 9), (1, 4)], 1),
        ([(0, 3), (0, 10)], 2),
        ([(0, 3), (1, 5), (1, 4), (0, 19)], 2),
        ([(7, 0), (7, 0)], 2),
    ],
)
async def test_ends_are_asked_for_where_a_record_lies_beyond_them(
    spoken_of: list[tuple[int, int]], asked: int
) -> None:
    """A record below the known ends costs no question; one at or beyond them is held to newer ones."""
    kafka = Kafka()
    ends = LogEnds(kafka.ends)
    for partition, offset in spoken_of:
        known = await ends.covering([Coordinates(partition=partition, offset=offset)])
        assert known == {0: 10 * kafka.asked, 1: 5}
    assert kafka.asked == asked
