"""How fast coded articles are counted, and how long recovery takes: `python -m bench.pipeline`.

Synthetic coded articles go straight onto the coded topic of a throw-away Kafka, so that no parser is in
the way; the plain loop over the same articles, in the same run, is what the figures are compared with.
"""

import asyncio
import secrets
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from aiokafka import AIOKafkaProducer

from schemas.coded import CodedArticle
from schemas.coding import Actor, Coding, Topic
from schemas.coordinates import Coordinates
from schemas.wire import encode
from streams.broker import EmbeddedKafka, prepare_runtime
from streams.commands.local_service import WorkerProcess, free_port
from streams.commands.topics import create_topics
from streams.counting.loop import count
from streams.kafka_topics import catalogue_of, client_options
from streams.progress import wait_until_counted
from streams.settings import Settings

ARTICLES = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
ACTORS, TOPICS = 5, 2


def synthetic(number: int, random: Random) -> CodedArticle:
    """An article with a few actors and topics out of many."""
    actors = {int(random.expovariate(1 / 300)) for _ in range(ACTORS)}
    topics = {random.randrange(70) for _ in range(TOPICS)}
    return CodedArticle(
        article_id=f"a{number}",
        article=Coordinates(partition=0, offset=number, log="synthetic"),
        content_hash=f"{number:032x}",
        coder="synthetic",
        coding=Coding(
            actors=tuple(
                Actor(id=f"person:{n}", name=f"Person {n}", kind="person", mentions=2) for n in actors
            ),
            topics=tuple(Topic(code=f"medtop:{n}", name=f"Topic {n}", score=0.9) for n in topics),
        ),
    )


async def measure(settings: Settings, bootstrap: str) -> None:
    """Count, then recover, and print both beside the plain loop."""
    random = Random(1)
    articles = [synthetic(number, random) for number in range(ARTICLES)]
    started = time.perf_counter()
    count(articles)
    loop_seconds = time.perf_counter() - started

    await create_topics(settings, bootstrap)
    await produce(settings, bootstrap, articles)
    worker = WorkerProcess(settings, bootstrap, settings.state_dir / "worker.log")
    await worker.start()
    await worker.wait_ready()
    started = time.perf_counter()
    await wait_until_counted(client_options(settings, bootstrap), catalogue_of(settings))
    counted_seconds = time.perf_counter() - started
    await worker.stop()
    started = time.perf_counter()
    await worker.start()
    await worker.wait_ready()
    ready_seconds = time.perf_counter() - started
    await worker.stop()
    print(f"{ARTICLES} articles, at most {ACTORS} actors and {TOPICS} topics each, one worker")
    print(f"plain loop           {ARTICLES / loop_seconds:8,.0f} articles/s")
    print(f"through Kafka        {ARTICLES / counted_seconds:8,.0f} articles/s", end=", ")
    print(f"{counted_seconds / loop_seconds:.1f} times as long")
    print(f"start with recovery  {ready_seconds:8.1f} s")


async def produce(settings: Settings, bootstrap: str, articles: list[CodedArticle]) -> None:
    """Put the articles onto the coded topic."""
    producer = AIOKafkaProducer(**client_options(settings, bootstrap), linger_ms=20)
    await producer.start()
    for article in articles:
        await producer.send(
            catalogue_of(settings).coded, key=article.article_id.encode(), value=encode(article)
        )
    await producer.stop()


def main() -> None:
    """Run on a Kafka of its own."""
    own = Settings()
    with tempfile.TemporaryDirectory() as folder:
        settings = own.model_copy(
            update={
                "state_dir": Path(folder),
                "http_port": free_port(),
                "namespace": f"bench-{secrets.token_hex(4)}",
                "log_level": "warning",
            }
        )
        runtime = prepare_runtime(own.cache_dir)
        with EmbeddedKafka(Path(folder) / "kafka", runtime, cache_dir=own.cache_dir) as kafka:
            asyncio.run(measure(settings, kafka.bootstrap))


if __name__ == "__main__":
    main()
