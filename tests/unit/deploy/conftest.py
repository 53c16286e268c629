"""The deployment files, read as data."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

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
def metric_names(monkeypatch_session: pytest.MonkeyPatch) -> frozenset[str]:
    """Every sample that a worker can expose."""
    from streams import metrics

    monkeypatch_session.setattr(metrics, "version", lambda _: "0")
    all_metrics = metrics.Metrics()
    all_metrics.tell_build(coder="0")
    all_metrics.collect_lag(list)
    all_metrics.collect_tables(list)
    all_metrics.collect_recovery(running=bool, remaining=int)
    all_metrics.collect_losses(list)
    all_metrics.collect_stores(list)
    return frozenset(
        name for family in all_metrics.registry.collect() for name in _sample_names(family.name, family.type)
    )


def _sample_names(family: str, kind: str) -> tuple[str, ...]:
    match kind:
        case "counter":
            return (f"{family}_total",)
        case "histogram":
            return (f"{family}_bucket", f"{family}_sum", f"{family}_count")
        case _:
            return (family,)


@pytest.fixture(scope="session")
def monkeypatch_session() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch
