"""Whether Kafka's cleaner does what the suite relies on: removes what has been overwritten, and soon."""

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.admin import NewTopic

from streams.kafka_logs import RawRecord, read_log
from streams.kafka_topics import admin_client
from tests.chaos.brokers import Brokers
from tests.chaos.topics import COMPACTED, options_of

CLEANED_SECONDS: Final = 20.0
ROUND_SECONDS: Final = 0.45
"""A little more than a segment lives: each round closes the one before."""


@dataclass
class Compaction:
    """A Kafka topic with the settings of the suite's changelogs, and what was written to it."""

    brokers: Brokers
    kafka_topic: str = field(default_factory=lambda: f"compaction-{secrets.token_hex(3)}")
    newest_written: dict[bytes, bytes] = field(default_factory=dict)

    async def write(self, *, keys: int, rounds: int) -> None:
        """Write every key in every round."""
        options = options_of(self.brokers)
        async with admin_client(options) as admin:
            await admin.create_topics(
                [NewTopic(self.kafka_topic, 1, len(self.brokers.all), topic_configs=COMPACTED)]
            )
        async with AIOKafkaProducer(**options, acks="all") as producer:
            for number in range(rounds):
                for key in range(keys):
                    self.newest_written[b"%d" % key] = b"round %d" % number
                    await producer.send(self.kafka_topic, b"round %d" % number, b"%d" % key)
                await producer.flush()
                await asyncio.sleep(ROUND_SECONDS)

    async def read(self) -> list[RawRecord]:
        """What is there now."""
        return [record async for record in read_log(options_of(self.brokers), self.kafka_topic)]

    @staticmethod
    def newest(records: list[RawRecord]) -> dict[bytes, bytes]:
        """The last value of each key."""
        return {record.key or b"": record.value or b"" for record in records}


async def wait_for_the_cleaner(compaction: Compaction, *, fewer_than: int) -> list[RawRecord]:
    """The records once so few are left; none where that takes too long."""
    try:
        async with asyncio.timeout(CLEANED_SECONDS):
            while len(records := await compaction.read()) >= fewer_than:  # noqa: ASYNC110 - a cleaner has no event
                await asyncio.sleep(0.2)
    except TimeoutError:
        return []
    return records
