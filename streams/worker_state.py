"""What a worker says of itself: phase, partitions, lag, recovery and rates."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from prometheus_client import Counter

from streams.delivery import Delivery
from streams.delivery.delivery import Phase
from streams.kafka_topics import Catalogue
from streams.metrics import Metrics
from streams.tables import RecoveryState, Tables
from streams.web.api.views import Readiness

RATE_SECONDS: Final = 60.0

_ORDER: Final = (Phase.CLOSED, Phase.LAPSED, Phase.JOINING, Phase.RECOVERING, Phase.OPEN)
"""From the phase that keeps a worker furthest from its work."""


@dataclass
class Rate:
    """How fast a counter grows, over the last minute at most."""

    counter: Counter
    clock: Callable[[], float] = time.monotonic
    _samples: deque[tuple[float, float]] = field(default_factory=deque)

    def sample(self) -> None:
        """Remember how high the counter is now."""
        now = self.clock()
        self._samples.append((now, _value(self.counter)))
        while len(self._samples) > 1 and now - self._samples[1][0] >= RATE_SECONDS:
            self._samples.popleft()

    def per_second(self) -> float:
        """The mean since the first sample that is remembered."""
        self.sample()
        (began, before), (now, after) = self._samples[0], self._samples[-1]
        return (after - before) / (now - began) if now > began else 0.0


def _value(counter: Counter) -> float:
    samples = (sample for family in counter.collect() for sample in family.samples)
    return sum(sample.value for sample in samples if sample.name.endswith("_total"))


@dataclass(frozen=True)
class WorkerState:
    """One worker as others see it; to be asked in the pipeline's thread."""

    deliveries: Mapping[str, Delivery]
    catalogue: Catalogue
    metrics: Metrics
    tables: Tables
    began: float = field(default_factory=time.monotonic)
    rates: Mapping[str, Rate] = field(init=False)

    def __post_init__(self) -> None:
        counters = {"coded": self.metrics.articles_coded, "counted": self.metrics.articles_counted}
        object.__setattr__(self, "rates", {name: Rate(counter) for name, counter in counters.items()})

    def sample(self) -> None:
        """Keep the rates of the last minute."""
        for rate in self.rates.values():
            rate.sample()

    def told(self) -> dict[str, Any]:
        """Everything, as JSON has it."""
        recovery, count = self.tables.recovery, self.deliveries.get("count")
        return {
            "role": "all" if len(self.deliveries) > 1 else next(iter(self.deliveries)),
            "phase": self.phase().value,
            "partitions": sorted(count.holds(self.catalogue.tallies)) if count else [],
            "coded_partitions": sorted(count.holds(self.catalogue.coded)) if count else [],
            "uptime_seconds": round(time.monotonic() - self.began, 1),
            "lag": self._lag(),
            "articles_per_second": {name: round(rate.per_second(), 2) for name, rate in self.rates.items()},
            "seconds_behind": self._seconds_behind(),
            "dead_letters": int(_value(self.metrics.dead_letters)),
            "totals": dict(self.tables.index.totals()),
            "days": self.tables.index.days(),
            "recovery": {
                "running": recovery.running,
                "remaining_records": recovery.remaining_records,
                "total_records": recovery.total_records,
            },
        }

    def phase(self) -> Phase:
        """The phase of the role that is furthest from its work."""
        return min((delivery.standing for delivery in self.deliveries.values()), key=_ORDER.index)

    def _seconds_behind(self) -> float | None:
        ages = [
            age for delivery in self.deliveries.values() for age in delivery.ages.oldest_seconds().values()
        ]
        return round(max(ages), 1) if ages else None

    def _lag(self) -> dict[str, int]:
        names = {
            self.catalogue.articles: "articles",
            self.catalogue.coded: "coded",
            self.catalogue.tallies: "tallies",
        }
        lag: dict[str, int] = {}
        for delivery in self.deliveries.values():
            for source, records in delivery.lag().items():
                name = names[source.kafka_topic]
                lag[name] = lag.get(name, 0) + records
        return lag

    def readiness(self) -> Readiness:
        """Whether every role does its part, and if not, why."""
        return Readiness(ready=not (reasons := tuple(self._reasons())), reasons=reasons)

    def _reasons(self) -> Iterable[str]:
        for role, delivery in self.deliveries.items():
            if (standing := delivery.standing) is not Phase.OPEN:
                yield f"{role}: {_told(standing, self.tables.recovery)}"


def _told(standing: Phase, recovery: RecoveryState) -> str:
    if standing is Phase.RECOVERING and recovery.running:
        left, total = recovery.remaining_records, recovery.total_records
        return f"{standing.value}, {left:,} of {total:,} changelog records are left"
    return standing.value
