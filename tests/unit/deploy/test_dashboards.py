"""Dashboards ask for series that exist, and say what they show, in which unit."""

import re

import yaml
from promql import series_in


def panels_of(dashboard):
    """Every panel that shows something."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def expressions_of(dashboard):
    """Every expression of panels and annotations."""
    targets = [target for panel in panels_of(dashboard) for target in panel["targets"]]
    return [asks["expr"] for asks in (*targets, *dashboard["annotations"]["list"])]


def shown_by(dashboards):
    """Every series that some panel asks for."""
    return {
        name for board in dashboards.values() for expr in expressions_of(board) for name in series_in(expr)
    }


def family_of(name):
    """A histogram is one metric."""
    return re.sub(r"_(bucket|sum|count)$", "", name)


def test_there_are_three(dashboards):
    """Pipeline, coding, tables: each with an address and a title of its own."""
    assert set(dashboards) == {"pipeline.json", "coding.json", "tables.json"}
    for name, dashboard in dashboards.items():
        assert dashboard["uid"] == f"tidings-{name.removesuffix('.json')}"
        assert dashboard["title"].startswith("Tidings: ")
        assert dashboard["description"]


def test_expressions_name_series_that_exist(dashboards, series):
    """A panel on a series that nobody exposes stays empty for ever."""
    for dashboard in dashboards.values():
        for expression in expressions_of(dashboard):
            named = series_in(expression)
            assert named, expression
            assert named <= series, expression


def test_every_metric_is_on_a_dashboard(dashboards, rules, metric_names):
    """What is measured can be seen, as it is or as it is recorded."""
    recorded = {rule["record"]: series_in(rule["expr"]) for rule in rules if "record" in rule}
    shown = {
        name for board in dashboards.values() for expr in expressions_of(board) for name in series_in(expr)
    }
    raw = shown.union(*(recorded[name] for name in shown & recorded.keys()))
    families = {
        re.sub(r"_(bucket|sum|count)$", "", name) for name in metric_names if name.startswith("tidings")
    }
    assert families <= {re.sub(r"_(bucket|sum|count)$", "", name) for name in raw}


def test_every_recorded_series_is_asked_for(dashboards, rules):
    """What nobody looks at is not recorded."""
    asked = {
        name for board in dashboards.values() for expr in expressions_of(board) for name in series_in(expr)
    }
    asked |= {name for rule in rules if "alert" in rule for name in series_in(rule["expr"])}
    assert {rule["record"] for rule in rules if "record" in rule} <= asked


def test_panels_say_what_they_show(dashboards):
    """Each has a title of its own on its dashboard, a sentence, and a unit."""
    for dashboard in dashboards.values():
        panels = panels_of(dashboard)
        assert len({panel["title"] for panel in panels}) == len(panels)
        for panel in panels:
            assert panel["description"].endswith("."), panel["title"]
            assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]


def test_series_have_names(dashboards):
    """Where a panel draws several series, its legend tells them apart by words or labels."""
    for dashboard in dashboards.values():
        for panel in panels_of(dashboard):
            if panel["type"] == "timeseries":
                names = [target["legendFormat"] for target in panel["targets"]]
                assert "__auto" not in names, panel["title"]
                assert len(set(names)) == len(names), panel["title"]


def test_panels_lie_side_by_side(dashboards):
    """No panel covers another, and none sticks out."""
    for dashboard in dashboards.values():
        cells = [
            (x, y)
            for panel in dashboard["panels"]
            for grid in [panel["gridPos"]]
            for x in range(grid["x"], grid["x"] + grid["w"])
            for y in range(grid["y"], grid["y"] + grid["h"])
        ]
        assert len(cells) == len(set(cells))
        assert max(x for x, _ in cells) < 24
        assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


def test_variables_are_defined_and_used(dashboards):
    """Whoever picks a service or a worker sees its panels alone."""
    for dashboard in dashboards.values():
        defined = {variable["name"] for variable in dashboard["templating"]["list"]}
        used = {name for expr in expressions_of(dashboard) for name in re.findall(r"\$(\w+)", expr)}
        assert {"job", "instance"} <= defined == used
        for panel in panels_of(dashboard):
            for target in panel["targets"]:
                assert "$job" in target["expr"], panel["title"]


def test_dashboards_link_to_each_other(dashboards):
    """From each one gets to the others, with the same service, workers and time."""
    for dashboard in dashboards.values():
        (link,) = dashboard["links"]
        assert (link["type"], link["includeVars"], link["keepTime"]) == ("dashboards", True, True)
        assert set(link["tags"]) <= set(dashboard["tags"])


def test_panels_ask_the_provisioned_source(root, dashboards):
    """Their source is the one that Grafana is given."""
    provisioned = yaml.safe_load(
        (root / "ops/grafana/provisioning/datasources/prometheus.yml").read_text("utf-8")
    )
    (source,) = provisioned["datasources"]
    for dashboard in dashboards.values():
        asking = [*panels_of(dashboard), *dashboard["templating"]["list"], *dashboard["annotations"]["list"]]
        assert {one["datasource"]["uid"] for one in asking} == {source["uid"]}


def test_grafana_is_given_the_dashboards(root, compose, dashboards):
    """The folder that the provider reads is the one that they are mounted at, and home is one of them."""
    provider = yaml.safe_load((root / "ops/grafana/provisioning/dashboards/tidings.yml").read_text("utf-8"))
    grafana = compose["services"]["grafana"]
    mounts = dict(volume.split(":")[:2] for volume in grafana["volumes"])
    folder = provider["providers"][0]["options"]["path"]
    assert mounts["./ops/grafana/dashboards"] == folder
    home = grafana["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert home in {f"{folder}/{name}" for name in dashboards}
