"""How old the stories are that are on their way: from their arrival on Kafka to the commit behind them."""

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from streams.delivery.batch import ConsumedRecord, Partition

ARRIVED: Final = "tidings-arrived"
"""Header of what is made of a story: when the story itself arrived, in milliseconds since the epoch."""

_MOST_DIGITS: Final = 15

Headers = tuple[tuple[str, bytes], ...]


class _Waiting(NamedTuple):
    offset: int
    arrived_ms: int


@dataclass
class Ages:
    """The arrivals of the stories that were fetched and are not committed, by input partition."""

    of_articles: bool = False
    """Whether each record read is itself a story, not something made of one that has a header."""
    observe: Callable[[str, float], None] = lambda *_: None
    """Told the Kafka topic and the seconds of each story that is committed."""
    now: Callable[[], float] = time.time
    _waiting: dict[Partition, deque[_Waiting]] = field(default_factory=dict)

    def forget(self) -> None:
        """A new generation fetches again what was not committed."""
        self._waiting = {}

    def fetched(self, source: Partition, records: Iterable[ConsumedRecord]) -> None:
        """Remember when the stories of these records arrived."""
        arrivals = ((record.offset, self._arrived_ms(record)) for record in records)
        found = [_Waiting(offset, arrived) for offset, arrived in arrivals if arrived and arrived > 0]
        if found:
            self._waiting.setdefault(source, deque()).extend(found)

    def _arrived_ms(self, record: ConsumedRecord) -> int | None:
        return record.timestamp if self.of_articles else told_arrival_ms(record)

    def committed(self, source: Partition, next_offset: int) -> None:
        """Let go of what lies before this offset, and tell how old it has become."""
        waiting, now = self._waiting.get(source, ()), self.now()
        while waiting and waiting[0].offset < next_offset:
            story = waiting.popleft()
            self.observe(source.kafka_topic, max(0.0, now - story.arrived_ms / 1000))

    def oldest_seconds(self) -> dict[str, float]:
        """By Kafka topic how long ago the oldest story arrived that is not committed."""
        now, found = self.now(), dict[str, float]()
        for source, waiting in self._waiting.items():
            age = max(0.0, now - waiting[0].arrived_ms / 1000) if waiting else 0.0
            found[source.kafka_topic] = max(age, found.get(source.kafka_topic, 0.0))
        return found


def told_arrival_ms(record: ConsumedRecord) -> int | None:
    """When the story arrived that the record was made of, as its header tells; None where none does."""
    for name, value in record.headers:
        if name == ARRIVED:
            # whoever can write to the Kafka topic can write anything here, nothing at all included
            return int(value) if value and value.isdigit() and len(value) <= _MOST_DIGITS else None
    return None


def arrival_of(article: ConsumedRecord) -> Headers:
    """The header for what is made of an article; nothing where Kafka does not tell when it arrived."""
    return _header(article.timestamp)


def arrival_told_by(record: ConsumedRecord) -> Headers:
    """The header to pass on from what was made of an article; nothing where there is none."""
    return _header(told_arrival_ms(record) or 0)


def _header(arrived_ms: int) -> Headers:
    return ((ARRIVED, b"%d" % arrived_ms),) if arrived_ms > 0 else ()
