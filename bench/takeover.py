"""How long partitions are away: `python -m bench.takeover [KEYS=100000] [SESSION_SECONDS=10]`.

Two counting workers on a throw-away Kafka, a state of so many keys, tallies trickling in all the while. One
is killed; then both are restarted one after the other, without and with an instance id of their own.
"""

import asyncio
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from aiokafka import AIOKafkaProducer

from bench.watching import Trickle, Watch, probe_keys, synthetic
from bench.workers import ASSIGNED, RoleProcess, all_ended
from schemas.coding import Actor
from schemas.wire import encode
from streams.broker import EmbeddedKafka, prepare_runtime
from streams.commands.topics import create_topics
from streams.kafka_topics import Catalogue, admin_client, catalogue_of, client_options
from streams.progress import stages, wait_until_read
from streams.settings import Settings

PARTITIONS: Final = 4
ACTORS_AN_ARTICLE: Final = 50
SETTLING_SECONDS: Final = 120.0

TAKE_OVER_SESSIONS: Final = 1.5
SERVING_SECONDS: Final = 3.0
PAUSE_SECONDS: Final = 5.0


@dataclass(frozen=True)
class Bench:
    """A Kafka whose tables are filled, and what runs on it."""

    settings: Settings
    bootstrap: str
    trickle: Trickle

    @property
    def options(self) -> dict[str, Any]:
        """What every client is given."""
        return client_options(self.settings, self.bootstrap)

    @property
    def catalogue(self) -> Catalogue:
        """The names on Kafka."""
        return catalogue_of(self.settings)

    async def started(self, *, static: bool) -> list[RoleProcess]:
        """Two counting workers that are ready, with an instance id each where `static`."""
        names = [f"{'static' if static else 'plain'}-{n}" for n in range(2)]
        workers = [
            RoleProcess(
                name, self.settings, self.bootstrap, role="count", instance_id=name if static else None
            )
            for name in names
        ]
        for worker in workers:
            await worker.start()
        for worker in workers:
            await worker.wait_ready()
        return workers


async def fill(bench: Bench, keys: int) -> None:
    """Put articles with so many actors in all onto the coded topic, and wait until they are counted."""
    producer = AIOKafkaProducer(**bench.options, linger_ms=20)
    await producer.start()
    for number, start in enumerate(range(0, keys, ACTORS_AN_ARTICLE)):
        actors = tuple(
            Actor(id=f"person:{n}", name=f"Person {n}", kind="person", mentions=1)
            for n in range(start, min(start + ACTORS_AN_ARTICLE, keys))
        )
        article = synthetic(number, partition=number % PARTITIONS, actors=actors)
        key = f"filling-{number}"
        value = encode(article.model_copy(update={"article_id": key}))
        await producer.send(bench.catalogue.coded, key=key.encode(), value=value)
    await producer.stop()
    for stage in stages(bench.catalogue)[1:]:
        await wait_until_read(bench.options, stage, PARTITIONS)


# --- a worker is killed ------------------------------------------------------------------------------------


async def noticed_at(bench: Bench) -> float:
    """When the group's coordinator began to rebalance."""
    async with admin_client(bench.options) as admin:
        while await _state(admin, bench.catalogue.count_group) == "Stable":  # noqa: ASYNC110 - Kafka tells nobody
            await asyncio.sleep(0.1)
    return time.monotonic()


async def _state(admin: Any, group: str) -> str:
    described = await admin.describe_consumer_groups([group])
    return str(described[0].groups[0][2])


async def measure_kill(bench: Bench, watch: Watch, victim: RoleProcess, survivor: RoleProcess) -> bool:
    """Kill one and print when the other served what it had held; whether that was in time."""
    session = bench.settings.session_timeout_seconds
    lost = watch.held[victim.name]
    killed = watch.begin()
    victim.send(signal.SIGKILL)
    await victim.wait_ended()
    noticed = await noticed_at(bench) - killed
    await watch.settled(PARTITIONS, timeout_seconds=SETTLING_SECONDS)
    served = {number: _served(watch, survivor.name, number, killed) for number in sorted(lost)}
    print(f"\nkill -9 of one of two workers; session timeout {session:g} s")
    print(
        f"  the coordinator noticed       {noticed:6.2f} s after the kill = {noticed / session:.2f} sessions"
    )
    for number, seconds in served.items():
        print(
            f"  partition {number} served again      {seconds:6.2f} s after the kill = "
            f"{seconds / session:.2f} sessions, {seconds - noticed:.2f} s after it was noticed"
        )
    _print_worst(watch)
    slowest = max(served.values())
    return _judged(
        f"served within {TAKE_OVER_SESSIONS} sessions", slowest <= TAKE_OVER_SESSIONS * session
    ) & (_judged(f"under {SERVING_SECONDS:g} s from notice to serving", slowest - noticed < SERVING_SECONDS))


def _served(watch: Watch, name: str, number: int, since: float) -> float:
    return (
        next(at for at, who, held in watch.changes if at > since and who == name and number in held) - since
    )


# --- workers are restarted one after the other -------------------------------------------------------------


