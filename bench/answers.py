"""How fast a worker answers while it counts: `python -m bench.answers [ACTORS=1000000] [DAYS=30] [ROWS=5]`.

One worker (role count) on a throw-away Kafka holds so many actors, each on ROWS of so many days on average.
Then tallies come at half of what the worker can take, and another process asks for single actors and for top
lists over random ranges of days. Last, the same number of tallies is drained unasked and asked in turns:
what the questions cost the pipeline.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, Final

import httpx
import psutil
from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import DefaultPartitioner

from bench.asking import Asked, asking
from bench.workers import RoleProcess, all_ended
from schemas.coordinates import Coordinates
from schemas.counts import DayCounts
from schemas.tally import TableName, Tally
from schemas.wire import encode
from streams.broker import EmbeddedKafka, prepare_runtime
from streams.commands.topics import create_topics
from streams.counting.days import day_key
from streams.kafka_topics import Catalogue, catalogue_of, client_options
from streams.settings import Settings

FIRST_DAY: Final = date(2026, 10, 1)
TALLIES: Final = 30_000
ROUNDS: Final = 3
LOAD_SECONDS: Final = 40.0
SINGLES_PER_SECOND, LISTS_PER_SECOND = 50.0, 5.0
READY_SECONDS: Final = 1800
_POLL_SECONDS: Final = 0.1
_PORTION_SECONDS: Final = 0.02


def actor_id(number: int) -> str:
    """The id of one of the actors."""
    return f"person:actor {number} of the benchmark"


def label(number: int) -> dict[str, str | None]:
    """What a reader is shown of it."""
    country = ("USA", "CHN", "FRA", "EGY", "BRA", None)[number % 6]
    return {
        "name": f"Actor {number}",
        "kind": "person",
        "country": country,
        "sector": "GOV",
        "code": f"{country or ''}GOV",
    }


def day(number: int) -> str:
    """One of the days."""
    return (FIRST_DAY + timedelta(days=number)).isoformat()


async def load_tables(
    producer: AIOKafkaProducer, catalogue: Catalogue, actors: int, days: int, rows: int
) -> int:
    """Write the actors' changelog as a worker before this one would have; the number of rows."""
    partition_of, partitions = DefaultPartitioner(), list(range(catalogue.partitions))
    draw, written = random.Random(1), 0
    for number in range(actors):
        key = actor_id(number)
        partition = partition_of(key.encode(), partitions, partitions)
        for at in draw.sample(range(days), min(days, max(1, draw.randrange(2 * rows)))):
            value = DayCounts(label=label(number), counters={"articles": 1 + number % 97, "mentions": 200})
            raw_key = day_key(key, day(at)).encode()
            await producer.send(
                catalogue.table_changelog(TableName.ACTORS), encode(value), key=raw_key, partition=partition
            )
            written += 1
        if number % 50_000 == 0:
            print(f"\r  {number:,} actors written", end="", file=sys.stderr)
    await producer.flush()
    return written


def tallies(draw: random.Random, actors: int, days: int) -> Iterator[Tally]:
    """Tallies of random actors on random days, without end."""
    while True:
        number = draw.randrange(actors)
        yield Tally(
            table=TableName.ACTORS,
            key=actor_id(number),
            label=label(number),
            days={day(draw.randrange(days)): {"articles": 1, "mentions": 2}},
            coded=Coordinates(partition=0, offset=1, log="bench"),
        )


class Bench:
    """A worker with full tables, and what is asked and told of it."""

    def __init__(
        self, worker: RoleProcess, producer: AIOKafkaProducer, catalogue: Catalogue, source: Iterator[Tally]
    ):
        self.worker, self._producer, self._catalogue, self._source = worker, producer, catalogue, source
        self._ready: list[tuple[bytes, bytes]] = []

    def prepare(self, number: int) -> None:
        """Write so many tallies beforehand: on two processors that would disturb what is measured."""
        self._ready += [(tally.key.encode(), encode(tally)) for tally in islice(self._source, max(0, number))]

    async def publish(self, number: int) -> None:
        """Publish so many tallies as fast as Kafka takes them."""
        self.prepare(number - len(self._ready))
        for key, raw in (self._ready.pop() for _ in range(number)):
            await self._producer.send(self._catalogue.tallies, raw, key=key)
        await self._producer.flush()

    async def applied(self) -> float:
        """Tallies applied so far."""
        async with httpx.AsyncClient(timeout=30) as client:
            text = (await client.get(f"{self.worker.url}/metrics")).text
        lines = [line for line in text.splitlines() if line.startswith("tidings_tallies_applied_total")]
        return float(lines[0].split()[1])

    async def drain(self, number: int) -> float:
        """Tallies a second that a backlog of so many is worked off with."""
        self.prepare(number - len(self._ready))
        began, before = time.perf_counter(), await self.applied()
        await self.publish(number)
        while await self.applied() < before + number:  # noqa: ASYNC110 - another process has the count
            await asyncio.sleep(_POLL_SECONDS)
        return number / (time.perf_counter() - began)

    async def publish_at(self, per_second: float, seconds: float) -> None:
        """Publish so many a second for so long, in small portions."""
        began, published = time.perf_counter(), 0
        while (passed := time.perf_counter() - began) < seconds:
            due = int(per_second * passed)
            await self.publish(due - published)
            published = due
            await asyncio.sleep(_PORTION_SECONDS)


