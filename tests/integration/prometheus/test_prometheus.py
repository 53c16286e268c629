"""What a real Prometheus makes of a worker, by the rules and by the expressions of the dashboards."""

import subprocess
from collections import Counter

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from scraping import PROMTOOL, TOP_ACTORS, Watched, eventually, panels, rules, variables

pytestmark = pytest.mark.kafka

MOST_SERIES = 2000
MOST_OF_A_METRIC = 100
"""Series of one metric, buckets of histograms not counted: the API has so many routes with statuses."""

MAY_BE_EMPTY = {
    "pipeline: annotation Alerts": "nothing fires",
    "coding: annotation Alerts": "nothing fires",
    "tables: annotation Alerts": "nothing fires",
    "pipeline: annotation Restarts": "the worker was started once",
    "coding: annotation Restarts": "the worker was started once",
    "tables: annotation Restarts": "the worker was started once",
}
"""Expressions that give nothing while all is well, and why."""

ASKS_PEERS = "peer_"
"""One worker asks nobody, so that shares and quantiles of its questions are no number."""


@pytest.mark.parametrize("name", rules())
def test_every_rule_has_data(name: str, watched: Watched) -> None:
    """What a rule records, and what an alert holds to its threshold, is there on a worker that works."""
    expression = rules()[name]
    assert watched.prometheus.data_of(expression, or_nan=ASKS_PEERS in expression), expression


@pytest.mark.parametrize("name", [name for name in panels() if name not in MAY_BE_EMPTY])
def test_every_panel_has_data(name: str, watched: Watched) -> None:
    """No panel is empty on a worker that has counted something and was asked something."""
    expression = panels()[name]
    assert watched.prometheus.data_of(expression, or_nan=ASKS_PEERS in expression), expression


@pytest.mark.parametrize("name", MAY_BE_EMPTY)
def test_what_may_be_empty_is_understood(name: str, watched: Watched) -> None:
    """An expression that gives nothing while all is well is still one that Prometheus takes."""
    watched.prometheus.samples(panels()[name])


@pytest.mark.parametrize("name", variables())
def test_every_choice_has_values(name: str, watched: Watched) -> None:
    """Whoever opens a dashboard finds a service, its workers and its routes to choose from."""
    assert watched.prometheus.data_of(variables()[name])


def test_every_rule_is_well(watched: Watched) -> None:
    """Prometheus evaluates each rule without a fault."""

    def health() -> dict[str, str]:
        groups = watched.prometheus.get("rules")["groups"]
        return {rule["name"]: rule["health"] for group in groups for rule in group["rules"]}

    assert eventually(lambda: "unknown" not in health().values())
    assert health() == dict.fromkeys(rules(), "ok")


def test_nothing_fires_while_all_is_well(watched: Watched) -> None:
    """A worker that has counted what there was, and answers, wakes nobody."""
    alerts = watched.prometheus.get("alerts")["alerts"]
    assert [alert["labels"] for alert in alerts if alert["state"] == "firing"] == []


def test_counted_is_what_was_replayed(watched: Watched) -> None:
    """What Prometheus adds up over the replay is what the worker has counted."""
    served = {
        sample.labels["outcome"]: sample.value
        for family in text_string_to_metric_families(watched.served())
        for sample in family.samples
        if sample.name == "tidings_articles_counted_total"
    }
    assert served["counted"] > 10
    assert eventually(
        lambda: (
            watched.prometheus.samples('tidings_articles_counted_total{outcome="counted"}')[0][1]
            == served["counted"]
        )
    )


def test_stories_have_ages_at_every_step(watched: Watched) -> None:
    """Each story is told once when it is coded, once in the ledger, and once in the tables."""
    counts = {
        labels["kafka_topic"].split(".")[1]: count
        for labels, count in watched.prometheus.samples("tidings_article_age_seconds_count")
    }
    assert counts["articles"] == counts["coded"] > 10
    assert 0 < counts["tallies"] <= counts["coded"]
    assert watched.prometheus.data_of("max(tidings_behind_seconds)") == [0]


def test_promtool_finds_nothing_to_mend(watched: Watched) -> None:
    """What a worker serves is as Prometheus wants it: names, units, help texts."""
    told = subprocess.run(
        [str(PROMTOOL), "check", "metrics"],
        input=watched.served(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")


def test_series_are_few_and_stay_so(watched: Watched) -> None:
    """Labels are from closed sets: whatever is asked for, however often, adds no series."""

    def series() -> Counter[str]:
        families = text_string_to_metric_families(watched.served())
        samples = [sample for family in families for sample in family.samples]
        return Counter(sample.name for sample in samples)

    before = series()
    with httpx.Client(base_url=watched.url, timeout=10) as client:
        for number in range(20):
            client.get(f"/v1/actors/nobody-{number}")
            client.get(f"/no/such/path/{number}")
            client.get(f"/v1/actors?nonsense-{number}=1")
    between = series()
    with httpx.Client(base_url=watched.url, timeout=10) as client:
        for number in range(20, 60):
            client.get(f"/v1/actors/nobody-{number}")
            client.get(f"/no/such/path/{number}")
            client.get(f"/v1/actors?nonsense-{number}=1")
    assert series() == between
    assert between.total() - before.total() < 60
    assert between.total() < MOST_SERIES
    assert {name: n for name, n in between.items() if n > MOST_OF_A_METRIC and "_bucket" not in name} == {}


def test_actors_are_exported_as_many_as_asked_for(watched: Watched) -> None:
    """With TIDINGS_EXPORT_TOP_ACTORS the most told of actors have series: those that the API names first."""

    def exported() -> list[tuple[str, int]]:
        samples = watched.prometheus.samples("sort_desc(tidings_top_actor_articles)")
        return [(labels["actor"], int(value)) for labels, value in samples]

    top = httpx.get(f"{watched.url}/v1/actors", params={"limit": TOP_ACTORS}, timeout=10).json()["items"]
    told = sorted((-item["counters"]["articles"], item["key"]) for item in top)
    eventually(lambda: sorted((-n, actor) for actor, n in exported()) == told, within_seconds=40)
    assert sorted((-n, actor) for actor, n in exported()) == told
    assert len(told) == TOP_ACTORS
