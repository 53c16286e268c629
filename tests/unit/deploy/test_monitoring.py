"""Rules ask for metrics that exist, every alert has its page, and every metric its line."""

import re
import shutil
import subprocess

import pytest
import yaml
from promql import series_in

PROMTOOL = shutil.which("promtool")
needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed")


@pytest.fixture(scope="session")
def alerts(rules):
    return [rule for rule in rules if "alert" in rule]


def promtool(root, *arguments):
    """What it prints, where it finds fault."""
    done = subprocess.run(
        [str(PROMTOOL), *arguments], cwd=root / "ops/prometheus", capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_alerts_are_whole(alerts):
    """An alert says how bad it is, what happened, and where to read on."""
    assert len({rule["alert"] for rule in alerts}) == len(alerts)
    for rule in alerts:
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert {"summary", "runbook"} <= rule["annotations"].keys()


def test_recorded_series_say_what_they_are(rules):
    """Level, metric and operation, as Prometheus names recorded series."""
    for rule in rules:
        if "record" in rule:
            assert re.fullmatch(r"job[a-z_]*:tidings_[a-z_]+:[a-z0-9_]+", rule["record"])


def test_expressions_are_read_rightly():
    """What the tests below take for the series of an expression."""
    told = (
        'sum by (job) (rate(a_b{x="c d"}[5m])) / on (job) q:a:r5m > 2e9 and max(z{y=~"w|v"} or vector(0)) > 1'
    )
    assert series_in(told) == {"a_b", "q:a:r5m", "z"}


def test_rules_name_series_that_exist(rules, series):
    """An alert on a metric that nobody exposes never fires."""
    for rule in rules:
        named = series_in(rule["expr"])
        assert named, rule
        assert named <= series, rule


def test_every_alert_has_a_section_in_the_runbook(root, alerts):
    """Whoever is woken finds what to do under the alert's name, and no section tells of one that is gone."""
    page = (root / "docs/operations.md").read_text("utf-8")
    headings = re.findall(r"^### (Tidings\w+)$", page, re.MULTILINE)
    assert sorted(rule["alert"] for rule in alerts) == sorted(headings)
    for rule in alerts:
        assert rule["annotations"]["runbook"] == f"docs/operations.md#{rule['alert'].lower()}"


def test_every_alert_is_tried(root, alerts):
    """Each alert has a test in which it fires, and series beside it on which it does not."""
    tests = yaml.safe_load((root / "ops/prometheus/tests/alerts.test.yml").read_text("utf-8"))["tests"]
    tried = [case for test in tests for case in test["alert_rule_test"]]
    assert sorted(case["alertname"] for case in tried) == sorted(rule["alert"] for rule in alerts)
    assert all(len(case["exp_alerts"]) == 1 for case in tried)
    assert all(len(test["input_series"]) > 1 for test in tests)


@needs_promtool
def test_prometheus_takes_the_configuration(root):
    """Configuration and rules are valid to Prometheus itself."""
    assert promtool(root, "check", "config", "prometheus.yml") == ""


@needs_promtool
@pytest.mark.parametrize("name", ["alerts", "recording"])
def test_rules_do_what_they_are_for(root, name):
    """Alerts fire on what they are for and on nothing else; recorded series come to what they should."""
    assert promtool(root, "test", "rules", f"tests/{name}.test.yml") == ""


def test_prometheus_reads_every_file_of_rules(root):
    """The configuration names the rules beside it, all of them."""
    config = yaml.safe_load((root / "ops/prometheus/prometheus.yml").read_text("utf-8"))
    assert sorted(config["rule_files"]) == sorted(p.name for p in root.glob("ops/prometheus/*.rules.yml"))


def test_every_metric_is_explained(root, metric_names):
    """docs/operations.md says what each metric means, and names none that is gone."""
    page = (root / "docs/operations.md").read_text("utf-8")
    named = {re.sub(r"_(bucket|sum|count)$", "", name) for name in re.findall(r"`(tidings_\w+)", page)}
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in metric_names}
    assert named == {name for name in families if name.startswith("tidings_")}