async def measure(settings: Settings, bootstrap: str, actors: int, days: int, rows: int) -> None:
    """Load, answer under half of the load, drain unasked and asked; print it all."""
    await create_topics(settings, bootstrap)
    catalogue = catalogue_of(settings)
    worker = RoleProcess("count", settings, bootstrap, role="count")
    async with _producer(client_options(settings, bootstrap)) as producer, all_ended([worker]):
        written = await load_tables(producer, catalogue, actors, days, rows)
        bench = Bench(worker, producer, catalogue, tallies(random.Random(2), actors, days))
        seconds = await _start(worker)
        memory = psutil.Process(worker.pid).memory_info().rss / 2**20
        print(
            f"\n{actors:,} actors, {days} days, {written:,} rows: ready in {seconds:.0f} s, {memory:,.0f} MiB"
        )
        await _measure(bench, actors, days)


async def _measure(bench: Bench, actors: int, days: int) -> None:
    keys = [actor_id(number) for number in random.Random(3).sample(range(actors), min(actors, 5000))]
    await bench.drain(TALLIES)
    capacity = await bench.drain(TALLIES)
    print(f"capacity, unasked: {capacity:,.0f} tallies/s")

    bench.prepare(int(capacity / 2 * LOAD_SECONDS) + TALLIES)
    asked = asking(bench.worker.url, keys, (FIRST_DAY, days), SINGLES_PER_SECOND, LISTS_PER_SECOND)
    async with asked as answers:
        before = await bench.applied()
        await bench.publish_at(capacity / 2, LOAD_SECONDS)
        half = (await bench.applied() - before) / LOAD_SECONDS
    print(f"at {half:,.0f} tallies/s (half of it), asked {answers.rates}:")
    _print(answers)

    unasked_rates, asked_rates = [], []
    for _ in range(ROUNDS):
        unasked_rates.append(await bench.drain(TALLIES))
        async with asking(bench.worker.url, keys, (FIRST_DAY, days), SINGLES_PER_SECOND, LISTS_PER_SECOND):
            asked_rates.append(await bench.drain(TALLIES))
    ratio = median(asked_rates) / median(unasked_rates)
    print(f"backlog of {TALLIES:,}, unasked {_told(unasked_rates)}, asked {_told(asked_rates)} tallies/s")
    print(f"asked / unasked: {ratio:.3f} (medians of {ROUNDS}, in turns)")


def _print(answers: Asked) -> None:
    for what, latencies in answers.milliseconds.items():
        ordered = sorted(latencies)
        p50, p99 = (ordered[int(share * (len(ordered) - 1))] for share in (0.5, 0.99))
        told = f"p50 {p50:6.1f} ms, p99 {p99:6.1f} ms, most {ordered[-1]:6.1f} ms"
        print(f"  {what:12} {len(ordered):6} asked, {told}")
    print(f"  refused or failed: {answers.failures}")


def _told(rates: list[float]) -> str:
    return "/".join(f"{rate:,.0f}" for rate in rates)


async def _start(worker: RoleProcess) -> float:
    began = time.perf_counter()
    await worker.start()
    async with httpx.AsyncClient(timeout=30) as client:
        while time.perf_counter() - began < READY_SECONDS:
            await asyncio.sleep(0.5)
            try:
                if (await client.get(f"{worker.url}/readyz")).status_code == httpx.codes.OK:
                    return time.perf_counter() - began
            except httpx.HTTPError:
                continue
    raise TimeoutError(f"the worker was not ready within {READY_SECONDS} s")


@asynccontextmanager
async def _producer(options: dict[str, Any]) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(**options, linger_ms=20, max_batch_size=256 * 1024)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


def main() -> None:
    """Run on a Kafka and in a folder that are thrown away."""
    given = [int(words) for words in sys.argv[1:]]
    actors, days, rows = [*given, *(1_000_000, 30, 5)[len(given) :]]
    cache_dir = Settings().cache_dir
    with tempfile.TemporaryDirectory(prefix="tidings-bench-") as folder:
        settings = Settings(state_dir=Path(folder), namespace="bench", log_level="warning")
        with EmbeddedKafka(Path(folder) / "kafka", prepare_runtime(cache_dir), cache_dir=cache_dir) as kafka:
            asyncio.run(measure(settings, kafka.bootstrap, actors, days, rows))


if __name__ == "__main__":
    main()
