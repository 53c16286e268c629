"""What faults act on: the brokers and the workers of one run."""

import asyncio
import os
import signal
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from streams.broker.ports import choose_ports
from streams.commands.local_service import is_ready
from streams.kafka_topics import Catalogue, catalogue_of
from streams.settings import Settings
from tests.chaos.brokers import Brokers
from tests.chaos.topics import options_of
from tests.chaos.workers import ChaosWorker, Nursery


@dataclass(eq=False)
class Arena:
    """The brokers and workers of one run, and where their logs are."""

    settings: Settings
    brokers: Brokers
    nursery: Nursery
    folder: Path
    without: tuple[str, ...] = ()
    workers: list[ChaosWorker] = field(default_factory=list)
    left: list[ChaosWorker] = field(default_factory=list)

    @property
    def catalogue(self) -> Catalogue:
        """The names of the run's Kafka topics and groups."""
        return catalogue_of(self.settings)

    @property
    def options(self) -> dict[str, Any]:
        """What the suite's own clients are given."""
        return options_of(self.brokers)

    @property
    def everybody(self) -> list[ChaosWorker]:
        """All workers that there ever were."""
        return [*self.workers, *self.left]

    def add_worker(self, role: str) -> ChaosWorker:
        """Start a worker, which its supervisor keeps running."""
        name = f"{len(self.everybody)}-{role}"
        port = choose_ports(None)[0]
        settings = self.settings.model_copy(
            update={
                "kafka": self.brokers.bootstrap,
                "http_port": port,
                "state_dir": self.folder / name,
            }
        )
        worker = ChaosWorker(
            name=name,
            role=role,
            port=port,
            environment=environment_of(settings),
            nursery=self.nursery,
            log_path=self.folder / f"{name}.log",
            without=self.without,
        )
        self.workers.append(worker)
        worker.begin()
        return worker

    def forget_those_who_left(self) -> None:
        """Keep apart the workers that will not come again."""
        self.left += [worker for worker in self.workers if not worker.is_wanted]
        self.workers = [worker for worker in self.workers if worker.is_wanted]

    async def wait_ready(self, workers: list[ChaosWorker], *, timeout_seconds: float) -> None:
        """Return when each of these says that it is ready; raises TimeoutError."""
        async with httpx.AsyncClient(timeout=2) as client, asyncio.timeout(timeout_seconds):
            while not all([await is_ready(client, worker.url) for worker in workers]):  # noqa: ASYNC110 - another process has no event
                await asyncio.sleep(0.1)

    async def close(self) -> None:
        """End all workers at once: what they would do in good order is judged by then."""
        await asyncio.gather(*(worker.leave(signal.SIGKILL) for worker in self.workers))


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment that tells a worker these settings, and nothing else of ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TIDINGS_")}
    told = {
        f"TIDINGS_{name.upper()}": str(value)
        for name, value in settings.model_dump(exclude_none=True).items()
        if name != "kafka_sasl_password"
    }
    return {**kept, **told}
