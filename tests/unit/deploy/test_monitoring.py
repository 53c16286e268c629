"""Alerts and dashboards ask for metrics that exist, and every alert has its page."""

import json
import re

import pytest
import yaml

BUILT_IN = {"up"}


@pytest.fixture
def rules(root):
    document = yaml.safe_load((root / "ops/prometheus/tidings.rules.yml").read_text("utf-8"))
    return [rule for group in document["groups"] for rule in group["rules"]]


@pytest.fixture
def dashboard(root):
    return json.loads((root / "ops/grafana/dashboards/tidings.json").read_text("utf-8"))


def _metrics_in(expression):
    without_strings = re.sub(r'"[^"]*"', "", expression)
    return set(re.findall(r"\btidings_\w+", without_strings))


def _balanced(expression):
    return all(expression.count(left) == expression.count(right) for left, right in ("()", "[]", "{}"))


def test_rules_are_whole(rules):
    """An alert says how bad it is, what happened, and where to read on."""
    assert len({rule["alert"] for rule in rules}) == len(rules) >= 4
    for rule in rules:
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert {"summary", "runbook"} <= rule["annotations"].keys()
        assert _balanced(rule["expr"]), rule["alert"]


def test_rules_name_metrics_that_exist(rules, metric_names):
    """An alert on a metric that nobody exposes never fires."""
    for rule in rules:
        named = _metrics_in(rule["expr"])
        assert named or BUILT_IN & set(re.findall(r"\w+", rule["expr"])), rule["alert"]
        assert named <= metric_names, rule["alert"]


def test_every_alert_has_a_section_in_the_runbook(root, rules):
    """Whoever is woken finds what to do under the alert's name."""
    headings = re.findall(r"^### (\w+)$", (root / "docs/operations.md").read_text("utf-8"), re.MULTILINE)
    assert {rule["alert"] for rule in rules} <= set(headings)
    for rule in rules:
        assert rule["annotations"]["runbook"] == f"docs/operations.md#{rule['alert'].lower()}"


def test_every_metric_is_explained(root, metric_names):
    """docs/operations.md says what each metric means, and names none that is gone."""
    page = (root / "docs/operations.md").read_text("utf-8")
    named = set(re.findall(r"`(tidings_\w+)", page))
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in metric_names}
    assert named == families


def test_prometheus_reads_the_rules(root):
    """The configuration names the rules beside it."""
    config = yaml.safe_load((root / "ops/prometheus/prometheus.yml").read_text("utf-8"))
    assert [name for name in config["rule_files"] if not (root / "ops/prometheus" / name).exists()] == []


def test_panels_name_metrics_that_exist(dashboard, metric_names):
    """A panel on a metric that nobody exposes stays empty for ever."""
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            named = _metrics_in(target["expr"])
            assert named, panel["title"]
            assert named <= metric_names, panel["title"]
            assert _balanced(target["expr"]), panel["title"]


def test_every_metric_is_on_the_dashboard(dashboard, metric_names):
    """What is measured can be seen."""
    shown = {
        name for panel in dashboard["panels"] for t in panel["targets"] for name in _metrics_in(t["expr"])
    }
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in metric_names}
    assert families == {re.sub(r"_(bucket|sum|count)$", "", name) for name in shown}


def test_panels_lie_side_by_side(dashboard):
    """No panel covers another."""
    cells = [
        (x, y)
        for panel in dashboard["panels"]
        for grid in [panel["gridPos"]]
        for x in range(grid["x"], grid["x"] + grid["w"])
        for y in range(grid["y"], grid["y"] + grid["h"])
    ]
    assert len(cells) == len(set(cells))
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


def test_panels_ask_the_provisioned_source(root, dashboard):
    """The dashboard's source is the one that Grafana is given."""
    provisioned = yaml.safe_load(
        (root / "ops/grafana/provisioning/datasources/prometheus.yml").read_text("utf-8")
    )
    (source,) = provisioned["datasources"]
    assert {panel["datasource"]["uid"] for panel in dashboard["panels"]} == {source["uid"]}


def test_grafana_is_given_the_dashboards(root, compose):
    """The folder that the provider reads is the one that the dashboards are mounted at."""
    provider = yaml.safe_load((root / "ops/grafana/provisioning/dashboards/tidings.yml").read_text("utf-8"))
    mounts = dict(volume.split(":")[:2] for volume in compose["services"]["grafana"]["volumes"])
    assert mounts["./ops/grafana/dashboards"] == provider["providers"][0]["options"]["path"]
