"""The metrics of one worker, and what is asked for at each scrape."""

import platform
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib.metadata import version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)

from schemas.dead_letter import Reason
from schemas.ledger import Outcome
from schemas.plover import QUAD_OF, EventType
from streams.metrics.families import families
from streams.metrics.scraped import Scraped, ScrapedCounter, ScrapedTogether

_AGENTS = ("code", "ledger", "tally")
_PEER_OUTCOMES = ("answered", "not-held", "timeout", "failed", "cancelled")


@dataclass(frozen=True)
class Metrics:
    """Every metric of a worker; what has not happened yet is there as 0, since rates need a beginning."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        # a series more for each counter and histogram, which nothing asks for: rates find restarts themselves
        disable_created_metrics()  # type: ignore[no-untyped-call]
        for name, metric in families(self.registry).items():
            object.__setattr__(self, name, metric)
        self._begin_closed_sets()

    articles_read: Counter = field(init=False)
    articles_coded: Counter = field(init=False)
    articles_counted: Counter = field(init=False)
    article_age_seconds: Histogram = field(init=False)
    dead_letters: Counter = field(init=False)
    events: Counter = field(init=False)
    event_confidence: Histogram = field(init=False)
    article_coding_seconds: Histogram = field(init=False)
    batch_records: Histogram = field(init=False)
    tallies_sent: Counter = field(init=False)
    tallies_applied: Counter = field(init=False)
    transactions: Counter = field(init=False)
    transaction_seconds: Histogram = field(init=False)
    unknown_fields: Counter = field(init=False)
    pool_in_flight: Gauge = field(init=False)
    pool_processes: Gauge = field(init=False)
    http_requests: Counter = field(init=False)
    http_request_seconds: Histogram = field(init=False)
    http_in_flight: Gauge = field(init=False)
    partial_answers: Counter = field(init=False)
    peer_requests: Counter = field(init=False)
    peer_request_seconds: Histogram = field(init=False)
    cursors_gone: Counter = field(init=False)
    stream_readers: Gauge = field(init=False)
    stream_messages: Counter = field(init=False)
    stream_dropped: Counter = field(init=False)

    # --- what is known to come, at 0 ------------------------------------------------------------------

    def _begin_closed_sets(self) -> None:
        for event_type in EventType:
            self.events.labels(event_type.value, QUAD_OF[event_type].value)
        for reason in Reason:
            self.dead_letters.labels(reason.value)
        for settled in Outcome:
            self.articles_counted.labels(settled.value)
        for agent in _AGENTS:
            self.batch_records.labels(agent)
        for outcome in _PEER_OUTCOMES:
            self.peer_requests.labels(outcome)

    def begin_inputs(self, kafka_topics: Iterable[str]) -> None:
        """Say which Kafka topics this worker reads."""
        for kafka_topic in kafka_topics:
            for metric in (
                self.transactions,
                self.transaction_seconds,
                self.article_age_seconds,
                self.unknown_fields,
            ):
                metric.labels(kafka_topic)

    def begin_routes(self, routes: Iterable[str]) -> None:
        """Say by which templates the API answers."""
        for route in routes:
            self.http_requests.labels(route, "200")
            self.http_request_seconds.labels(route)
            self.partial_answers.labels(route)

    def begin_streams(self, *, kinds: Iterable[str], endings: Iterable[str]) -> None:
        """Say which messages streams send, and why readers are let go."""
        for kind in kinds:
            self.stream_messages.labels(kind)
        for ending in endings:
            self.stream_dropped.labels(ending)

    # --- what happens ---------------------------------------------------------------------------------

    def observe_event(self, event_type: str, confidence: float) -> None:
        """Count an event that was coded."""
        self.events.labels(event_type, QUAD_OF[EventType(event_type)].value).inc()
        self.event_confidence.observe(confidence)

    def observe_transaction(self, kafka_topic: str, seconds: float) -> None:
        """Count a transaction that has committed."""
        self.transactions.labels(kafka_topic).inc()
        self.transaction_seconds.labels(kafka_topic).observe(seconds)

    def observe_age(self, kafka_topic: str, seconds: float) -> None:
        """Tell how old a story was when what was made of it was committed."""
        self.article_age_seconds.labels(kafka_topic).observe(seconds)

    def tell_build(self, *, coder: str) -> None:
        """Say which build this is."""
        info = Gauge(
            "tidings_build_info",
            "Version of Tidings, Python and the coder; always 1",
            ["version", "python", "coder"],
            registry=self.registry,
        )
        info.labels(version("tidings"), platform.python_version(), coder).set(1)

    # --- what is asked for at each scrape -------------------------------------------------------------

    def collect_process(self) -> None:
        """Tell of this process: start, memory, processor, open files, garbage collections."""
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)

    def collect_lag(self, lag: Callable[[], Iterable[tuple[str, int, int]]]) -> None:
        """Ask for (Kafka topic, partition, records) at each scrape."""
        self.registry.register(
            Scraped(
                "tidings_consumer_lag_records",
                "Records between the committed offset and the log's end",
                ("kafka_topic", "partition"),
                lambda: (((topic, str(number)), records) for topic, number, records in lag()),
            )
        )

    def collect_seconds_behind(self, behind: Callable[[], Iterable[tuple[str, float]]]) -> None:
        """Ask at each scrape for (Kafka topic, seconds since the oldest story arrived that still waits)."""
        self.registry.register(
            Scraped(
                "tidings_behind_seconds",
                "Seconds since the oldest story arrived that was fetched and is not committed; 0 without one",
                ("kafka_topic",),
                lambda: (((kafka_topic,), seconds) for kafka_topic, seconds in behind()),
            )
        )

    def collect_phases(
        self, standings: Callable[[], Iterable[tuple[str, str]]], *, phases: Iterable[str]
    ) -> None:
        """Ask for (role, phase) at each scrape; every other one of `phases` is told as 0."""
        known = tuple(phases)
        self.registry.register(
            Scraped(
                "tidings_delivery_phase",
                "1 for the phase that a role of this worker is in, 0 for the others",
                ("role", "phase"),
                lambda: (
                    ((role, phase), float(phase == present))
                    for role, present in standings()
                    for phase in known
                ),
            )
        )

    def collect_tables(self, keys: Callable[[], Iterable[tuple[str, int]]]) -> None:
        """Ask for (table, keys held) at each scrape."""
        self.registry.register(
            Scraped(
                "tidings_table_keys",
                "Keys that this worker holds",
                ("table",),
                lambda: (((table,), count) for table, count in keys()),
            )
        )

    def collect_index(self, sizes: Callable[[], Iterable[tuple[str, int, int]]]) -> None:
        """Ask for (table, keys, bytes) of the query index at each scrape."""
        self.registry.register(
            ScrapedTogether(
                (
                    ("tidings_index_keys", "Keys in the query index of this worker"),
                    ("tidings_index_bytes", "Bytes of memory of the query index"),
                ),
                ("table",),
                lambda: (((table,), (keys, nbytes)) for table, keys, nbytes in sizes()),
            )
        )

    def collect_top_actors(self, top: Callable[[int], Iterable[tuple[str, int]]], *, limit: int) -> None:
        """Ask at each scrape for (actor, articles) of the `limit` most told of; nothing where that is 0."""
        if not limit:
            return
        self.registry.register(
            Scraped(
                "tidings_top_actor_articles",
                "Articles that name the actor, for the most told of actors whose counts this worker holds",
                ("actor",),
                lambda: (((actor,), articles) for actor, articles in list(top(limit))[:limit]),
            )
        )

    def collect_losses(self, lost: Callable[[], Iterable[tuple[str, int]]]) -> None:
        """Ask at each scrape for (Kafka topic, records that were deleted before they were read)."""
        self.registry.register(
            ScrapedCounter(
                "tidings_lost_records",
                "Records that retention deleted before they were read",
                ("kafka_topic",),
                lambda: (((kafka_topic,), records) for kafka_topic, records in lost()),
            )
        )

    def collect_stores(self, faults: Callable[[], Iterable[tuple[str, int]]]) -> None:
        """Ask at each scrape for (fault, stores that were read anew for it)."""
        self.registry.register(
            ScrapedCounter(
                "tidings_stores_read_anew",
                "Stores that were not used as they lay on disk",
                ("fault",),
                lambda: (((fault,), stores) for fault, stores in faults()),
            )
        )

    def collect_recovery(
        self, *, running: Callable[[], bool], remaining: Callable[[], int], seconds: Callable[[], float]
    ) -> None:
        """Ask at each scrape whether tables are recovered, how much is left, how long the last one took."""
        Gauge(
            "tidings_recovering", "1 while tables are being recovered", registry=self.registry
        ).set_function(lambda: float(running()))
        Gauge(
            "tidings_recovery_remaining_records",
            "Changelog records still to be read in recovery",
            registry=self.registry,
        ).set_function(lambda: float(remaining()))
        Gauge(
            "tidings_recovery_seconds",
            "Seconds that the last recovery of tables and query index took",
            registry=self.registry,
        ).set_function(seconds)
