"""What may be lost or broken when a worker starts: it comes back to exact counts, or says why not."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from itertools import permutations
from pathlib import Path

import orjson
import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import PolicyViolationError
from aiokafka.protocol.admin import DeleteGroupsRequest

from schemas.tally import TableName
from streams.broker import EmbeddedKafka
from streams.commands.local_service import WorkerProcess, free_port
from streams.kafka_topics import admin_client
from tests.e2e.conftest import Service

pytestmark = pytest.mark.kafka
NewService = Callable[..., Awaitable[Service]]
Version = tuple[bytes | None, bytes | None]

NAMES = ("Russia", "Ukraine", "Turkey", "Greece", "Iran", "Israel")
TEXTS = [f"{who} accused {whom} on Monday." for who, whom in permutations(NAMES, 2)]
NO_ERROR = 0


def article(story: str, text: str) -> Version:
    return story.encode(), orjson.dumps({"id": story, "text": text, "published_at": "2020-01-01"})


def articles(*, first: int = 0, count: int) -> list[Version]:
    """Versions of five stories: each one but the first five corrects an earlier one."""
    return [article(f"s{number % 5}", TEXTS[number]) for number in range(first, first + count)]


async def assert_exact(service: Service) -> None:
    await service.wait()
    tables = await service.tables()
    assert tables == await service.expected()
    assert tables[TableName.PAIRS], "nothing was counted"


def said(service: Service) -> str:
    return service.log_path.read_text()


# --- what Kafka may have lost ------------------------------------------------------------------------------


async def delete_group(service: Service, group: str) -> None:
    """Forget a group and its offsets, as Kafka does with one that nobody has used for a week."""
    async with admin_client(service.options) as admin, asyncio.timeout(20):
        answer = None
        while answer != [(group, NO_ERROR)]:  # a member that was ended may not have left yet
            coordinator = await admin.find_coordinator(group)
            answer = (await admin._send_request(DeleteGroupsRequest([group]), coordinator)).results
            await asyncio.sleep(0.1)


async def test_offsets_that_have_expired_change_no_count(new_service: NewService) -> None:
    """Without the group's offsets the tables tell where counting goes on; what is coded anew is a repeat."""
    service = await new_service(processes=1, partitions=2)
    worker = await service.start_worker()
    await service.produce(articles(count=12))
    await assert_exact(service)
    before = await service.tables()
    for group in (service.catalogue.count_group, service.catalogue.code_group):
        await service.stop_worker(worker)
        await delete_group(service, group)
        worker = await service.start_worker()
        await assert_exact(service)
        assert await service.tables() == before, f"without the offsets of {group}"
    assert await service.metric("tidings_articles_counted_total", outcome="counted") == 0


async def delete_before(service: Service, kafka_topic: str, offset: int) -> None:
    """Let partition 0 start at this offset, as retention does; -1 deletes everything."""
    configs = {"cleanup.policy": "compact,delete" if "changelog" in kafka_topic else "delete"}
    async with admin_client(service.options) as admin:
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, kafka_topic, configs=configs)])
        async with asyncio.timeout(20):
            while not await deleted(admin, TopicPartition(kafka_topic, 0), offset):  # noqa: ASYNC110 - no event
                await asyncio.sleep(0.1)


async def deleted(admin: AIOKafkaAdminClient, partition: TopicPartition, before: int) -> bool:
    """Delete; False as long as the broker has not heard that it may."""
    try:
        await admin.delete_records({partition: RecordsToDelete(before_offset=before)})
    except PolicyViolationError:
        return False
    return True


async def test_articles_deleted_before_they_were_read_are_told(new_service: NewService) -> None:
    """The worker goes on with the first article that is still there, and says how many it has not seen."""
    service = await new_service(processes=1, partitions=1)
    worker = await service.start_worker()
    await service.produce(articles(count=2))
    await assert_exact(service)
    await service.stop_worker(worker)
    await service.produce(articles(first=2, count=6))
    await delete_before(service, service.catalogue.articles, 5)
    await service.start_worker()
    await assert_exact(service)
    assert await service.metric("tidings_lost_records_total", kafka_topic=service.catalogue.articles) == 3
    assert "records were deleted before they were read" in said(service)
    assert await service.metric("tidings_articles_read_total") == 3


