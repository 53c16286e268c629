"""Dead letters on a real Kafka: sent again after a fix, counted once, and never lost."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import orjson
import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from schemas.dead_letter import Reason
from schemas.tally import Counters, TableName
from streams.commands.dead_letters import Kept, replay_letters
from streams.commands.local_service import WorkerProcess, free_port
from streams.dead_letters import read_dead_letters
from streams.dead_letters.again import Refusal
from streams.dead_letters.kept import Choice, Letter, survey
from streams.kafka_topics import admin_client
from tests.e2e.conftest import Service

pytestmark = pytest.mark.kafka
NewService = Callable[..., Awaitable[Service]]

SHORT, LONG = "Turkey accused Greece on Monday.", "Iran thanked China on Monday. " + "So it was said. " * 10
NEWER = "Russia sued Japan on Monday."


def article(article_id: str, text: str) -> tuple[bytes, bytes]:
    return article_id.encode(), orjson.dumps({"id": article_id, "text": text, "published_at": "2020-01-01"})


async def send_again(service: Service) -> list[Refusal]:
    """What `tidings dead-letters replay --reason text-too-long` does."""
    choice = Choice(reasons=frozenset({Reason.TEXT_TOO_LONG}))
    return await replay_letters(service.settings, service.bootstrap, choice)


async def letters_of(service: Service) -> list[Letter]:
    return await survey(service.options, service.catalogue.dead_letters)


async def pairs(service: Service) -> dict[str, Counters]:
    return (await service.tables())[TableName.PAIRS]


async def test_letters_sent_again_after_a_fix_count_once(new_service: NewService) -> None:
    """A mended limit lets the letters through, twice sent counts once, and an old version stays old."""
    service = await new_service(processes=1, max_text_chars=100)
    worker = await service.start_worker()
    await service.produce(
        [
            article("alone", LONG),
            article("replaced", LONG),
            article("replaced", NEWER),
            article("good", SHORT),
        ]
    )
    await service.wait()
    assert {letter.story.reason for letter in await letters_of(service)} == {Reason.TEXT_TOO_LONG}
    before = await pairs(service)
    assert len(before) == 2

    assert await send_again(service) == []
    await service.wait()
    opened = await letters_of(service)
    assert {(letter.story.replays, letter.settled) for letter in opened} == {(1, None)}, "it failed again"
    assert len(opened) == 2

    # mended: the limit is raised
    await service.stop_worker(worker)
    service.settings = service.settings.model_copy(update={"max_text_chars": 1000})
    await service.start_worker()
    assert await send_again(service) == []
    await service.wait()

    assert all(letter.settled for letter in await letters_of(service))
    after = await pairs(service)
    assert after == await expected_pairs(service)
    assert {key: row["events"] for key, row in after.items()} == dict.fromkeys(after, 1)
    assert len(after) == len(before) + 1, "only the story that nothing has replaced is new"

    await send_as_if_never_marked(service, opened)
    await service.wait()
    assert await pairs(service) == after
    assert await service.metric("tidings_articles_counted_total", outcome="superseded") >= len(opened)


async def send_as_if_never_marked(service: Service, letters: list[Letter]) -> None:
    """What a second replay does after a first one died between sending and marking."""
    kept = Kept(service.settings, service.bootstrap)
    async with kept.shelf() as shelf:
        assert (
            await shelf.replay(letters, read_dead_letters(service.options, service.catalogue.dead_letters))
            == []
        )


async def expected_pairs(service: Service) -> dict[str, Counters]:
    return (await service.expected())[TableName.PAIRS]


@asynccontextmanager
async def unwritable_dead_letters(service: Service) -> AsyncIterator[AIOKafkaAdminClient]:
    """The dead letters' Kafka topic takes no record for as long as the block runs."""
    async with admin_client(service.options) as admin:
        usual = {kafka_topic.name: kafka_topic for kafka_topic in service.catalogue.kafka_topics()}
        config = dict(usual[service.catalogue.dead_letters].config)
        await _configure(admin, service.catalogue.dead_letters, {**config, "max.message.bytes": "1"})
        try:
            yield admin
        finally:
            await _configure(admin, service.catalogue.dead_letters, config)


async def _configure(admin: AIOKafkaAdminClient, kafka_topic: str, config: dict[str, str]) -> None:
    await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, kafka_topic, configs=config)])


async def test_dead_letters_that_cannot_be_written_stop_the_coder_and_lose_nothing(
    new_service: NewService,
) -> None:
    """The coder ends at the bad record and commits nothing behind it; in the end nothing is missing."""
    service = await new_service(processes=1, partitions=1)
    await service.produce([article("first", SHORT), (b"bad", b"{"), article("second", NEWER)])
    settings = service.settings.model_copy(update={"http_port": free_port()})
    worker = WorkerProcess(settings, service.bootstrap, service.log_path)

    async with unwritable_dead_letters(service) as admin:
        await worker.start()
        assert await worker._running().wait() == 75
        assert service.catalogue.dead_letters in service.log_path.read_text(), "the log names the Kafka topic"
        assert await committed_articles(service, admin) <= 1

    await service.start_worker()
    await service.wait()
    assert [letter.story.offset for letter in await letters_of(service)] == [1]
    assert len(await pairs(service)) == 2
    assert await pairs(service) == await expected_pairs(service)


async def committed_articles(service: Service, admin: AIOKafkaAdminClient) -> int:
    partition = TopicPartition(service.catalogue.articles, 0)
    committed = await admin.list_consumer_group_offsets(service.catalogue.code_group, partitions=[partition])
    offset: int = committed[partition].offset
    return offset
