"""The faults: each a small frozen class, drawn from a random source, inflicted on an arena."""

import asyncio
import os
import random
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import ClassVar, Final, Protocol, Self

from tests.chaos.arena import Arena
from tests.chaos.brokers import Broker, launch, lists_itself
from tests.chaos.proxy import Rule, Whose, everybody
from tests.chaos.workers import ChaosWorker

NODE_START_SECONDS: Final = 30.0
LONG_CUT_SECONDS: Final = 45.0
"""Longer than aiokafka's own request timeout of 40 s, after which a producer gives a batch up."""


@dataclass(frozen=True)
class Stage:
    """What faults can be drawn for."""

    broker: str
    cast: tuple[str, ...]
    partitions: int
    session_seconds: float

    def worker(self, rng: random.Random, *roles: str) -> int:
        """The place of a worker in the cast, of one of these roles where some are given."""
        return rng.choice([n for n, role in enumerate(self.cast) if not roles or role in roles])


class Fault(Protocol):
    """Something that goes wrong, and its end."""

    name: ClassVar[str]
    weight: ClassVar[float]

    @classmethod
    def fits(cls, stage: Stage) -> bool:
        """Whether it can happen on this stage."""

    @classmethod
    def draw(cls, rng: random.Random, stage: Stage) -> Self:
        """One such fault."""

    async def inflict(self, arena: Arena) -> None:
        """Do it, and return when it is over."""


class _Anywhere:
    weight: ClassVar[float] = 1.0

    @classmethod
    def fits(cls, stage: Stage) -> bool:
        return True


# --- processes ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kill(_Anywhere):
    """SIGKILL of a worker; its supervisor starts it again after a while."""

    name: ClassVar[str] = "kill"
    weight: ClassVar[float] = 3.0
    worker: int
    away_seconds: float

    @classmethod
    def draw(cls, rng: random.Random, stage: Stage) -> Self:
        return cls(stage.worker(rng), rng.choice((0.0, 0.0, rng.uniform(0, 1.5 * stage.session_seconds))))

    async def inflict(self, arena: Arena) -> None:
        arena.workers[self.worker].away_seconds = self.away_seconds
        arena.workers[self.worker].send(signal.SIGKILL)

    def __str__(self) -> str:
        return f"kill {self.worker} for {self.away_seconds:.1f}s"


@dataclass(frozen=True)
class Terminate(_Anywhere):
    """SIGTERM of a worker."""

    name: ClassVar[str] = "terminate"
    weight: ClassVar[float] = 2.0
    worker: int

    @classmethod
    def draw(cls, rng: random.Random, stage: Stage) -> Self:
        return cls(stage.worker(rng))

    async def inflict(self, arena: Arena) -> None:
        arena.workers[self.worker].send(signal.SIGTERM)

    def __str__(self) -> str:
        return f"terminate {self.worker}"


@dataclass(frozen=True)
class KillAll(_Anywhere):
    """SIGKILL of every worker at once."""

    name: ClassVar[str] = "kill-all"
    weight: ClassVar[float] = 0.5

    @classmethod
    def draw(cls, rng: random.Random, stage: Stage) -> Self:
        return cls()

    async def inflict(self, arena: Arena) -> None:
        for worker in arena.workers:
            worker.send(signal.SIGKILL)

    def __str__(self) -> str:
        return "kill all"


@dataclass(frozen=True)
class Pause(_Anywhere):
    """SIGSTOP of a worker around the session timeout, then SIGCONT: a zombie with a full buffer."""

    name: ClassVar[str] = "pause"
    weight: ClassVar[float] = 3.0
    worker: int
    seconds: float

    @classmethod
    def draw(cls, rng: random.Random, stage: Stage) -> Self:
        return cls(stage.worker(rng), rng.uniform(0.5, 2.5) * stage.session_seconds)

    async def inflict(self, arena: Arena) -> None:
        worker = arena.workers[self.worker]
        paused = worker.pid
        worker.send(signal.SIGSTOP)
        try:
            await asyncio.sleep(self.seconds)
        finally:
            if worker.pid == paused:
                worker.send(signal.SIGCONT)

    def __str__(self) -> str:
        return f"pause {self.worker} {self.seconds:.1f}s"