async def test_a_changelog_that_was_emptied_is_told_and_does_not_stick(new_service: NewService) -> None:
    """Nothing can bring the counts back: the worker names the partition and the remedy, and goes on."""
    service = await new_service(processes=1, partitions=1)
    worker = await service.start_worker()
    await service.produce(articles(count=5))
    await assert_exact(service)
    await service.stop_worker(worker)
    for kafka_topic in (service.catalogue.ledger_changelog, *changelogs(service)):
        await delete_before(service, kafka_topic, -1)
    await service.start_worker()
    log = said(service)
    assert "tidings rebuild" in log, "the log names the remedy"
    assert service.catalogue.coded in log
    assert service.catalogue.tallies in log
    await service.produce([article("after", TEXTS[20])])
    await service.wait()
    assert len((await service.tables())[TableName.PAIRS]) == 1


def changelogs(service: Service) -> list[str]:
    return [service.catalogue.table_changelog(table) for table in TableName]


# --- what producers and operators do -----------------------------------------------------------------------


async def test_articles_of_aborted_transactions_do_not_count(new_service: NewService) -> None:
    """Producers may write in transactions: what was aborted is passed over, also at the end of the log."""
    service = await new_service(processes=1, partitions=2)
    await service.start_worker()
    producer = AIOKafkaProducer(**service.options, transactional_id=f"{service.settings.namespace}-wire")
    await producer.start()
    try:
        for number, (key, value) in enumerate(articles(count=8)):
            await producer.begin_transaction()
            await producer.send_and_wait(service.catalogue.articles, key=key, value=value)
            await (producer.abort_transaction() if number % 2 else producer.commit_transaction())
    finally:
        await producer.stop()
    await assert_exact(service)
    assert await service.metric("tidings_articles_read_total") == 4


async def test_another_number_of_partitions_is_refused(new_service: NewService) -> None:
    """A worker that would part things otherwise than Kafka does ends at once, with the remedy."""
    service = await new_service(processes=1, partitions=1)
    settings = service.settings.model_copy(update={"partitions": 3, "http_port": free_port()})
    worker = WorkerProcess(settings, service.bootstrap, service.log_path)
    await worker.start()
    assert await worker._running().wait() == 1
    assert f"{service.catalogue.articles}: 1 partitions, expected 3" in said(service)
    assert "set TIDINGS_PARTITIONS to what Kafka has" in said(service)


async def test_a_worker_waits_for_a_kafka_that_is_away(new_service: NewService, kafka: EmbeddedKafka) -> None:
    """Worker and Kafka may be started in any order."""
    service = await new_service(processes=1, partitions=1)
    await asyncio.to_thread(kafka.stop)
    try:
        starting = asyncio.create_task(service.start_worker())
        async with asyncio.timeout(30):
            while "Kafka does not answer yet" not in said_so_far(service):  # noqa: ASYNC110 - a file has no event
                await asyncio.sleep(0.1)
    finally:
        await asyncio.to_thread(kafka.start)
    await starting
    await service.produce(articles(count=2))
    await assert_exact(service)


def said_so_far(service: Service) -> str:
    return said(service) if service.log_path.exists() else ""


# --- state on a disk ---------------------------------------------------------------------------------------


async def test_tables_on_a_disk_outlive_a_kill_and_are_rebuilt_when_broken(new_service: NewService) -> None:
    """In RocksDB: killed in the middle, and then with files that cannot be read, the counts stay exact."""
    service = await new_service(processes=1, partitions=1, tables_in="rocksdb")
    worker = await service.start_worker()
    await service.produce(articles(count=12))
    async with asyncio.timeout(30):
        while not await service.metric("tidings_tallies_applied_total"):  # noqa: ASYNC110 - another process has no event
            await asyncio.sleep(0.05)
    await end(worker, signal.SIGKILL)
    await service.produce(articles(first=12, count=4))
    await start_again(worker)
    await assert_exact(service)
    assert await service.metric("tidings_stores_read_anew_total") == 0

    await end(worker, signal.SIGTERM)
    broken = break_stores(service.settings.state_dir)
    await start_again(worker)
    await assert_exact(service)
    assert await service.metric("tidings_stores_read_anew_total", fault="corrupt") == len(broken)
    assert all(folder.with_name(f"{folder.name}.corrupt-1").is_dir() for folder in broken)
    assert "store is corrupt: moved aside, to be rebuilt" in said(service)


async def end(worker: WorkerProcess, how: signal.Signals) -> None:
    worker._running().send_signal(how)
    await worker._running().wait()


async def start_again(worker: WorkerProcess) -> None:
    await worker.start()
    await worker.wait_ready()


def break_stores(state_dir: Path) -> list[Path]:
    """Overwrite what each store's folder says of its files; the folders."""
    manifests = list(state_dir.glob("worker-*/tables/*/*/MANIFEST-*"))
    assert manifests, "no store was found"
    for manifest in manifests:
        manifest.write_bytes(b"not what was here" * 20)
    return [manifest.parent for manifest in manifests]
