"""What a transaction for each input partition costs: `python -m bench.transactions SECONDS TICK_MS node`.

With `cluster` for `node`, on three nodes. Four lanes write what 25 coded articles give rise to (a changelog
record and 17 tallies each) and commit their offset, every TICK_MS or as fast as they can (0). First through
one idempotent producer, with offsets committed by the group; then with a transactional producer a lane,
offsets in the transaction. Both in one run, on the same Kafka.
"""

import asyncio
import secrets
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.structs import OffsetAndMetadata

from streams.broker import EmbeddedKafka, prepare_runtime
from streams.broker.cluster import EmbeddedCluster
from streams.settings import Settings

PARTITIONS, ARTICLES, TALLIES = 4, 25, 17
TALLY = b"t" * 220
CHANGELOG = b"c" * 1800


@dataclass
class Lanes:
    """What the lanes of one run did."""

    namespace: str
    seconds: float
    tick_seconds: float
    commits: list[float] = field(default_factory=list)

    async def send(self, producer: AIOKafkaProducer, lane: int) -> list[Any]:
        """Everything that 25 articles give rise to."""
        sent = []
        for article in range(ARTICLES):
            key = b"article%d" % article
            sent.append(await producer.send(f"{self.namespace}-changelog", CHANGELOG, key, lane))
            for thing in range(TALLIES):
                key = b"thing%d" % (thing * article)
                sent.append(await producer.send(f"{self.namespace}-tallies", TALLY, key))
        return sent

    async def run(self, lane: int, write: Callable[[int, int], Awaitable[None]]) -> None:
        """Write again and again until the time is over."""
        ends_at, offset = time.perf_counter() + self.seconds, 0
        while (began := time.perf_counter()) < ends_at:
            offset += ARTICLES
            await write(lane, offset)
            took = time.perf_counter() - began
            self.commits.append(took)
            await asyncio.sleep(max(0.0, self.tick_seconds - took))

    def tell(self, name: str, processor_seconds: float) -> None:
        """Print the run's figures."""
        took = sorted(self.commits)
        rate = len(took) * ARTICLES / self.seconds
        median, slow = took[len(took) // 2] * 1000, took[len(took) * 99 // 100] * 1000
        print(f"{name:14} {rate:7,.0f} articles/s, {rate * TALLIES:8,.0f} tallies/s;", end=" ")
        print(f"commit p50 {median:4.0f} ms, p99 {slow:5.0f} ms;", end=" ")
        print(f"client {processor_seconds / self.seconds:.2f} processors")


async def measure(bootstrap: str, replicas: int, seconds: float, tick_seconds: float) -> None:
    """Both designs, one after the other."""
    for name, lanes_of in (("idempotent", _idempotent), ("transactions", _transactional)):
        lanes = Lanes(f"bench-{secrets.token_hex(3)}", seconds, tick_seconds)
        await _create(bootstrap, lanes.namespace, replicas)
        async with AsyncExitStack() as stack:
            write = await lanes_of(bootstrap, lanes, stack)
            began = time.process_time()
            await asyncio.gather(*(lanes.run(lane, write) for lane in range(PARTITIONS)))
            lanes.tell(name, time.process_time() - began)


async def _create(bootstrap: str, namespace: str, replicas: int) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    names = [f"{namespace}-{what}" for what in ("input", "changelog", "tallies")]
    await admin.create_topics([NewTopic(name, PARTITIONS, replicas) for name in names])
    await admin.close()
    await asyncio.sleep(2)


async def _idempotent(
    bootstrap: str, lanes: Lanes, stack: AsyncExitStack
) -> Callable[[int, int], Awaitable[None]]:
    producer = await _started(AIOKafkaProducer(**_options(bootstrap)), stack)
    group = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=lanes.namespace, enable_auto_commit=False)
    await _started(group, stack)
    group.assign([TopicPartition(f"{lanes.namespace}-input", lane) for lane in range(PARTITIONS)])

    async def write(lane: int, offset: int) -> None:
        for future in await lanes.send(producer, lane):
            await future
        await group.commit({TopicPartition(f"{lanes.namespace}-input", lane): offset})

    return write


async def _transactional(
    bootstrap: str, lanes: Lanes, stack: AsyncExitStack
) -> Callable[[int, int], Awaitable[None]]:
    producers = [
        await _started(
            AIOKafkaProducer(**_options(bootstrap), transactional_id=f"{lanes.namespace}-{lane}"), stack
        )
        for lane in range(PARTITIONS)
    ]

    async def write(lane: int, offset: int) -> None:
        producer = producers[lane]
        await producer.begin_transaction()
        sent = await lanes.send(producer, lane)
        place = TopicPartition(f"{lanes.namespace}-input", lane)
        await producer.send_offsets_to_transaction({place: OffsetAndMetadata(offset, "")}, lanes.namespace)
        for future in sent:
            await future
        await producer.commit_transaction()

    return write


async def _started(client: Any, stack: AsyncExitStack) -> Any:
    await client.start()
    stack.push_async_callback(client.stop)
    return client


def _options(bootstrap: str) -> dict[str, Any]:
    return {
        "bootstrap_servers": bootstrap,
        "acks": "all",
        "enable_idempotence": True,
        "linger_ms": 5,
        "max_batch_size": 128 * 1024,
        "retry_backoff_ms": 20,
    }


def main() -> None:
    """Run on a throw-away Kafka."""
    seconds, tick_ms, kind = float(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
    cache = Settings().cache_dir
    runtime = prepare_runtime(cache)
    with tempfile.TemporaryDirectory() as folder:
        made = EmbeddedKafka if kind == "node" else EmbeddedCluster
        with made(Path(folder), runtime, cache_dir=cache) as kafka:
            asyncio.run(measure(kafka.bootstrap, 1 if kind == "node" else 3, seconds, tick_ms / 1000))


if __name__ == "__main__":
    main()
