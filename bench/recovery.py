"""How fast changelogs are read back, and what that holds in memory: `python -m bench.recovery [KEYS]`.

A changelog of so many keys in four partitions, written in transactions on a throw-away Kafka, is recovered
by a process of its own each time: into memory, into an empty RocksDB, and into one that lacks only a tail.
"""

import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from aiokafka import AIOKafkaProducer

from schemas.counts import DayCounts
from schemas.wire import encode
from streams.broker import EmbeddedKafka, prepare_runtime
from streams.commands.topics import create_topics
from streams.delivery.batch import Partition
from streams.kafka_topics import catalogue_of, client_options
from streams.recovery import ChangelogReader
from streams.settings import Settings
from streams.state import stores_of
from streams.tables import Tables

PARTITIONS = 4
IN_A_TRANSACTION = 500
TAIL = 1_000


async def write(settings: Settings, bootstrap: str, keys: range) -> None:
    """Write these keys to the ledger's sibling, the changelog of actors."""
    changelog = Tables(catalogue_of(settings)).counts["actors"].changelog
    label = {"name": "Somebody", "kind": "person", "country": None, "sector": None, "code": None}
    producer = AIOKafkaProducer(**client_options(settings, bootstrap), transactional_id="bench", linger_ms=5)
    await producer.start()
    for start in range(keys.start, keys.stop, IN_A_TRANSACTION):
        async with producer.transaction():
            for number in range(start, min(start + IN_A_TRANSACTION, keys.stop)):
                value = DayCounts(label=label, counters={"articles": number, "mentions": 2})
                await producer.send(
                    changelog,
                    key=b"person:%d@2026-01-01" % number,
                    value=encode(value),
                    partition=number % PARTITIONS,
                )
    await producer.stop()


async def recover(settings: Settings, bootstrap: str) -> None:
    """Recover, in this process, and print what it took as JSON."""
    catalogue = catalogue_of(settings)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tables = Tables(catalogue, stores_of(settings, on_broken=print))
    assigned = frozenset(Partition(catalogue.tallies, number) for number in range(PARTITIONS))
    started = time.perf_counter()
    await ChangelogReader(client_options(settings, bootstrap), tables).recover(assigned)
    seconds = time.perf_counter() - started
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    sizes = dict(tables.sizes())
    await tables.close()
    records = tables.recovery.total_records
    print(json.dumps({"seconds": seconds, "records": records, "keys": sizes["actors"], "grown": grown}))


def show(what: str, settings: Settings, bootstrap: str) -> None:
    """Recover in a process of its own, and print a line of figures."""
    command = [sys.executable, "-m", "bench.recovery", settings.model_dump_json(), bootstrap]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    told = json.loads(done.stdout.splitlines()[-1])
    rate = told["records"] / told["seconds"]
    print(
        f"{what:24} {told['keys']:>9,} keys  {told['records']:>9,} offsets  {told['seconds']:6.2f} s  "
        f"{rate:>9,.0f}/s  +{told['grown'] / 1024:.0f} MiB at most"
    )


def main(keys: int) -> None:
    """Write once, recover in each way, and print a line for each."""
    cache_dir = Settings().cache_dir
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        settings = Settings(partitions=PARTITIONS, state_dir=place / "state", log_level="warning")
        on_disk = settings.model_copy(update={"tables_in": "rocksdb"})
        with EmbeddedKafka(place / "kafka", prepare_runtime(cache_dir), cache_dir=cache_dir) as kafka:
            asyncio.run(create_topics(settings, kafka.bootstrap))
            asyncio.run(write(settings, kafka.bootstrap, range(keys)))
            show("memory", settings, kafka.bootstrap)
            show("RocksDB, empty disk", on_disk, kafka.bootstrap)
            asyncio.run(write(settings, kafka.bootstrap, range(keys - TAIL, keys)))
            show("RocksDB, stale disk", on_disk, kafka.bootstrap)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        asyncio.run(recover(Settings.model_validate_json(sys.argv[1]), sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) == 2 else 100_000)
