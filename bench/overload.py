"""What more input than can be coded does to a worker: `python -m bench.overload [MINUTES=10]`.

One worker (role all) on a throw-away Kafka. As much as it codes in half of the time comes at once, and then,
for so many minutes, half as much again as it codes. Then nothing more is published until the lag is 0, which
takes about as long again.
"""

import asyncio
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path
from statistics import fmean
from typing import Any, Final

import httpx
import psutil
from aiokafka import AIOKafkaProducer
from prometheus_client.parser import text_string_to_metric_families

from bench.judging import Clock, accounted, follow, read_logs
from bench.workers import RoleProcess, all_ended
from schemas.article import Article
from schemas.wire import encode
from streams.broker import EmbeddedKafka, prepare_runtime
from streams.commands.topics import create_topics
from streams.kafka_topics import Catalogue, catalogue_of, client_options
from streams.replay.items import Sourced
from streams.replay.sources import read_articles
from streams.settings import Settings
from tests.chaos.checks import Wrong, check_once

CORPUS: Final = Path(__file__).parents[1] / "../shared/corpora/wcep-2022-2024.jsonl"
MAX_TEXTS: Final = 401
WARM_UP_ARTICLES: Final = 800
BURST_SHARE: Final = 0.5
FACTOR: Final = 1.5
PUBLISH_SECONDS: Final = 2.0
GROWTH: Final = 1.10
SAMPLE_SECONDS: Final = 1.0


@dataclass(frozen=True)
class Sample:
    """The worker at one moment."""

    seconds: float
    worker_bytes: int
    pool_bytes: int
    lag: float
    coded: float
    keys: float


@dataclass
class Overload:
    """A worker under load, and what was seen of it."""

    settings: Settings
    bootstrap: str
    worker: RoleProcess
    clock: Clock
    samples: list[Sample] = field(default_factory=list)
    published: int = 0

    @property
    def options(self) -> dict[str, Any]:
        """What every client is given."""
        return client_options(self.settings, self.bootstrap)

    @property
    def catalogue(self) -> Catalogue:
        """The names on Kafka."""
        return catalogue_of(self.settings)


def endless_articles() -> Iterator[Article]:
    """Real texts, or our own where there are none, as ever newer versions of a few stories.

    One text more than there are stories: each version corrects the one before, and the tables do not grow,
    so that what grows is what waits for a coder.
    """
    source = str(CORPUS) if CORPUS.exists() else "seeds:"
    read = (item.article for item in read_articles([source]) if isinstance(item, Sourced))
    texts = tuple(islice(read, MAX_TEXTS))
    for number in count():
        article = texts[number % len(texts)]
        yield article.model_copy(update={"id": f"story-{number % (len(texts) - 1)}"})


async def publish(run: Overload, articles: Iterator[Article], number: int) -> None:
    """Publish so many articles, as fast as Kafka takes them."""
    producer = AIOKafkaProducer(**run.options, linger_ms=20)
    await producer.start()
    for article in islice(articles, number):
        await producer.send(run.catalogue.articles, key=article.id.encode(), value=encode(article))
        run.published += 1
    await producer.stop()


async def publish_more_than_is_coded(run: Overload, articles: Iterator[Article], seconds: float) -> None:
    """Publish, for so many seconds, more than is coded meanwhile, however fast that goes."""
    began, coded = run.clock.seconds, run.samples[-1].coded
    while run.clock.seconds - began < seconds:
        await asyncio.sleep(PUBLISH_SECONDS)
        before, coded = coded, run.samples[-1].coded
        await publish(run, articles, int(FACTOR * (coded - before)))


# --- what is seen ------------------------------------------------------------------------------------------


async def sample_always(run: Overload) -> None:
    """Look at the worker every second; raises Wrong once it has ended."""
    async with httpx.AsyncClient(base_url=run.worker.url, timeout=30) as client:
        while True:
            if not run.worker.is_running:
                raise Wrong("the worker has ended; see its log")
            metrics = (await client.get("/metrics")).text
            run.samples.append(_sample(run, metrics))
            await asyncio.sleep(SAMPLE_SECONDS)


def _sample(run: Overload, metrics: str) -> Sample:
    worker = psutil.Process(run.worker.pid)
    of_articles = {"kafka_topic": run.catalogue.articles}
    return Sample(
        seconds=run.clock.seconds,
        worker_bytes=worker.memory_info().rss,
        pool_bytes=sum(map(_resident_bytes, worker.children(recursive=True))),
        lag=_sum_of(metrics, "tidings_consumer_lag_records", of_articles),
        coded=_sum_of(metrics, "tidings_articles_coded_total", {}),
        keys=_sum_of(metrics, "tidings_table_keys", {}),
    )


def _resident_bytes(process: psutil.Process) -> int:
    try:
        size: int = process.memory_info().rss
    except psutil.NoSuchProcess:  # a pool replaces its processes
        return 0
    return size


