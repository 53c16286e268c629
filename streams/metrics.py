"""What an operator sees in Prometheus: one registry a worker, labels from closed sets."""

import platform
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import version

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

_SECONDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120)
_ANSWER_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
_RECORDS = (1, 2, 5, 10, 20, 50, 100, 200, 500)


@dataclass(frozen=True)
class Metrics:
    """Every metric of a worker."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        for name, metric in _metrics(self.registry).items():
            object.__setattr__(self, name, metric)

    articles_read: Counter = field(init=False)
    articles_coded: Counter = field(init=False)
    articles_counted: Counter = field(init=False)
    dead_letters: Counter = field(init=False)
    events: Counter = field(init=False)
    article_coding_seconds: Histogram = field(init=False)
    batch_records: Histogram = field(init=False)
    tallies_sent: Counter = field(init=False)
    tallies_applied: Counter = field(init=False)
    transactions: Counter = field(init=False)
    unknown_fields: Counter = field(init=False)
    pool_in_flight: Gauge = field(init=False)
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

    def tell_build(self, *, coder: str) -> None:
        """Say which build this is."""
        info = Gauge(
            "tidings_build_info",
            "Version of Tidings, Python and the coder; always 1",
            ["version", "python", "coder"],
            registry=self.registry,
        )
        info.labels(version("tidings"), platform.python_version(), coder).set(1)

    def collect_lag(self, lag: Callable[[], Iterable[tuple[str, int, int]]]) -> None:
        """Ask for (Kafka topic, partition, records) at each scrape."""
        self.registry.register(
            _Scraped(
                "tidings_consumer_lag_records",
                "Records between the committed offset and the log's end",
                ("kafka_topic", "partition"),
                lambda: (((topic, str(number)), records) for topic, number, records in lag()),
            )
        )

    def collect_tables(self, keys: Callable[[], Iterable[tuple[str, int]]]) -> None:
        """Ask for (table, keys held) at each scrape."""
        self.registry.register(
            _Scraped(
                "tidings_table_keys",
                "Keys that this worker holds",
                ("table",),
                lambda: (((table,), count) for table, count in keys()),
            )
        )

    def collect_losses(self, lost: Callable[[], Iterable[tuple[str, int]]]) -> None:
        """Ask at each scrape for (Kafka topic, records that were deleted before they were read)."""
        self.registry.register(
            _Scraped(
                "tidings_lost_records",
                "Records that retention deleted before they were read, since the start",
                ("kafka_topic",),
                lambda: (((kafka_topic,), records) for kafka_topic, records in lost()),
            )
        )

    def collect_stores(self, faults: Callable[[], Iterable[tuple[str, int]]]) -> None:
        """Ask at each scrape for (fault, stores that were read anew for it)."""
        self.registry.register(
            _Scraped(
                "tidings_stores_read_anew",
                "Stores that were not used as they lay on disk, since the start",
                ("fault",),
                lambda: (((fault,), stores) for fault, stores in faults()),
            )
        )

    def collect_recovery(self, *, running: Callable[[], bool], remaining: Callable[[], int]) -> None:
        """Ask at each scrape whether tables are being recovered, and how much is left."""
        Gauge(
            "tidings_recovering", "1 while tables are being recovered", registry=self.registry
        ).set_function(lambda: float(running()))
        Gauge(
            "tidings_recovery_remaining_records",
            "Changelog records still to be read in recovery",
            registry=self.registry,
        ).set_function(lambda: float(remaining()))


class _Scraped(Collector):
    """A gauge whose label sets and values are asked for at each scrape: none outlives what it tells of."""

    def __init__(
        self,
        name: str,
        help_text: str,
        labels: tuple[str, ...],
        rows: Callable[[], Iterable[tuple[tuple[str, ...], int]]],
    ) -> None:
        self._name, self._help, self._labels, self._rows = name, help_text, labels, rows

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One family with a sample a row."""
        family = GaugeMetricFamily(self._name, self._help, labels=self._labels)
        for labels, value in self._rows():
            family.add_metric(labels, value)
        yield family


def _metrics(registry: CollectorRegistry) -> dict[str, Counter | Gauge | Histogram]:
    def counter(name: str, text: str, *labels: str) -> Counter:
        return Counter(f"tidings_{name}", text, labels, registry=registry)

    return {
        "articles_read": counter("articles_read", "Records read from the articles topic"),
        "articles_coded": counter("articles_coded", "Articles coded and sent on"),
        "articles_counted": counter(
            "articles_counted", "Coded articles by what the ledger made of them", "outcome"
        ),
        "dead_letters": counter("dead_letters", "Records set aside, by reason", "reason"),
        "events": counter("events", "Events coded, by PLOVER type", "type"),
        "article_coding_seconds": Histogram(
            "tidings_article_coding_seconds",
            "Seconds that a process spent on one article",
            buckets=_SECONDS,
            registry=registry,
        ),
        "batch_records": Histogram(
            "tidings_batch_records",
            "Records in a batch, by agent",
            ["agent"],
            buckets=_RECORDS,
            registry=registry,
        ),
        "tallies_sent": counter("tallies_sent", "Tallies sent by the ledger"),
        "tallies_applied": counter("tallies_applied", "Tallies that changed a table"),
        "transactions": counter(
            "transactions", "Transactions committed, by the Kafka topic that they advance in", "kafka_topic"
        ),
        "unknown_fields": counter(
            "unknown_fields", "Fields of no known meaning in what was read", "kafka_topic"
        ),
        "pool_in_flight": Gauge(
            "tidings_pool_in_flight", "Articles that wait for or are in a coding process", registry=registry
        ),
        **_web_metrics(registry),
    }


def _web_metrics(registry: CollectorRegistry) -> dict[str, Counter | Gauge | Histogram]:
    def counter(name: str, text: str, *labels: str) -> Counter:
        return Counter(f"tidings_{name}", text, labels, registry=registry)

    return {
        "http_requests": counter(
            "http_requests", "HTTP requests answered, by route template and status", "route", "status"
        ),
        "http_request_seconds": Histogram(
            "tidings_http_request_seconds",
            "Seconds until a request was answered, streams left out",
            ["route"],
            buckets=_ANSWER_SECONDS,
            registry=registry,
        ),
        "http_in_flight": Gauge(
            "tidings_http_in_flight", "HTTP requests being answered, streams left out", registry=registry
        ),
        "partial_answers": counter("partial_answers", "Answers that lack partitions, by route", "route"),
        "peer_requests": counter("peer_requests", "Questions to other workers, by outcome", "outcome"),
        "peer_request_seconds": Histogram(
            "tidings_peer_request_seconds",
            "Seconds until another worker answered",
            buckets=_ANSWER_SECONDS,
            registry=registry,
        ),
        "cursors_gone": counter("cursors_gone", "Pages asked for whose frozen list was gone"),
        "stream_readers": Gauge("tidings_stream_readers", "Open event streams", registry=registry),
        "stream_messages": counter("stream_messages", "Messages put to stream readers, by kind", "kind"),
        "stream_dropped": counter("stream_dropped", "Stream readers let go, by reason", "reason"),
    }
