"""Records that could not be processed: kept as they came, with headers that tell their story."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError

from schemas.dead_letter import DeadLetter, Reason
from schemas.wire import Malformed, explain
from streams.delivery import Batch, Outgoing
from streams.delivery.batch import ConsumedRecord
from streams.kafka_logs import read_log
from streams.metrics import Metrics

_PREFIX: Final = "tidings-"
_MAX_ERROR_CHARS: Final = 1000
_HEADERS: Final = frozenset(_PREFIX + name.replace("_", "-") for name in DeadLetter.model_fields)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a record cannot be processed."""

    reason: Reason
    error: str


@dataclass(frozen=True)
class DeadLetters:
    """Makes dead letters: the record's own bytes and headers, with headers that tell its story."""

    kafka_topic: str
    metrics: Metrics
    now: Callable[[], datetime]

    def take(self, fault: Fault, batch: Batch, record: ConsumedRecord, *, attempts: int = 1) -> Outgoing:
        """The dead letter to send for a record of this batch; it is counted by reason."""
        self.metrics.dead_letters.labels(fault.reason.value).inc()
        story = DeadLetter(
            kafka_topic=batch.kafka_topic,
            partition=batch.partition,
            offset=record.offset,
            reason=fault.reason,
            error=fault.error[:_MAX_ERROR_CHARS],
            time=self.now(),
            attempts=attempts,
        )
        told = tuple(
            (_PREFIX + name.replace("_", "-"), str(value).encode())
            for name, value in story.model_dump(mode="json").items()
        )
        names = {name for name, _ in told}
        kept = tuple((name, value) for name, value in record.headers if name not in names)
        return Outgoing(self.kafka_topic, record.key, record.value, headers=kept + told)


def story_of(headers: Mapping[str, bytes]) -> DeadLetter:
    """Read the story back from a dead letter's headers; raises Malformed."""
    fields = {
        name.removeprefix(_PREFIX).replace("-", "_"): value.decode("utf-8", "replace")
        for name, value in headers.items()
        if name in _HEADERS
    }
    try:
        return DeadLetter.model_validate(fields)
    except ValidationError as error:
        raise Malformed(f"not a dead letter's headers: {explain(error)}") from error


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """A dead letter as it lies in its own Kafka topic."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    story: DeadLetter

    @property
    def id(self) -> str:
        """What `dead-letters show` takes: partition and offset in the dead-letter topic."""
        return f"{self.partition}:{self.offset}"


async def read_dead_letters(client_options: Mapping[str, Any], kafka_topic: str) -> AsyncIterator[KeptRecord]:
    """Every dead letter there is now, by partition and offset."""
    async for record in read_log(client_options, kafka_topic):
        story = story_of(dict(record.headers))
        yield KeptRecord(record.partition, record.offset, record.key, record.value, story)
