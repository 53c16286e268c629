"""Where a record stands in a Kafka topic."""

from pydantic import Field

from schemas.base import Record


class Coordinates(Record):
    """Partition and offset of a record; the Kafka topic follows from the context.

    `log` names the namespace where that is not the one at hand: coded articles that a rebuild has brought
    along were published there.
    """

    partition: int = Field(ge=0)
    offset: int = Field(ge=0)
    log: str | None = Field(default=None, exclude_if=lambda log: log is None)
