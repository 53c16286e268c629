"""A Faust app as a member: what Faust tells its consumer reaches the delivery."""

import asyncio
from collections.abc import AsyncIterable
from pathlib import Path
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import CoordinatorNotAvailableError
from aiokafka.structs import OffsetAndMetadata
from faust.types import TP
from streaming_fakes import Endings, FakePositions, delivery_of, opened, opening_of

from streams.delivery import Batch, Delivery
from streams.delivery.consumer import OrderedConsumer
from streams.delivery.delivery import Partition, Phase
from streams.kafka_topics import client_options
from streams.members import Member, build_member, transactional_producer
from streams.settings import Settings


async def _agent(batches: AsyncIterable[Batch]) -> None:
    async for _ in batches:
        pass


def member_of(delivery: Delivery, folder: Path) -> Member:
    settings = Settings(state_dir=folder)
    return build_member(
        "group",
        settings=settings,
        client_options=client_options(settings, "127.0.0.1:1,[::1]:2"),
        delivery=delivery,
        agents={"articles": _agent},
    )


async def test_a_members_consumer_is_the_ordered_one(endings: Endings, tmp_path: Path) -> None:
    """The app consumes through the delivery: the consumer that Faust makes is attached to it."""
    delivery = delivery_of(FakePositions(), endings)
    consumer = member_of(delivery, tmp_path).app.consumer
    assert isinstance(consumer, OrderedConsumer)
    assert delivery.positions is consumer
    assert consumer.delivery is delivery


async def test_each_agent_has_an_inbox_that_makes_fetching_wait(endings: Endings, tmp_path: Path) -> None:
    """The delivery puts batches into an inbox of bounded size for each Kafka topic."""
    delivery = delivery_of(FakePositions(), endings, kafka_topics=())
    member_of(delivery, tmp_path)
    assert list(delivery.inboxes) == ["articles"]
    assert delivery.inboxes["articles"].maxsize > 0


async def test_a_rebalance_revokes_the_delivery(
    endings: Endings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a rebalance begins, what is on its way is finished and the old generation is over."""
    delivery = delivery_of(FakePositions(), endings)
    consumer = member_of(delivery, tmp_path).app.consumer
    delivery.attach(FakePositions())
    await opened(delivery, Partition("articles", 0))
    held = {TP("articles", 0)}
    monkeypatch.setattr(consumer, "assignment", lambda: held)
    await consumer.on_partitions_revoked(held)
    assert delivery.phase is Phase.JOINING
    assert delivery.holds("articles") == frozenset()


async def test_an_assignment_of_nothing_opens_the_delivery(endings: Endings, tmp_path: Path) -> None:
    """A worker that is assigned no partition, for which Faust never seeks, is ready all the same."""
    delivery = delivery_of(FakePositions(), endings)
    app = member_of(delivery, tmp_path).app
    await app.on_partitions_assigned.send(set())
    await opening_of(delivery)
    assert delivery.phase is Phase.OPEN


async def test_a_producer_is_left_at_once_even_where_no_coordinator_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A rebalance waits for each producer to be left: aiokafka's would look for a coordinator for ever."""
    producer = transactional_producer({"bootstrap_servers": "127.0.0.1:1"}, "group.coded.0")

    async def nobody(*_: Any) -> int:
        raise CoordinatorNotAvailableError

    async def known() -> bool:
        return True

    monkeypatch.setattr(producer.client, "coordinator_lookup", nobody)
    monkeypatch.setattr(producer.client, "force_metadata_update", known)
    producer._txn_manager.set_pid_and_epoch(1, 0)
    await producer._sender.start()
    await producer.begin_transaction()
    offsets = {TopicPartition("coded", 0): OffsetAndMetadata(1, "")}
    sending = asyncio.create_task(producer.send_offsets_to_transaction(offsets, "group"))
    await asyncio.sleep(0.05)
    sending.cancel()
    async with asyncio.timeout(5):
        await producer.abandon()
    assert producer._sender.sender_task.done()
