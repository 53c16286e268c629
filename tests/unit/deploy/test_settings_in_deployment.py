"""What the deployment files say about settings is what the service reads."""

import re
import tomllib
from itertools import chain

import pytest

FILES = ("Dockerfile", "docker-compose.yml", "docs/operations.md", "k8s/**/*.yaml", "ops/**/*.*")


def _paths(root):
    return sorted(path for pattern in FILES for path in root.glob(pattern))


def test_every_setting_named_exists(root):
    """A misspelt environment variable would be ignored in silence."""
    from streams.settings import Settings

    known = {f"TIDINGS_{name.upper()}" for name in Settings.model_fields}
    named = {
        (path.relative_to(root).as_posix(), variable)
        for path in _paths(root)
        # a name that ends in '_' stands for many in a text
        for variable in re.findall(r"\bTIDINGS_[A-Z0-9_]*[A-Z0-9]\b(?!_)", path.read_text("utf-8"))
    }
    assert named, "no setting is named anywhere: the search is broken"
    assert sorted((file, variable) for file, variable in named if variable not in known) == []


def test_every_port_is_the_default(root, compose, pods):
    """One port for API, metrics and health, everywhere the default of the setting."""
    from streams.settings import Settings

    port = Settings.model_fields["http_port"].default
    dockerfile = (root / "Dockerfile").read_text("utf-8")
    assert re.findall(r"^EXPOSE (\d+)$", dockerfile, re.MULTILINE) == [str(port)]
    assert f"TIDINGS_HTTP_PORT={port}" in dockerfile
    assert compose["services"]["worker-count"]["ports"] == [f"127.0.0.1:{port}:{port}"]
    ports = chain.from_iterable(
        container.get("ports", ())
        for name, pod in pods.items()
        if "kafka" not in name
        for container in pod["containers"]
    )
    assert {entry["containerPort"] for entry in ports} == {port}


def test_every_service_points_at_the_port(manifests):
    """A Service's port is the one that its pods name 'http'."""
    from streams.settings import Settings

    services = [
        d for d in manifests if d["kind"] == "Service" and d["metadata"]["name"].startswith("tidings")
    ]
    assert services
    for service in services:
        assert [(port["port"], port["targetPort"]) for port in service["spec"]["ports"]] == [
            (Settings.model_fields["http_port"].default, "http")
        ]


def test_prometheus_scrapes_the_port(root):
    """The scrape configuration follows the port, too."""
    import yaml

    from streams.settings import Settings

    config = yaml.safe_load((root / "ops/prometheus/prometheus.yml").read_text("utf-8"))
    (job,) = config["scrape_configs"]
    assert [entry["port"] for entry in job["dns_sd_configs"]] == [Settings.model_fields["http_port"].default]


@pytest.mark.parametrize("file", ["docker-compose.yml", "Dockerfile", "k8s/base/count-statefulset.yaml"])
def test_the_image_has_the_version_of_the_package(root, file):
    """An image is called by the version that is in it."""
    version = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    text = (root / file).read_text("utf-8")
    named = set(re.findall(r"tidings:(\d[\w.]*)|image\.version=\"([^\"]+)\"", text))
    assert {name or label for name, label in named} == {version}