@dataclass(frozen=True)
class KillPoolProcess:
    """SIGKILL of a process that codes for a worker."""

    name: ClassVar[str] = "kill-pool"
    weight: ClassVar[float] = 1.0
    worker: int

    @classmethod
    def fits(cls, stage: Stage) -> bool:
        return any(role != "count" for role in stage.cast)

    @classmethod
    def draw(cls, rng: random.Random, stage: Stage) -> Self:
        return cls(stage.worker(rng, "code", "all"))

    async def inflict(self, arena: Arena) -> None:
        for pid in arena.workers[self.worker].pool_processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def __str__(self) -> str:
        return f"kill pool of {self.worker}"


@dataclass(frozen=True)
class RollingWorkers(_Anywhere):
    """One worker after the other is stopped in good order, and the next once it is back."""

    name: ClassVar[str] = "roll-workers"
    weight: ClassVar[float] = 0.5

    @classmethod
    def draw(cls, rng: random.Random, stage: Stage) -> Self:
        return cls()

    async def inflict(self, arena: Arena) -> None:
        for worker in list(arena.workers):
            with suppress(TimeoutError):
                await worker.restart(signal.SIGTERM)
                await arena.wait_ready([worker], timeout_seconds=10)

    def __str__(self) -> str:
        return "roll workers"


@dataclass(frozen=True)
class JoinAndLeave(_Anywhere):
    """A worker joins, and another leaves in the middle of the rebalance that this begins."""

    name: ClassVar[str] = "join"
    weight: ClassVar[float] = 1.5
    leaves: int
    role: str
    between_seconds: float
    stays_seconds: float | None

    @classmethod
    def draw(cls, rng: random.Random, stage: Stage) -> Self:
        stays = rng.choice((None, rng.uniform(1.0, 5.0)))
        return cls(stage.worker(rng), rng.choice(("all", "count")), rng.uniform(0.0, 1.5), stays)

    async def inflict(self, arena: Arena) -> None:
        joined = arena.add_worker(self.role)
        await asyncio.sleep(self.between_seconds)
        arena.workers[self.leaves].send(signal.SIGTERM)
        if self.stays_seconds is not None:
            await asyncio.sleep(self.stays_seconds)
            await joined.leave()

    def __str__(self) -> str:
        stays = "stays" if self.stays_seconds is None else f"leaves after {self.stays_seconds:.1f}s"
        return f"join {self.role} ({stays}), terminate {self.leaves} after {self.between_seconds:.1f}s"


@dataclass(frozen=True)
class FullDisk(_Anywhere):
    """No file of a worker can grow any more: writes fail as on a full disk (RLIMIT_FSIZE)."""

    name: ClassVar[str] = "full-disk"
    weight: ClassVar[float] = 0.5
    worker: int
    seconds: float

    @classmethod
    def draw(cls, rng: random.Random, stage: Stage) -> Self:
        return cls(stage.worker(rng, *{"all", "count"} & set(stage.cast)), rng.uniform(1.0, 6.0))

    async def inflict(self, arena: Arena) -> None:
        worker = arena.workers[self.worker]
        limited = worker.pid
        _limit_files(worker, 0)
        await asyncio.sleep(self.seconds)
        if worker.pid == limited:
            _limit_files(worker, resource.RLIM_INFINITY)

    def __str__(self) -> str:
        return f"full disk {self.worker} {self.seconds:.1f}s"


def _limit_files(worker: ChaosWorker, size: int) -> None:
    if worker.pid is not None:
        with suppress(ProcessLookupError):
            resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


