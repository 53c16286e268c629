"""Which partitions this worker may answer for at this moment."""

from dataclasses import dataclass
from typing import Protocol

from streams.counting.questions import Basis
from streams.delivery.delivery import NONE_LIVE, Delivery, Phase
from streams.kafka_topics import Catalogue


@dataclass(frozen=True, slots=True)
class Held:
    """Partitions that are open, in one generation of the group."""

    generation: int = NONE_LIVE
    partitions: frozenset[int] = frozenset()
    why_not: str = ""
    """Why others are not, in words."""


class Holdings(Protocol):
    """Tells what is held; may be asked from any thread."""

    def held(self, basis: Basis) -> Held:
        """The open partitions of the Kafka topic that this basis is read from."""


@dataclass(frozen=True, slots=True)
class NothingHeld:
    """The holdings of a worker that does not count."""

    def held(self, basis: Basis) -> Held:
        """None."""
        return Held(why_not="does not count")


@dataclass(frozen=True, slots=True)
class DeliveryHoldings:
    """The holdings of a worker that counts."""

    delivery: Delivery
    catalogue: Catalogue

    def held(self, basis: Basis) -> Held:
        """What the delivery has open; its lease is looked at anew each time."""
        kafka_topic = kafka_topic_of(self.catalogue, basis)
        partitions, standing = self.delivery.holds(kafka_topic), self.delivery.standing
        why_not = "does not hold it" if standing is Phase.OPEN else f"is {standing.value}"
        return Held(self.delivery.generation, partitions, why_not)


def kafka_topic_of(catalogue: Catalogue, basis: Basis) -> str:
    """The Kafka topic whose partitions an answer of this basis stands on."""
    return catalogue.coded if basis is Basis.STORIES else catalogue.tallies
