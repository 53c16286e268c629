"""How far a Kafka topic reaches: what tells of more than there is, lies."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field

from schemas.coordinates import Coordinates
from streams.counting.plausibility import is_beyond

Ends = Mapping[int, int]


@dataclass
class LogEnds:
    """The ends of a Kafka topic's partitions, asked for anew whenever a record tells of more."""

    ask: Callable[[], Awaitable[Ends]]
    known: Ends = field(default_factory=dict)

    async def covering(self, told: Iterable[Coordinates]) -> Ends:
        """Ends that cover these coordinates, if those exist: asked for after they were read where need be."""
        if any(is_beyond(at, self.known) for at in told):
            self.known = await self.ask()
        return self.known
