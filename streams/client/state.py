"""What the service says of itself: how it is, and what its codes mean."""

from dataclasses import dataclass, field

from streams.client.things import Partitions


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last day that have counts."""

    first: str | None = None
    last: str | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """How much is counted in all."""

    stories: int = 0
    events: int = 0
    actors: int = 0


@dataclass(frozen=True, slots=True)
class Rates:
    """Speed over the last minute."""

    articles_per_second: float = 0.0


@dataclass(frozen=True, slots=True)
class Lag:
    """Records that wait in each Kafka topic; None where it is not known."""

    articles: int | None = None
    coded: int | None = None
    tallies: int | None = None

    @property
    def records(self) -> int:
        """All that wait, as far as it is known."""
        return sum(filter(None, (self.articles, self.coded, self.tallies)))


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker, as it tells of itself."""

    url: str | None = None
    role: str | None = None
    phase: str | None = None
    partitions: tuple[int, ...] = ()
    uptime_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Recovery:
    """How much of the tables workers have still to read again."""

    remaining_records: int = 0
    total_records: int = 0


@dataclass(frozen=True, slots=True)
class Status:
    """How the service is."""

    ready: bool
    namespace: str = ""
    partitions: Partitions = field(default_factory=Partitions)
    days: Span = field(default_factory=Span)
    totals: Totals = field(default_factory=Totals)
    rates: Rates = field(default_factory=Rates)
    lag: Lag = field(default_factory=Lag)
    seconds_behind: float | None = None
    dead_letters: int = 0
    workers: tuple[Worker, ...] = ()
    recovery: Recovery | None = None


@dataclass(frozen=True, slots=True)
class ModeMeaning:
    """What a mode of an event type means."""

    mode: str
    meaning: str


@dataclass(frozen=True, slots=True)
class TypeMeaning:
    """What an event type means."""

    type: str
    name: str
    quad: str
    meaning: str
    modes: tuple[ModeMeaning, ...] = ()


@dataclass(frozen=True, slots=True)
class QuadMeaning:
    """What a quad class means."""

    quad: str
    meaning: str


@dataclass(frozen=True, slots=True)
class SectorMeaning:
    """What a sector code means."""

    sector: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Codebook:
    """What the codes of events and actors mean."""

    types: tuple[TypeMeaning, ...]
    quads: tuple[QuadMeaning, ...]
    sectors: tuple[SectorMeaning, ...]
