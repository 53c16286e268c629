"""Which Kafka and which folders a command works with."""

from pathlib import Path

from streams.broker import EmbeddedKafka, prepare_runtime, running_bootstrap
from streams.commands.console import progress_bar, remarks
from streams.settings import Settings


class NoKafka(ConnectionError):
    """No Kafka is configured, and no embedded one runs."""


def kafka_folder(settings: Settings) -> Path:
    """Where the embedded Kafka of `tidings up` and `tidings broker` keeps its data."""
    return settings.state_dir / "kafka"


def find_kafka(settings: Settings) -> str:
    """Bootstrap servers: those configured, else the embedded Kafka that runs; raises NoKafka."""
    found = settings.kafka or running_bootstrap(kafka_folder(settings))
    if found is None:
        raise NoKafka("no Kafka: set TIDINGS_KAFKA to bootstrap servers, or start 'tidings up' first")
    return found


def embedded_kafka(settings: Settings, folder: Path) -> EmbeddedKafka:
    """The embedded Kafka on this folder, its jars fetched with a progress bar where they are missing."""
    with progress_bar(remarks()) as progress:
        task = None

        def on_progress(done: int, total: int, what: str) -> None:
            nonlocal task
            if task is None:
                task = progress.add_task("fetching Apache Kafka", total=total)
            progress.update(task, completed=done, total=total, description=f"Apache Kafka: {what}")

        runtime = prepare_runtime(settings.cache_dir, on_progress=on_progress)
    return EmbeddedKafka(folder, runtime, cache_dir=settings.cache_dir)
