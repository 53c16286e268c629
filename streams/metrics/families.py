"""Every metric that the worker itself moves: names, units, help and labels."""

from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_CODING_SECONDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120)
_ANSWER_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
_TRANSACTION_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)
_AGE_SECONDS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 14400)
_RECORDS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_CONFIDENCE = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1)

Metric = Counter | Gauge | Histogram


@dataclass(frozen=True)
class _Maker:
    registry: CollectorRegistry

    def counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"tidings_{name}", text, labels, registry=self.registry)

    def gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"tidings_{name}", text, labels, registry=self.registry)

    def histogram(self, name: str, text: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(f"tidings_{name}", text, labels, buckets=buckets, registry=self.registry)


def families(registry: CollectorRegistry) -> dict[str, Metric]:
    """Every metric, registered, by its name on `Metrics`."""
    make = _Maker(registry)
    return {**_pipeline(make), **_coding(make), **_web(make)}


def _pipeline(make: _Maker) -> dict[str, Metric]:
    return {
        "articles_read": make.counter("articles_read", "Records read from the articles topic"),
        "articles_coded": make.counter("articles_coded", "Articles coded and sent on"),
        "articles_counted": make.counter(
            "articles_counted", "Coded articles by what the ledger made of them", "outcome"
        ),
        "article_age_seconds": make.histogram(
            "article_age_seconds",
            "Seconds from a story's arrival on Kafka to the commit of what was made of it, by the topic read",
            _AGE_SECONDS,
            "kafka_topic",
        ),
        "dead_letters": make.counter("dead_letters", "Records set aside, by reason", "reason"),
        "batch_records": make.histogram("batch_records", "Records in a batch, by agent", _RECORDS, "agent"),
        "tallies_sent": make.counter("tallies_sent", "Tallies sent by the ledger"),
        "tallies_applied": make.counter("tallies_applied", "Tallies that changed a table"),
        "transactions": make.counter(
            "transactions", "Transactions committed, by the Kafka topic that they advance in", "kafka_topic"
        ),
        "transaction_seconds": make.histogram(
            "transaction_seconds",
            "Seconds from a transaction's begin to its commit, by the Kafka topic that it advances in",
            _TRANSACTION_SECONDS,
            "kafka_topic",
        ),
        "unknown_fields": make.counter(
            "unknown_fields", "Fields of no known meaning in what was read", "kafka_topic"
        ),
    }


def _coding(make: _Maker) -> dict[str, Metric]:
    return {
        "events": make.counter("events", "Events coded, by PLOVER type and its quad class", "type", "quad"),
        "event_confidence": make.histogram(
            "event_confidence_ratio", "How certain the coder is of each event, 0 to 1", _CONFIDENCE
        ),
        "article_coding_seconds": make.histogram(
            "article_coding_seconds", "Seconds that a process spent on one article", _CODING_SECONDS
        ),
        "pool_in_flight": make.gauge("pool_in_flight", "Articles that wait for or are in a coding process"),
        "pool_processes": make.gauge("pool_processes", "Processes that code articles"),
    }


def _web(make: _Maker) -> dict[str, Metric]:
    return {
        "http_requests": make.counter(
            "http_requests", "HTTP requests answered, by route template and status", "route", "status"
        ),
        "http_request_seconds": make.histogram(
            "http_request_seconds",
            "Seconds until a request was answered, streams left out",
            _ANSWER_SECONDS,
            "route",
        ),
        "http_in_flight": make.gauge("http_in_flight", "HTTP requests being answered, streams left out"),
        "partial_answers": make.counter("partial_answers", "Answers that lack partitions, by route", "route"),
        "peer_requests": make.counter("peer_requests", "Questions to other workers, by outcome", "outcome"),
        "peer_request_seconds": make.histogram(
            "peer_request_seconds", "Seconds until another worker answered", _ANSWER_SECONDS
        ),
        "cursors_gone": make.counter("cursors_gone", "Pages asked for whose frozen list was gone"),
        "stream_readers": make.gauge("stream_readers", "Open event streams"),
        "stream_messages": make.counter("stream_messages", "Messages put to stream readers, by kind", "kind"),
        "stream_dropped": make.counter("stream_dropped", "Stream readers let go, by reason", "reason"),
    }
