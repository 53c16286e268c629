"""Dead letters on a real Kafka: sent again after a fix, counted once, and never lost."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from schemas.dead_letter import Reason
from schemas.tally import Counters, TableName
from streams.commands.dead_letters import Kept, replay_letters
from streams.commands.local_service import WorkerProcess, free_port
from streams.dead_letters import read_dead_letters
from streams.dead_letters.again import Refusal
from streams.dead_letters.kept import Choice, Letter, survey
from streams.kafka_logs import read_log
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


# --- records that lie --------------------------------------------------------------------------------------


async def test_records_that_lie_are_set_aside_and_change_nothing(new_service: NewService) -> None:
    """Coded articles and tallies of somebody else, true in shape only, are dead letters; no count moves."""
    service = await new_service(processes=1, partitions=1)
    await service.start_worker()
    await service.produce([article("true", SHORT)])
    await service.wait()
    before = await service.tables()
    coded = [record.value async for record in read_log(service.options, service.catalogue.coded)]
    tallies = [record.value async for record in read_log(service.options, service.catalogue.tallies)]

    await send(
        service,
        [
            (kafka_topic, {**orjson.loads(raw), **changes})
            for kafka_topic, raw, changes, _ in _lies(service, coded[0] or b"", tallies[0] or b"")
        ],
    )
    await service.produce([article("true", NEWER)])
    await service.wait()

    told = {(letter.story.kafka_topic, letter.story.reason) for letter in await letters_of(service)}
    lies = list(_lies(service, b"", b""))
    assert told == {(kafka_topic, reason) for kafka_topic, _, _, reason in lies}
    assert len(await letters_of(service)) == len(lies)
    assert await service.tables() != before, "the correction counts, though a lie spoke of a later version"
    assert len(await pairs(service)) == 1


def _lies(
    service: Service, coded: bytes, tally: bytes
) -> Iterator[tuple[str, bytes, dict[str, object], Reason]]:
    """Where to, what, the lie in it, and the reason to refuse it."""
    to_ledger, to_tables = service.catalogue.coded, service.catalogue.tallies
    beyond = {"partition": 0, "offset": 10**9}
    yield to_ledger, coded, {"article": beyond, "content_hash": "x"}, Reason.LYING_COORDINATES
    yield to_ledger, coded, {"published_at": "2999-01-01T00:00:00Z"}, Reason.DAY_OUT_OF_RANGE
    yield to_tables, tally, {"coded": beyond}, Reason.LYING_COORDINATES
    yield to_tables, tally, {"days": {"2120-01-01": {"articles": 1}}}, Reason.DAY_OUT_OF_RANGE
    yield to_tables, tally, {"days": {"2020-01-01": {"articles": -99}}}, Reason.BELOW_ZERO
    yield to_tables, tally, {"days": {"2020-01-01": {"clicks": 1}}}, Reason.IMPLAUSIBLE_COUNTS


async def send(service: Service, records: list[tuple[str, dict[str, Any]]]) -> None:
    producer = AIOKafkaProducer(**service.options, acks="all")
    await producer.start()
    try:
        for kafka_topic, record in records:
            key = str(record.get("article_id") or record["key"])
            await producer.send_and_wait(kafka_topic, key=key.encode(), value=orjson.dumps(record))
    finally:
        await producer.stop()
