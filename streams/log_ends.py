"""How far the partitions of a Kafka topic go, asked for again only where a record speaks of more."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiokafka import TopicPartition

from schemas.coordinates import Coordinates
from streams.counting.plausibility import is_beyond


@dataclass
class LogEnds:
    """The ends as they were asked for last."""

    ask: Callable[[], Awaitable[Mapping[int, int]]]
    _known: Mapping[int, int] = field(default_factory=dict)

    async def covering(self, spoken_of: Iterable[Coordinates]) -> Mapping[int, int]:
        """Ends that are newer than a record which speaks of these coordinates, where that matters."""
        if any(is_beyond(at, self._known) for at in spoken_of):
            self._known = await self.ask()
        return self._known


async def ask_ends(consumer: Any, kafka_topic: str, partitions: int) -> Mapping[int, int]:
    """Ask Kafka; the consumer must read uncommitted, or a transaction under way would hide the true end."""
    asked = [TopicPartition(kafka_topic, number) for number in range(partitions)]
    ends = await consumer.end_offsets(asked)
    return {partition.partition: end for partition, end in ends.items()}