def _sum_of(metrics: str, name: str, labels: dict[str, str]) -> float:
    return sum(
        sample.value
        for family in text_string_to_metric_families(metrics)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


def print_table(samples: Sequence[Sample]) -> None:
    """A line a minute: mean memory, lag and keys at its end, articles coded a second."""
    print("minute      worker        pool        lag       keys   articles/s")
    began = samples[0].seconds
    for minute in range(int((samples[-1].seconds - began) / 60) + 1):
        rows = [row for row in samples if minute <= (row.seconds - began) / 60 < minute + 1]
        if len(rows) < 2:
            continue
        coded = (rows[-1].coded - rows[0].coded) / (rows[-1].seconds - rows[0].seconds)
        worker, pool = (fmean(row.worker_bytes for row in rows), fmean(row.pool_bytes for row in rows))
        counts = f"{rows[-1].lag:10,.0f} {rows[-1].keys:10,.0f} {coded:12.1f}"
        print(f"{minute + 1:6} {_mib(worker)} {_mib(pool)} {counts}")


def is_bounded(samples: Sequence[Sample]) -> bool:
    """Whether neither worker nor pool took more in the last third of the overload than in the second."""
    third = len(samples) // 3
    second, last = samples[third : 2 * third], samples[2 * third :]
    bounded = True
    for name in ("worker_bytes", "pool_bytes"):
        before, after = (fmean(getattr(row, name) for row in rows) for rows in (second, last))
        bounded &= after <= GROWTH * before
        what = name.removesuffix("_bytes")
        print(f"{what:6} second third {_mib(before)}, last third {_mib(after)}: {after / before - 1:+.1%}")
    print(f"memory {'stayed bounded' if bounded else 'GREW'}: at most {GROWTH - 1:+.0%} is allowed")
    return bounded


def _mib(size_bytes: float) -> str:
    return f"{size_bytes / 1024**2:7,.0f} MiB"


# --- the run -----------------------------------------------------------------------------------------------


async def coding_rate(run: Overload, articles: Iterator[Article]) -> float:
    """Articles coded a second, measured where there is enough to do."""
    await publish(run, articles, WARM_UP_ARTICLES)
    await _until_coded(run, WARM_UP_ARTICLES // 4)
    first = run.samples[-1]
    await _until_coded(run, WARM_UP_ARTICLES)
    last = run.samples[-1]
    return (last.coded - first.coded) / (last.seconds - first.seconds)


async def _until_coded(run: Overload, number: int) -> None:
    while not run.samples or run.samples[-1].coded < number:  # noqa: ASYNC110 - the worker is another process
        await asyncio.sleep(0.1)


async def overload(run: Overload, minutes: float) -> bool:
    """Overload, drain and judge; whether memory stayed bounded, and all is coded."""
    articles, seconds = endless_articles(), 60 * minutes
    rate = await coding_rate(run, articles)
    burst = int(rate * seconds * BURST_SHARE)
    began = len(run.samples)
    await publish(run, articles, burst)
    run.clock.tell(f"{rate:.0f} articles/s are coded; {burst:,} came at once")
    await publish_more_than_is_coded(run, articles, seconds)
    ended = len(run.samples)
    run.clock.tell(f"input stops after {run.published:,} articles; lag {run.samples[-1].lag:,.0f}")
    await follow(run.options, run.catalogue, lambda *_: None)
    run.clock.tell("every committed offset is at the end of its log")
    await _until_no_lag(run)
    run.clock.tell("lag is 0")
    print_table(run.samples[began:])
    bounded = is_bounded(run.samples[began:ended])
    return await _all_coded(run, run.published) and bounded


async def _until_no_lag(run: Overload) -> None:
    async with asyncio.timeout(60):
        while run.samples[-1].lag:  # noqa: ASYNC110 - the worker is another process
            await asyncio.sleep(0.1)


async def _all_coded(run: Overload, published: int) -> bool:
    logs = await read_logs(run.options, run.catalogue)
    try:
        if len(logs.articles) != published:
            raise Wrong(
                f"{published:,} were published, {len(logs.articles):,} lie on Kafka: the bench's fault"
            )
        aside = accounted(logs, run.catalogue.articles)
        check_once(logs)
    except Wrong as fault:
        print(f"WRONG: {fault}")
        return False
    print(f"{published:,} published = {len(logs.coded):,} coded + {aside.total():,} set aside; none is lost")
    return True


async def measure(run: Overload, minutes: float) -> bool:
    """Run with a worker of its own, sampled all the while."""
    await create_topics(run.settings, run.bootstrap)
    await run.worker.start()
    async with all_ended([run.worker]):
        await run.worker.wait_ready()
        sampling = asyncio.create_task(sample_always(run))
        loading = asyncio.create_task(overload(run, minutes))
        try:
            done, _ = await asyncio.wait({sampling, loading}, return_when=asyncio.FIRST_COMPLETED)
            if sampling in done:
                sampling.result()
            return loading.result()
        finally:
            sampling.cancel()
            loading.cancel()
            await asyncio.gather(sampling, loading, return_exceptions=True)
            await run.worker.stop()


def main(minutes: float) -> bool:
    """Run on a Kafka of its own."""
    cache_dir = Settings().cache_dir
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(state_dir=Path(folder))
        with EmbeddedKafka(Path(folder) / "kafka", prepare_runtime(cache_dir), cache_dir=cache_dir) as kafka:
            worker = RoleProcess("worker", settings, kafka.bootstrap, role="all")
            return asyncio.run(measure(Overload(settings, kafka.bootstrap, worker, Clock()), minutes))


if __name__ == "__main__":
    raise SystemExit(0 if main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0) else 1)
