"""What an operator sees in Prometheus."""

import shutil
import subprocess

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from schemas.dead_letter import Reason
from schemas.plover import EventType
from streams.metrics import Metrics

PROMTOOL = shutil.which("promtool")
PROMISED = {
    "tidings_articles_read_total": set(),
    "tidings_articles_coded_total": set(),
    "tidings_articles_counted_total": {"outcome"},
    "tidings_article_age_seconds_count": {"kafka_topic"},
    "tidings_behind_seconds": {"kafka_topic"},
    "tidings_dead_letters_total": {"reason"},
    "tidings_events_total": {"type", "quad"},
    "tidings_event_confidence_ratio_count": set(),
    "tidings_article_coding_seconds_count": set(),
    "tidings_batch_records_count": {"agent"},
    "tidings_consumer_lag_records": {"kafka_topic", "partition"},
    "tidings_tallies_sent_total": set(),
    "tidings_tallies_applied_total": set(),
    "tidings_transactions_total": {"kafka_topic"},
    "tidings_transaction_seconds_count": {"kafka_topic"},
    "tidings_delivery_phase": {"role", "phase"},
    "tidings_lost_records_total": {"kafka_topic"},
    "tidings_stores_read_anew_total": {"fault"},
    "tidings_table_keys": {"table"},
    "tidings_index_keys": {"table"},
    "tidings_index_bytes": {"table"},
    "tidings_top_actor_articles": {"actor"},
    "tidings_recovery_remaining_records": set(),
    "tidings_recovering": set(),
    "tidings_recovery_seconds": set(),
    "tidings_pool_in_flight": set(),
    "tidings_pool_processes": set(),
    "tidings_unknown_fields_total": {"kafka_topic"},
    "tidings_http_requests_total": {"route", "status"},
    "tidings_http_request_seconds_count": {"route"},
    "tidings_http_in_flight": set(),
    "tidings_partial_answers_total": {"route"},
    "tidings_peer_requests_total": {"outcome"},
    "tidings_peer_request_seconds_count": set(),
    "tidings_cursors_gone_total": set(),
    "tidings_stream_readers": set(),
    "tidings_stream_messages_total": {"kind"},
    "tidings_stream_dropped_total": {"reason"},
    "tidings_build_info": {"version", "python", "coder"},
}


def samples(metrics: Metrics) -> dict[str, list[tuple[dict[str, str], float]]]:
    """Every sample as Prometheus reads it, by name; bounds of buckets left out."""
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in text_string_to_metric_families(generate_latest(metrics.registry).decode()):
        for one in family.samples:
            if not one.name.endswith(("_bucket", "_sum")):
                found.setdefault(one.name, []).append((dict(one.labels), one.value))
    return found


def used() -> Metrics:
    """Metrics each of which has told something."""
    metrics = Metrics()
    metrics.tell_build(coder="rules-1")
    metrics.collect_lag(lambda: [("tidings.coded.v1", 0, 7), ("tidings.coded.v1", 1, 0)])
    metrics.collect_tables(lambda: [("actors", 3)])
    metrics.collect_recovery(running=lambda: True, remaining=lambda: 12, seconds=lambda: 3.5)
    metrics.collect_losses(lambda: [("tidings.articles.v1", 3)])
    metrics.collect_stores(lambda: [("corrupt", 1), ("discarded", 0)])
    metrics.collect_seconds_behind(lambda: [("tidings.coded.v1", 0.5)])
    metrics.collect_phases(lambda: [("count", "open")], phases=("open", "closed"))
    metrics.collect_index(lambda: [("actors", 3, 1024)])
    metrics.collect_top_actors(lambda limit: [("country:USA", 9), ("country:RUS", 7)], limit=1)
    metrics.begin_inputs(["tidings.articles.v1"])
    metrics.begin_routes(["/v1/actors"])
    metrics.begin_streams(kinds=["event"], endings=["slow"])
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


def test_what_has_not_happened_yet_is_there_as_zero() -> None:
    """A rate sees the first event of a type and the first dead letter of a reason: both begin at 0."""
    found = samples(Metrics())
    assert {labels["type"] for labels, _ in found["tidings_events_total"]} == {*EventType}
    assert {labels["reason"] for labels, _ in found["tidings_dead_letters_total"]} == {*Reason}
    assert {value for _, value in found["tidings_events_total"] + found["tidings_dead_letters_total"]} == {0}


def test_an_event_is_counted_with_its_quad_class() -> None:
    """The quad class follows from the type, so that it adds no series."""
    metrics = Metrics()
    metrics.observe_event("AID", 0.8)
    counted = [labels for labels, value in samples(metrics)["tidings_events_total"] if value]
    assert counted == [{"type": "AID", "quad": "material-cooperation"}]
    assert samples(metrics)["tidings_event_confidence_ratio_count"] == [({}, 1)]


def test_the_phase_is_one_of_all() -> None:
    """Exactly one phase of a role is 1, so that a sum over it counts workers."""
    assert samples(used())["tidings_delivery_phase"] == [
        ({"role": "count", "phase": "open"}, 1),
        ({"role": "count", "phase": "closed"}, 0),
    ]


def test_the_index_is_asked_once_a_scrape() -> None:
    """To add up its bytes is work: keys and bytes come from one answer."""
    metrics, asked = Metrics(), []
    metrics.collect_index(lambda: asked.append("sizes") or [("actors", 3, 1024), ("stories", 2, 99)])
    found = samples(metrics)
    assert asked == ["sizes"]
    assert found["tidings_index_keys"] == [({"table": "actors"}, 3), ({"table": "stories"}, 2)]
    assert found["tidings_index_bytes"] == [({"table": "actors"}, 1024), ({"table": "stories"}, 99)]


def test_actors_are_exported_only_where_asked_for_and_never_more() -> None:
    """The one label of an open set is off by default, and holds to its limit whatever it is given."""
    metrics = Metrics()
    metrics.collect_top_actors(lambda limit: pytest.fail("asked although it is off"), limit=0)
    assert "tidings_top_actor_articles" not in samples(metrics)
    assert samples(used())["tidings_top_actor_articles"] == [({"actor": "country:USA"}, 9)]


def test_the_process_tells_when_it_began() -> None:
    """Restarts are seen by the time of the start, which every worker tells."""
    metrics = Metrics()
    metrics.collect_process()
    found = samples(metrics)
    assert found["process_start_time_seconds"][0][1] > 0
    assert {"process_resident_memory_bytes", "process_cpu_seconds_total"} <= found.keys()


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed")
def test_promtool_finds_nothing_to_mend() -> None:
    """Names, units and help texts are as Prometheus wants them."""
    metrics = used()
    metrics.collect_process()
    served = generate_latest(metrics.registry)
    told = subprocess.run([str(PROMTOOL), "check", "metrics"], input=served, capture_output=True, check=False)
    assert (told.returncode, told.stdout, told.stderr) == (0, b"", b"")
