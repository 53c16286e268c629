"""aiokafka fails for good at a control batch that compaction has emptied; Kafka's own client reads on.

The cleaner keeps the last batch of a producer without its records once these are older than
delete.retention.ms: an aborted transaction that nothing followed for a day would end each recovery that
meets it (aiokafka 0.14, consumer/fetcher.py `_contains_abort_marker`).
"""

from typing import Any

from aiokafka.consumer.fetcher import PartitionRecords
from aiokafka.errors import KafkaError


def read_on() -> None:
    """Take an emptied control batch for what it is: the end of nothing that is still there."""
    usual = PartitionRecords._contains_abort_marker  # noqa: SLF001 - it has no seam

    def contains_abort_marker(self: PartitionRecords, batch: Any) -> bool:
        try:
            return bool(usual(self, batch))
        except KafkaError:
            return False

    PartitionRecords._contains_abort_marker = contains_abort_marker  # noqa: SLF001


read_on()
