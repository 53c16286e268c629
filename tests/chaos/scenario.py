"""What happens in a run, drawn from a seed alone."""

import random
from dataclasses import dataclass
from typing import Final, Literal

from tests.chaos.faults import FAULTS, Fault, Stage
from tests.chaos.publishing import Plan, draw_plan

CASTS: Final = (
    ("all", "all"),
    ("all", "all"),
    ("all", "count"),
    ("code", "count", "count"),
    ("code", "all", "count"),
    ("all", "all", "all"),
)
PARTITIONS: Final = 4
SESSION_SECONDS: Final = 3.0
PUBLISHING_SECONDS: Final = (4.0, 7.0)
LAST_FAULT_SECONDS: Final = 7.0
ROCKSDB_SHARE: Final = 1 / 5
RECOVERED_SHARE: Final = 1 / 3
CLUSTER_SHARE: Final = 1 / 4
BUSY_SHARE: Final = 1 / 5
SOME_VERSIONS: Final = (80, 200)
MANY_VERSIONS: Final = (400, 700)


@dataclass(frozen=True)
class Scenario:
    """A run as it is meant to go."""

    seed: int
    stage: Stage
    plan: Plan
    tables_in: Literal["memory", "rocksdb"]
    waits_until_ready: bool
    recovers_at_the_end: bool
    schedule: tuple[tuple[float, Fault], ...]

    def __str__(self) -> str:
        acts = "; ".join(f"{at:.1f}s {fault}" for at, fault in self.schedule)
        manner = ("" if self.waits_until_ready else " (cold)") + (
            " +recovery" if self.recovers_at_the_end else ""
        )
        cast = "+".join(self.stage.cast) + (" rocksdb" if self.tables_in == "rocksdb" else "")
        return f"{self.stage.broker} {cast}{manner} {len(self.plan.records)} versions: {acts}"


def draw_scenario(
    seed: int,
    *,
    broker: str | None = None,
    tables_in: Literal["memory", "rocksdb"] | None = None,
    only: tuple[str, ...] = (),
    busy: bool = False,
) -> Scenario:
    """The scenario of a seed; `broker`, `tables_in`, `only` (names of faults) and `busy` narrow it."""
    rng = random.Random(seed)
    drawn_broker = "cluster" if rng.random() < CLUSTER_SHARE else "node"
    stage = Stage(
        broker=broker or drawn_broker,
        cast=rng.choice(CASTS),
        partitions=PARTITIONS,
        session_seconds=SESSION_SECONDS,
    )
    kinds = [kind for kind in FAULTS if kind.fits(stage) and (not only or kind.name in only)]
    faults = [
        (rng.uniform(0.3, LAST_FAULT_SECONDS), kind.draw(rng, stage))
        for kind in rng.choices(kinds, [kind.weight for kind in kinds], k=rng.randint(2, 6))
    ]
    return Scenario(
        seed=seed,
        stage=stage,
        plan=draw_plan(
            rng,
            versions=rng.randint(*(MANY_VERSIONS if busy or rng.random() < BUSY_SHARE else SOME_VERSIONS)),
            stories=rng.choice((8, 20, 60)),
            seconds=rng.uniform(*PUBLISHING_SECONDS),
        ),
        tables_in=tables_in or _drawn_tables(seed),
        waits_until_ready=rng.random() < 0.6,
        recovers_at_the_end=rng.random() < RECOVERED_SHARE,
        schedule=tuple(sorted(faults, key=lambda row: row[0])),
    )


def _drawn_tables(seed: int) -> Literal["memory", "rocksdb"]:
    return "rocksdb" if random.Random(f"tables of {seed}").random() < ROCKSDB_SHARE else "memory"
