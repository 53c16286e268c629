"""The ends of Kafka topics, asked for by several agents at once and while Kafka is away."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError, KafkaError, KafkaTimeoutError, TopicAuthorizationFailedError

from streams import kafka_logs
from streams.kafka_logs import EndsReader


@dataclass
class FakeConsumer:
    """A consumer that may fail to start or to answer, the first times."""

    refuse: list[KafkaError] = field(default_factory=list)
    fail: list[KafkaError] = field(default_factory=list)
    started: int = 0
    stopped: int = 0

    def __call__(self, **_: Any) -> "FakeConsumer":
        return self

    async def start(self) -> None:
        await asyncio.sleep(0)
        self.started += 1
        if self.refuse:
            raise self.refuse.pop()

    async def end_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        await asyncio.sleep(0)
        if self.fail:
            raise self.fail.pop()
        return dict.fromkeys(partitions, 7)

    async def stop(self) -> None:
        self.stopped += 1


@pytest.fixture
def consumer(monkeypatch: pytest.MonkeyPatch) -> FakeConsumer:
    fake = FakeConsumer()
    monkeypatch.setattr(kafka_logs, "AIOKafkaConsumer", fake)
    monkeypatch.setattr(kafka_logs, "_RETRY_SECONDS", 0)
    return fake


async def test_agents_that_ask_at_once_share_one_connection(consumer: FakeConsumer) -> None:
    """A second consumer would be closed by nobody."""
    reader = EndsReader({}, 2)
    assert await asyncio.gather(reader.ends("coded"), reader.ends("articles")) == [{0: 7, 1: 7}] * 2
    await reader.close()
    assert (consumer.started, consumer.stopped) == (1, 1)


async def test_a_kafka_that_is_away_is_waited_for(consumer: FakeConsumer) -> None:
    """Neither a refused connection nor an answer that does not come in time ends the agent that asks."""
    consumer.refuse, consumer.fail = [KafkaConnectionError()], [KafkaTimeoutError()]
    reader = EndsReader({}, 1)
    assert await reader.ends("coded") == {0: 7}
    assert (consumer.started, consumer.stopped) == (2, 1), "what could not be started is closed"


async def test_what_waiting_does_not_mend_is_raised(consumer: FakeConsumer) -> None:
    """A topic that may not be read stays so."""
    consumer.fail = [TopicAuthorizationFailedError("coded")]
    with pytest.raises(TopicAuthorizationFailedError):
        await EndsReader({}, 1).ends("coded")
