"""How far a replay has come, told from committed offsets."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.structs import OffsetAndMetadata
from streaming_fakes import FakeClock

from streams.kafka_topics import Catalogue
from streams.progress import STALLED_SECONDS, Stage, Stalled, stages, wait_until_counted

CATALOGUE = Catalogue("news", 2, 1)
CODED, LEDGER, TALLIES = stages(CATALOGUE)


@dataclass
class FakeKafka:
    """Ends by Kafka topic and partition, and committed offsets that come one answer after another."""

    ends: dict[tuple[str, int], int] = field(default_factory=dict)
    answers: dict[str, list[dict[tuple[str, int], int]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    open: int = 0

    def __call__(self, **options: object) -> "FakeKafka":
        return self

    async def start(self) -> None:
        self.open += 1

    async def stop(self) -> None:
        self.open -= 1

    async def end_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        self.asked.append(f"ends of {partitions[0].topic}")
        return {tp: self.ends.get((tp.topic, tp.partition), 0) for tp in partitions}

    async def list_consumer_group_offsets(
        self, group: str, partitions: list[TopicPartition]
    ) -> Mapping[TopicPartition, OffsetAndMetadata]:
        topics = {tp.topic for tp in partitions}
        name = f"{group}/{topics.pop()}" if topics else group
        self.asked.append(name)
        answers = self.answers.get(name, [{}])
        now = answers.pop(0) if len(answers) > 1 else answers[0]
        return {TopicPartition(*place): OffsetAndMetadata(offset, "") for place, offset in now.items()}


@pytest.fixture
def kafka(monkeypatch: pytest.MonkeyPatch) -> FakeKafka:
    fake = FakeKafka()

    @asynccontextmanager
    async def admin(_: Mapping[str, Any]) -> AsyncIterator[FakeKafka]:
        yield fake

    monkeypatch.setattr("streams.progress.AIOKafkaConsumer", fake)
    monkeypatch.setattr("streams.progress.admin_client", admin)
    monkeypatch.setattr("streams.progress._POLL_SECONDS", 0)
    return fake


def committed(stage: Stage, *answers: tuple[int, int]) -> dict[str, list[dict[tuple[str, int], int]]]:
    """The offsets that a stage's group has committed on its two partitions, one answer after another."""
    places = [(stage.kafka_topic, number) for number in range(2)]
    return {f"{stage.group}/{stage.kafka_topic}": [dict(zip(places, row, strict=True)) for row in answers]}


async def test_stages_follow_each_other(kafka: FakeKafka) -> None:
    """A stage's end is read only after the stage before has passed its own."""
    kafka.ends = {
        (CODED.kafka_topic, 0): 3,
        (CODED.kafka_topic, 1): 1,
        (LEDGER.kafka_topic, 0): 4,
        (TALLIES.kafka_topic, 1): 9,
    }
    kafka.answers = {
        **committed(CODED, (-1, -1), (2, 1), (5, 1)),
        **committed(LEDGER, (4, 0)),
        **committed(TALLIES, (0, 9)),
    }
    told = list[tuple[str, int, int]]()
    await wait_until_counted(
        {}, CATALOGUE, on_progress=lambda stage, done, total: told.append((stage.name, done, total))
    )
    assert told == [
        ("coded", 0, 4),
        ("coded", 3, 4),
        ("coded", 4, 4),
        ("in the ledger", 4, 4),
        ("tallies in the tables", 9, 9),
    ]
    assert kafka.asked == [
        "ends of news.articles.v1",
        *["news-code/news.articles.v1"] * 3,
        "ends of news.coded.v1",
        "news-count/news.coded.v1",
        "ends of news.tallies.v1",
        "news-count/news.tallies.v1",
    ]
    assert kafka.open == 0


async def test_an_empty_log_is_counted_at_once(kafka: FakeKafka) -> None:
    """Where nothing has been sent there is nothing to wait for."""
    await wait_until_counted({}, CATALOGUE)
    assert kafka.open == 0


async def test_work_that_stands_still_is_told(kafka: FakeKafka, ticking: FakeClock) -> None:
    """Where records wait and nobody moves for two minutes, the fault names Kafka topic, records and group."""
    kafka.ends = {(CODED.kafka_topic, 0): 3}
    kafka.answers = committed(CODED, (1, 0))

    def pass_time(*_: object) -> None:
        ticking.now += STALLED_SECONDS / 3

    with pytest.raises(Stalled, match=r"news\.articles\.v1: 2 records wait, and group news-code"):
        await wait_until_counted({}, CATALOGUE, on_progress=pass_time, clock=ticking)
    assert kafka.open == 0


async def test_slow_work_is_waited_for(kafka: FakeKafka, ticking: FakeClock) -> None:
    """As long as offsets move, waiting goes on."""
    kafka.ends = {(CODED.kafka_topic, 0): 6}
    kafka.answers = committed(CODED, *((number, 0) for number in range(7)))

    def pass_time(*_: object) -> None:
        ticking.now += STALLED_SECONDS * 0.9

    await wait_until_counted({}, CATALOGUE, on_progress=pass_time, clock=ticking)