# --- brokers -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Target:
    """A node by what it does at the moment of the fault: 'coordinator', 'leader' of a partition, or any."""

    what: str
    number: int

    @classmethod
    def draw(cls, rng: random.Random, stage: Stage) -> Self:
        return cls(rng.choice(("coordinator", "leader", "node")), rng.randrange(12))

    async def find(self, arena: Arena) -> Broker:
        """The broker that is meant now."""
        names = arena.catalogue
        found: Broker | None = None
        if self.what == "coordinator":
            found = await arena.brokers.coordinator((names.count_group, names.code_group)[self.number % 2])
        if self.what == "leader":
            kafka_topic = (names.coded, names.tallies, names.ledger_changelog)[self.number % 3]
            found = await arena.brokers.leader(kafka_topic, self.number // 3)
        return found or arena.brokers.all[self.number % len(arena.brokers.all)]

    def __str__(self) -> str:
        return f"{self.what}-{self.number}"


@dataclass(frozen=True)
class KillBroker(_Anywhere):
    """SIGKILL of a node, which is started again after a while."""

    name: ClassVar[str] = "kill-broker"
    weight: ClassVar[float] = 1.5
    target: Target
    away_seconds: float

    @classmethod
    def draw(cls, rng: random.Random, stage: Stage) -> Self:
        return cls(Target.draw(rng, stage), rng.choice((0.0, rng.uniform(0.5, 6.0))))

    async def inflict(self, arena: Arena) -> None:
        broker = await self.target.find(arena)
        async with broker.lock:
            await asyncio.to_thread(broker.node.kill)
            await asyncio.sleep(self.away_seconds)
            await start_again(broker)

    def __str__(self) -> str:
        return f"kill broker {self.target} for {self.away_seconds:.1f}s"


@dataclass(frozen=True)
class RollingBrokers(_Anywhere):
    """One node after the other is stopped in good order, and the next once it is back."""

    name: ClassVar[str] = "roll-brokers"
    weight: ClassVar[float] = 0.7

    @classmethod
    def draw(cls, rng: random.Random, stage: Stage) -> Self:
        return cls()

    async def inflict(self, arena: Arena) -> None:
        for broker in arena.brokers.all:
            async with broker.lock:
                await asyncio.to_thread(broker.node.stop)
                await start_again(broker)

    def __str__(self) -> str:
        return "roll brokers"


async def start_again(broker: Broker) -> None:
    """Start a node and wait until it takes requests; a quorum that is lost for now is not waited for."""
    await asyncio.to_thread(launch, broker.node)
    for _ in range(int(NODE_START_SECONDS / 0.1)):
        if not broker.node.is_running or await asyncio.to_thread(lists_itself, broker.node):
            return
        await asyncio.sleep(0.1)


# --- the network -------------------------------------------------------------------------------------------


@contextmanager
def in_force(brokers: tuple[Broker, ...], rule: Rule, *, lose: bool = False) -> Iterator[None]:
    """A rule in force at these brokers' proxies."""
    for broker in brokers:
        broker.proxy.add(rule)
    try:
        yield
    finally:
        for broker in brokers:
            broker.proxy.remove(rule, lose=lose)


class ConnectionsOf:
    """Whether a connection is one of a worker's, asked once a connection."""

    def __init__(self, worker: ChaosWorker) -> None:
        self._worker = worker
        self._known: dict[int, bool] = dict.fromkeys(worker.client_ports(), True)

    def __call__(self, client_port: int) -> bool:
        if client_port not in self._known:
            self._known[client_port] = client_port in self._worker.client_ports()
        return self._known[client_port]


@dataclass(frozen=True)
class Reach:
    """Whom a fault of the network meets: all workers or one, towards all nodes or one."""

    worker: int | None
    target: Target | None

    @classmethod
    def draw(cls, rng: random.Random, stage: Stage) -> Self:
        worker = rng.choice((None, stage.worker(rng)))
        return cls(worker, rng.choice((None, Target.draw(rng, stage))))

    async def brokers(self, arena: Arena) -> tuple[Broker, ...]:
        """The brokers meant now."""
        return (await self.target.find(arena),) if self.target else arena.brokers.all

    def whose(self, arena: Arena) -> Whose:
        """The clients meant."""
        return everybody if self.worker is None else ConnectionsOf(arena.workers[self.worker])

    def __str__(self) -> str:
        return f"{'all' if self.worker is None else self.worker}<->{self.target or 'all nodes'}"


@dataclass(frozen=True)
class Slow(_Anywhere):
    """Every byte takes longer."""

    name: ClassVar[str] = "slow"
    reach: Reach
    latency_seconds: float
    seconds: float

    @classmethod
    def draw(cls, rng: random.Random, stage: Stage) -> Self:
        return cls(Reach.draw(rng, stage), rng.uniform(0.05, 0.3), rng.uniform(2.0, 8.0))

    async def inflict(self, arena: Arena) -> None:
        rule = Rule(self.reach.whose(arena), latency_seconds=self.latency_seconds)
        with in_force(await self.reach.brokers(arena), rule):
            await asyncio.sleep(self.seconds)

    def __str__(self) -> str:
        return f"slow {self.reach} {self.latency_seconds * 1000:.0f}ms {self.seconds:.1f}s"


@dataclass(frozen=True)
class Cut(_Anywhere):
    """The network is cut: refused, or held in one or both directions and then delivered or lost."""

    name: ClassVar[str] = "cut"
    weight: ClassVar[float] = 3.0
    manner: str
    reach: Reach
    seconds: float
    lose: bool

    @classmethod
    def draw(cls, rng: random.Random, stage: Stage) -> Self:
        seconds = LONG_CUT_SECONDS if rng.random() < 0.04 else rng.triangular(1.0, 15.0, 4.0)
        manner = rng.choice(("refuse", "stall", "no-answers", "no-requests"))
        return cls(manner, Reach.draw(rng, stage), seconds, rng.random() < 0.5)

    async def inflict(self, arena: Arena) -> None:
        rule = Rule(
            self.reach.whose(arena),
            refuses=self.manner == "refuse",
            holds_requests=self.manner in ("stall", "no-requests"),
            holds_answers=self.manner in ("stall", "no-answers"),
        )
        with in_force(await self.reach.brokers(arena), rule, lose=self.lose):
            await asyncio.sleep(self.seconds)

    def __str__(self) -> str:
        fate = "" if self.manner == "refuse" else ", lost" if self.lose else ", late"
        return f"cut {self.reach} {self.manner}{fate} {self.seconds:.1f}s"


@dataclass(frozen=True)
class LateBytes(_Anywhere):
    """A killed worker's last bytes reach the broker after its successor has taken over."""

    name: ClassVar[str] = "late-bytes"
    weight: ClassVar[float] = 2.0
    worker: int
    held_seconds: float
    later_seconds: float
    away_seconds: float

    @classmethod
    def draw(cls, rng: random.Random, stage: Stage) -> Self:
        return cls(
            stage.worker(rng),
            held_seconds=rng.uniform(0.05, 0.8),
            later_seconds=rng.uniform(0.5, 2.5) * stage.session_seconds,
            away_seconds=rng.choice((0.0, 2 * stage.session_seconds)),
        )

    async def inflict(self, arena: Arena) -> None:
        worker = arena.workers[self.worker]
        rule = Rule(worker.client_ports().__contains__, holds_requests=True)
        with in_force(arena.brokers.all, rule):
            await asyncio.sleep(self.held_seconds)
            worker.away_seconds = self.away_seconds
            worker.send(signal.SIGKILL)
            await asyncio.sleep(self.later_seconds)

    def __str__(self) -> str:
        held = f"{self.held_seconds:.1f}s held, then killed, {self.later_seconds:.1f}s late"
        return f"late bytes of {self.worker}: {held}"


FAULTS: Final[tuple[type[Fault], ...]] = (
    Kill,
    Terminate,
    KillAll,
    Pause,
    KillPoolProcess,
    RollingWorkers,
    JoinAndLeave,
    FullDisk,
    KillBroker,
    RollingBrokers,
    Slow,
    Cut,
    LateBytes,
)
