"""Makes dead letters of what an agent cannot process."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from schemas.dead_letter import DeadLetter, Fault, Reason
from streams.dead_letters.settlement import without_settlement
from streams.dead_letters.story import PREFIX, headers_of, replayed_before, without_story
from streams.delivery import Batch, Outgoing
from streams.delivery.batch import ConsumedRecord
from streams.metrics import Metrics

_MAX_ERROR_CHARS: Final = 1000

UNREADABLE_HEADER: Final = PREFIX + "unreadable"
"""On a record whose source could not be read as an article: why, in words."""


@dataclass(frozen=True)
class DeadLetters:
    """Makes dead letters: the record's own bytes and headers, with headers that tell its story."""

    kafka_topic: str
    metrics: Metrics
    now: Callable[[], datetime]

    def take(self, fault: Fault, batch: Batch, record: ConsumedRecord, *, attempts: int = 1) -> Outgoing:
        """The dead letter to send for a record of this batch; it is counted by reason.

        Where whoever sent the record has said why it is no article, that is the reason: what the bytes
        look like to a coder is only a symptom.
        """
        fault = _told_by_sender(record) or fault
        self.metrics.dead_letters.labels(fault.reason.value).inc()
        before = replayed_before(batch, record)
        story = DeadLetter(
            kafka_topic=batch.kafka_topic,
            partition=batch.partition,
            offset=record.offset,
            reason=fault.reason,
            error=fault.error[:_MAX_ERROR_CHARS],
            time=self.now(),
            attempts=attempts + (before.attempts if before else 0),
            replays=before.replays if before else 0,
            first=before.first if before else None,
        )
        others = without_settlement(without_story(record.headers))
        return Outgoing(self.kafka_topic, record.key, record.value, headers=others + headers_of(story))


def _told_by_sender(record: ConsumedRecord) -> Fault | None:
    told = dict(record.headers).get(UNREADABLE_HEADER)
    return Fault(Reason.UNREADABLE_SOURCE, told.decode("utf-8", "replace")) if told else None
