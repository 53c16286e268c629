"""A namespace on a real Kafka whose changelogs a test writes in transactions, as a worker would."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import NewTopic, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from schemas.counts import DayCounts
from schemas.tally import TableName
from streams.delivery import Outgoing
from streams.delivery.batch import Partition
from streams.kafka_topics import Catalogue, admin_client
from streams.recovery import ChangelogReader
from streams.state import MemoryStores, Stores
from streams.tables import Table, Tables

NUMBER = 0


def counts(articles: int) -> DayCounts:
    return DayCounts(label={"name": None}, counters={"articles": articles})


@dataclass
class Changelogs:
    """The changelogs of one namespace, and the tables that a worker would hold of partition 0."""

    options: Mapping[str, Any]
    catalogue: Catalogue
    _producers: list[AIOKafkaProducer] = field(default_factory=list)

    @property
    def tallies(self) -> Partition:
        return Partition(self.catalogue.tallies, NUMBER)

    @property
    def coded(self) -> Partition:
        return Partition(self.catalogue.coded, NUMBER)

    @property
    def actors(self) -> str:
        return self.catalogue.table_changelog(TableName.ACTORS)

    def tables(self, stores: Stores | None = None, **options: Any) -> Tables:
        return Tables(self.catalogue, stores or MemoryStores(), **options)

    async def recover(self, tables: Tables) -> Mapping[Partition, int]:
        return await ChangelogReader(self.options, tables).recover(frozenset({self.tallies}))

    async def producer(self, name: str = "owner") -> AIOKafkaProducer:
        """The transactional producer of an owner of partition 0: the last one fences those before."""
        producer = AIOKafkaProducer(
            **self.options, transactional_id=f"{self.catalogue.namespace}-{name}", max_request_size=2**24
        )
        self._producers.append(producer)
        await producer.start()
        return producer

    async def write(
        self, producer: AIOKafkaProducer, values: Mapping[bytes, int | None], *, told: int | None = None
    ) -> int:
        """One committed transaction to the actors' changelog; the offset after its last record."""
        table = Table(self.actors, DayCounts)
        records = [self._record(table, key, articles) for key, articles in values.items()]
        return await self.commit(producer, records, told=told)

    def _record(self, table: Table[DayCounts], key: bytes, articles: int | None) -> Outgoing:
        if articles is None:
            table.remove(NUMBER, key)
        else:
            table.put(NUMBER, key, counts(articles))
        return table.changelog_record(NUMBER, key)

    async def commit(
        self, producer: AIOKafkaProducer, records: Sequence[Outgoing], *, told: int | None = None
    ) -> int:
        tables = Tables(self.catalogue)
        position = tables.position_record(self.catalogue.tallies, NUMBER, told) if told is not None else None
        async with producer.transaction():
            return await self.send(producer, [*records, *([position] if position else [])])

    async def send(self, producer: AIOKafkaProducer, records: Sequence[Outgoing]) -> int:
        """Send within a transaction that the test holds; the offset after the last record."""
        futures = [
            await producer.send(
                record.kafka_topic, key=record.key, value=record.value, partition=record.partition
            )
            for record in records
        ]
        offsets = [(await future).offset for future in futures]
        return max(offsets) + 1

    async def delete_before(self, kafka_topic: str, offset: int) -> None:
        """Let the log start at this offset, as it does where somebody has its segments deleted."""
        place = TopicPartition(kafka_topic, NUMBER)
        deleting = ConfigResource(
            ConfigResourceType.TOPIC, kafka_topic, configs={"cleanup.policy": "compact,delete"}
        )
        async with admin_client(self.options) as admin:
            await admin.alter_configs([deleting])
            await admin.delete_records({place: RecordsToDelete(before_offset=offset)})

    async def make_anew(self, kafka_topic: str) -> None:
        """Delete the Kafka topic, and create it again under the same name."""
        async with admin_client(self.options) as admin, asyncio.timeout(20):
            await admin.delete_topics([kafka_topic])
            while kafka_topic in await admin.list_topics():  # noqa: ASYNC110 - nothing tells when it is gone
                await asyncio.sleep(0.1)
            await admin.create_topics([NewTopic(kafka_topic, 1, 1)])

    async def close(self) -> None:
        for producer in self._producers:
            await producer.stop()


def held(tables: Tables) -> dict[bytes, int]:
    """What the actors' table has, key by key."""
    table = tables.counts[TableName.ACTORS]
    return {key: value.counters["articles"] for key, value in table.items(frozenset({NUMBER}))}
