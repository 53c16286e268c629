"""What an operator sees in Prometheus."""

from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from streams.metrics import Metrics

PROMISED = {
    "tidings_articles_read_total": set(),
    "tidings_articles_coded_total": set(),
    "tidings_articles_counted_total": {"outcome"},
    "tidings_dead_letters_total": {"reason"},
    "tidings_events_total": {"type"},
    "tidings_article_coding_seconds_count": set(),
    "tidings_batch_records_count": {"agent"},
    "tidings_consumer_lag_records": {"kafka_topic", "partition"},
    "tidings_tallies_sent_total": set(),
    "tidings_tallies_applied_total": set(),
    "tidings_transactions_total": {"kafka_topic"},
    "tidings_lost_records": {"kafka_topic"},
    "tidings_stores_read_anew": {"fault"},
    "tidings_table_keys": {"table"},
    "tidings_recovery_remaining_records": set(),
    "tidings_recovering": set(),
    "tidings_pool_in_flight": set(),
    "tidings_unknown_fields_total": {"kafka_topic"},
    "tidings_build_info": {"version", "python", "coder"},
}


def samples(metrics: Metrics) -> dict[str, list[tuple[dict[str, str], float]]]:
    """Every sample as Prometheus reads it, by name; bounds of buckets and times of creation left out."""
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in text_string_to_metric_families(generate_latest(metrics.registry).decode()):
        for one in family.samples:
            if not one.name.endswith(("_created", "_bucket", "_sum")):
                found.setdefault(one.name, []).append((dict(one.labels), one.value))
    return found


def used() -> Metrics:
    """Metrics each of which has told something."""
    metrics = Metrics()
    metrics.tell_build(coder="rules-1")
    metrics.collect_lag(lambda: [("tidings.coded.v1", 0, 7), ("tidings.coded.v1", 1, 0)])
    metrics.collect_tables(lambda: [("actors", 3)])
    metrics.collect_recovery(running=lambda: True, remaining=lambda: 12)
    metrics.collect_losses(lambda: [("tidings.articles.v1", 3)])
    metrics.collect_stores(lambda: [("corrupt", 1), ("discarded", 0)])
    metrics.transactions.labels("tidings.coded.v1").inc()
    metrics.articles_counted.labels("counted").inc()
    metrics.dead_letters.labels("not-json").inc()
    metrics.events.labels("ASSAULT").inc()
    metrics.batch_records.labels("tally").observe(50)
    metrics.unknown_fields.labels("tidings.articles.v1").inc()
    return metrics


def test_the_metrics_are_those_that_dashboards_and_alerts_name() -> None:
    """Names and labels are exactly the promised ones: a renamed metric would silence an alert."""
    found = samples(used())
    assert {name: set(rows[0][0]) for name, rows in found.items()} == PROMISED


def test_lag_and_tables_are_asked_at_each_scrape() -> None:
    """A partition that has gone to another worker is gone from the next scrape."""
    metrics, held = Metrics(), [("coded", 0, 7), ("coded", 1, 5)]
    metrics.collect_lag(lambda: held)
    assert [labels["partition"] for labels, _ in samples(metrics)["tidings_consumer_lag_records"]] == [
        "0",
        "1",
    ]
    del held[0]
    assert samples(metrics)["tidings_consumer_lag_records"] == [
        ({"kafka_topic": "coded", "partition": "1"}, 5)
    ]
    held.clear()
    assert "tidings_consumer_lag_records" not in samples(metrics)


def test_recovery_is_told_as_it_is_now() -> None:
    """The gauges of recovery follow it."""
    found = samples(used())
    assert found["tidings_recovering"] == [({}, 1)]
    assert found["tidings_recovery_remaining_records"] == [({}, 12)]


def test_two_workers_in_one_process_do_not_meet() -> None:
    """Two sets of metrics live side by side, each with counts of its own."""
    one, other = used(), used()
    one.articles_read.inc(5)
    assert samples(one)["tidings_articles_read_total"] == [({}, 5)]
    assert samples(other)["tidings_articles_read_total"] == [({}, 0)]


def test_the_build_says_its_version() -> None:
    """The info metric is 1, with the versions of service, Python and coder."""
    ((labels, value),) = samples(used())["tidings_build_info"]
    assert value == 1
    assert labels["coder"] == "rules-1"
    assert labels["version"]
    assert labels["python"].startswith("3.")
