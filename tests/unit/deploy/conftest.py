"""The deployment files, read as data."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from streams.metrics import Metrics

Document = dict[str, Any]

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def compose(root: Path) -> Document:
    return yaml.safe_load((root / "docker-compose.yml").read_text("utf-8"))


@pytest.fixture(scope="session")
def manifests(root: Path) -> list[Document]:
    """Every Kubernetes object of the base and of the overlays' own files, as written."""
    kustomizations = sorted((root / "k8s").rglob("kustomization.yaml"))
    return [document for path in kustomizations for document in _documents(path)]


def _documents(kustomization: Path) -> Iterator[Document]:
    resources = yaml.safe_load(kustomization.read_text("utf-8"))["resources"]
    files = [kustomization.parent / name for name in resources]
    for path in files:
        if path.is_file():
            yield from yaml.safe_load_all(path.read_text("utf-8"))
        else:
            assert (path / "kustomization.yaml").is_file(), (
                f"{kustomization} names {path}, which is not there"
            )


@pytest.fixture(scope="session")
def pods(manifests: list[Document]) -> dict[str, Document]:
    """The pod of each workload, by 'Kind/name'."""
    return {
        f"{document['kind']}/{document['metadata']['name']}": document["spec"]["template"]["spec"]
        for document in manifests
        if "template" in document.get("spec", {})
    }


@pytest.fixture(scope="session")
def worker_metrics() -> Metrics:
    """Every metric that a worker can have."""
    metrics = Metrics()
    metrics.collect_lag(list)
    metrics.collect_seconds_behind(list)
    metrics.collect_phases(list, phases=())
    metrics.collect_tables(list)
    metrics.collect_index(list)
    metrics.collect_recovery(running=bool, remaining=int, seconds=float)
    metrics.collect_losses(list)
    metrics.collect_stores(list)
    metrics.collect_top_actors(lambda limit: (), limit=1)
    metrics.tell_build(coder="0")
    metrics.collect_process()
    return metrics


@pytest.fixture(scope="session")
def metric_names(worker_metrics: Metrics) -> frozenset[str]:
    """Every sample that a worker can expose."""
    return frozenset(
        name
        for family in worker_metrics.registry.collect()
        for name in _sample_names(family.name, family.type)
    )


@pytest.fixture(scope="session")
def rules(root: Path) -> list[Document]:
    """Every rule, those that record and those that alert."""
    documents = [yaml.safe_load(path.read_text("utf-8")) for path in root.glob("ops/prometheus/*.rules.yml")]
    return [rule for document in documents for group in document["groups"] for rule in group["rules"]]


@pytest.fixture(scope="session")
def series(rules: list[Document], metric_names: frozenset[str]) -> frozenset[str]:
    """Every series that an expression may ask for: what workers tell, what is recorded, what is built in."""
    recorded = frozenset(rule["record"] for rule in rules if "record" in rule)
    return metric_names | recorded | {"up", "ALERTS"}


@pytest.fixture(scope="session")
def dashboards(root: Path) -> dict[str, Document]:
    """Every dashboard by its file's name."""
    paths = sorted(root.glob("ops/grafana/dashboards/*.json"))
    return {path.name: json.loads(path.read_text("utf-8")) for path in paths}


def _sample_names(family: str, kind: str) -> tuple[str, ...]:
    match kind:
        case "counter":
            return (f"{family}_total",)
        case "histogram":
            return (f"{family}_bucket", f"{family}_sum", f"{family}_count")
        case _:
            return (family,)
