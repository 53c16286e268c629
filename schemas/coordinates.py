"""Where a record stands in a Kafka topic."""

from pydantic import Field

from schemas.base import Record


class Coordinates(Record):
    """Partition and offset of a record; the Kafka topic follows from the context."""

    partition: int = Field(ge=0)
    offset: int = Field(ge=0)
