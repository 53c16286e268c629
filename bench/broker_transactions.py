"""Does Kafka keep an acknowledged transaction over a SIGKILL? `python -m bench.broker_transactions 20`.

Six producers commit at once; with the first acknowledgement the node is killed, and started again. New
producers take their transactional ids over, so that Kafka must have ended whatever was open. Then each
transaction must be seen in all four partitions and in its group's offset, or nowhere; an acknowledged one
must be seen. Prints each that is not, and how many rounds met one.
"""

import asyncio
import logging
import secrets
import sys
import tempfile
from collections import Counter
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.structs import OffsetAndMetadata

from streams.broker import EmbeddedKafka, prepare_runtime
from streams.kafka_logs import read_log
from streams.kafka_topics import client_options
from streams.members import TransactionalProducer, transactional_producer
from streams.settings import Settings

PRODUCERS, PARTITIONS = 6, 4


class Round:
    """One kill of the node in the middle of commits."""

    def __init__(self, kafka: EmbeddedKafka, settings: Settings) -> None:
        self.kafka = kafka
        self.name = secrets.token_hex(3)
        self.options = client_options(settings, kafka.bootstrap)

    async def run(self) -> list[str]:
        """What is not as it must be."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka.bootstrap)
        await admin.start()
        await admin.create_topics(
            [NewTopic(f"{self.name}.out", PARTITIONS, 1), NewTopic(f"{self.name}.in", PRODUCERS, 1)]
        )
        await admin.close()
        await asyncio.sleep(1)
        acknowledged = await self._commit_until_killed()
        await asyncio.to_thread(self.kafka.start)
        successors = [self._producer(number) for number in range(PRODUCERS)]
        await asyncio.gather(*(producer.start() for producer in successors))
        seen, offsets = await self._seen(), await self._offsets()
        for producer in successors:
            await producer.abandon()
        return [
            f"producer {number}: in {seen[number]} of {PARTITIONS} partitions, offset {offsets[number]}"
            f"{', acknowledged' if number in acknowledged else ''}"
            for number in range(PRODUCERS)
            if (seen[number], offsets[number]) not in ((0, None), (PARTITIONS, 1))
            or (number in acknowledged and not seen[number])
        ]

    async def _commit_until_killed(self) -> set[int]:
        producers = [self._producer(number) for number in range(PRODUCERS)]
        for producer in producers:
            await producer.start()
        commits = [asyncio.create_task(self._commit(n, producer)) for n, producer in enumerate(producers)]
        await asyncio.wait(commits, return_when=asyncio.FIRST_COMPLETED)
        self.kafka.kill()
        acknowledged = {number for number, commit in enumerate(commits) if commit.done()}
        for commit, producer in zip(commits, producers, strict=True):
            commit.cancel()
            await producer.abandon()
        return acknowledged

    async def _commit(self, number: int, producer: TransactionalProducer) -> None:
        await producer.begin_transaction()
        sent = [
            await producer.send(f"{self.name}.out", b"%d" % number, partition=partition)
            for partition in range(PARTITIONS)
        ]
        place = TopicPartition(f"{self.name}.in", number)
        await producer.send_offsets_to_transaction({place: OffsetAndMetadata(1, "")}, self.name)
        for future in sent:
            await future
        await producer.commit_transaction()

    def _producer(self, number: int) -> TransactionalProducer:
        return transactional_producer(self.options, f"{self.name}.{number}")

    async def _seen(self) -> Counter[int]:
        return Counter([int(row.value or b"") async for row in read_log(self.options, f"{self.name}.out")])

    async def _offsets(self) -> list[int | None]:
        consumer = AIOKafkaConsumer(**self.options, group_id=self.name, enable_auto_commit=False)
        await consumer.start()
        try:
            return [await consumer.committed(TopicPartition(f"{self.name}.in", n)) for n in range(PRODUCERS)]
        finally:
            await consumer.stop()


async def measure(kafka: EmbeddedKafka, settings: Settings, rounds: int) -> int:
    """How many rounds met a transaction that was not kept."""
    broken = 0
    for number in range(rounds):
        faults = await Round(kafka, settings).run()
        broken += bool(faults)
        for fault in faults:
            print(f"round {number}: {fault}", flush=True)
    print(f"{broken} of {rounds} rounds met a transaction that was not kept")
    return broken


def main() -> None:
    """Run on a throw-away Kafka."""
    logging.disable()
    settings = Settings()
    runtime = prepare_runtime(settings.cache_dir)
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedKafka(Path(folder), runtime, cache_dir=settings.cache_dir) as kafka,
    ):
        broken = asyncio.run(measure(kafka, settings, int(sys.argv[1])))
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