async def measure_roll(workers: list[RoleProcess], watch: Watch, *, static: bool) -> bool:
    """Restart each and print the longest pauses; whether they were short enough."""
    assigned = {worker.name: worker.assignments for worker in workers}
    print(f"\nrolling restart, {'with' if static else 'without'} instance ids")
    watch.begin()
    for worker in workers:
        began = time.time()
        worker.send(signal.SIGTERM)
        await worker.wait_ended()
        ended = time.time()
        await worker.start()
        await worker.wait_ready()
        await watch.settled(PARTITIONS, timeout_seconds=SETTLING_SECONDS)
        print(f"  {worker.name}: {_life(worker, began, ended)}")
    _print_worst(watch)
    again = sum(worker.assignments - assigned[worker.name] for worker in workers)
    print(f"  assignments: {again} (one for each start, more where partitions moved)")
    longest = max(_longest(watch.pauses), _longest(watch.delays))
    return _judged(f"no partition paused for more than {PAUSE_SECONDS:g} s", longest <= PAUSE_SECONDS)


def _life(worker: RoleProcess, told_to_end: float, ended: float) -> str:
    """What a restart spent its seconds on, as the worker's own log has it."""
    moments = [told_to_end, ended, *map(worker.logged_at, ("worker starts", ASSIGNED, "partitions open"))]
    spent = (after - before for before, after in pairwise(moments))
    names = ("to end", "to import and reach Kafka", "to join", "to fence, recover and seek")
    return ", ".join(f"{seconds:.2f} s {name}" for name, seconds in zip(names, spent, strict=True))


def _print_worst(watch: Watch) -> None:
    for number in range(PARTITIONS):
        of_tallies = watch.pauses.get(number, 0.0)
        of_coded = max(delay for (source, _), delay in watch.delays.items() if source == number)
        print(
            f"  partition {number}: nobody answered for it for {of_tallies:5.2f} s at most; "
            f"a coded article in it was seen in the tables after {of_coded:5.2f} s at most"
        )
    print(
        f"  longest: {_longest(watch.pauses):.2f} s without an answer, {_longest(watch.delays):.2f} s unseen"
    )


def _longest(seconds: Mapping[Any, float]) -> float:
    return max(seconds.values(), default=0.0)


def _judged(what: str, holds: bool) -> bool:
    print(f"  {'yes' if holds else 'NO '} {what}", flush=True)
    return holds


# --- all of it ---------------------------------------------------------------------------------------------


async def measure(bench: Bench, keys: int) -> bool:
    """Fill, kill, roll without and with instance ids; whether all targets were met."""
    await create_topics(bench.settings, bench.bootstrap)
    workers = await bench.started(static=False)
    async with all_ended(workers):
        began = time.monotonic()
        await fill(bench, keys)
        print(f"{keys:,} keys counted in {time.monotonic() - began:.1f} s", flush=True)
        met = await _trickling(bench, workers, static=False)
        await asyncio.gather(*(worker.stop() for worker in workers))
    workers = await bench.started(static=True)
    async with all_ended(workers):
        met &= await _trickling(bench, workers, static=True)
        await asyncio.gather(*(worker.stop() for worker in workers))
    return met


async def _trickling(bench: Bench, workers: list[RoleProcess], *, static: bool) -> bool:
    watch = Watch(workers, bench.trickle)
    sending = asyncio.create_task(bench.trickle.run(bench.options))
    try:
        async with watch.running():
            await asyncio.sleep(2)  # so that there is something of the trickle to be seen
            await watch.settled(PARTITIONS, timeout_seconds=SETTLING_SECONDS)
            met = static or await _kill_and_restart(bench, watch, workers)
            return await measure_roll(workers, watch, static=static) and met
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def _kill_and_restart(bench: Bench, watch: Watch, workers: list[RoleProcess]) -> bool:
    # the partitions of both stages are shared out together: one worker may hold all tables
    survivor, victim = sorted(workers, key=lambda worker: len(watch.held[worker.name]))
    met = await measure_kill(bench, watch, victim, survivor)
    await victim.start()
    await victim.wait_ready()
    await watch.settled(PARTITIONS, timeout_seconds=SETTLING_SECONDS)
    return met


def main(keys: int, session_seconds: float) -> bool:
    """Run on a Kafka of its own."""
    cache_dir = Settings().cache_dir
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            partitions=PARTITIONS, state_dir=Path(folder), session_timeout_seconds=session_seconds
        )
        with EmbeddedKafka(Path(folder) / "kafka", prepare_runtime(cache_dir), cache_dir=cache_dir) as kafka:
            trickle = Trickle(catalogue_of(settings).coded, probe_keys(PARTITIONS))
            return asyncio.run(measure(Bench(settings, kafka.bootstrap, trickle), keys))


if __name__ == "__main__":
    arguments = [float(argument) for argument in sys.argv[1:3]]
    targets_met = main(*((int(arguments[0]) if arguments else 100_000), (arguments[1:] or [10.0])[0]))
    raise SystemExit(0 if targets_met else 1)
