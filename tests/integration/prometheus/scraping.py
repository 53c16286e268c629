"""A Prometheus of the tests' own, with the project's rules, on a worker; and what is asked of it."""

import json
import math
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx
import yaml

ROOT: Final = Path(__file__).resolve().parents[3]
OPS: Final = ROOT / "ops"
JOB: Final = "tidings"
TOP_ACTORS: Final = 5
PROMETHEUS, PROMTOOL = shutil.which("prometheus"), shutil.which("promtool")

_PATIENCE_SECONDS: Final = 20.0
_POLL_SECONDS: Final = 0.2

T = TypeVar("T")


def eventually(ask: Callable[[], T], *, within_seconds: float = _PATIENCE_SECONDS) -> T:
    """What is asked for once it is there, or what there is at the end."""
    deadline = time.monotonic() + within_seconds
    while not (found := ask()) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    return found


@dataclass(frozen=True)
class Prometheus:
    """A server that runs."""

    client: httpx.Client

    def get(self, path: str, **parameters: str) -> Any:
        """What the server's API answers; a refused expression fails the test with the server's words."""
        answer = self.client.get(f"/api/v1/{path}", params=parameters).json()
        assert answer["status"] == "success", f"{answer.get('error')}: {parameters}"
        return answer["data"]

    def samples(self, expression: str) -> list[tuple[dict[str, str], float]]:
        """Labels and value of each sample that an expression gives now."""
        data = self.get("query", query=expression)
        if data["resultType"] == "scalar":
            return [({}, float(data["result"][1]))]
        return [(row["metric"], float(row["value"][1])) for row in data["result"]]

    def data_of(self, expression: str, *, or_nan: bool = False) -> list[float]:
        """The values that an expression gives, as soon as it gives any."""

        def values() -> list[float]:
            found = [value for _, value in self.samples(expression)]
            return [value for value in found if or_nan or not math.isnan(value)]

        return eventually(values)


@dataclass(frozen=True)
class Watched:
    """The worker's address, and the server that scrapes it."""

    url: str
    prometheus: Prometheus

    def served(self) -> str:
        """What the worker serves to Prometheus."""
        return httpx.get(f"{self.url}/metrics", timeout=10).raise_for_status().text


@contextmanager
def prometheus_on(target: str, folder: Path) -> Iterator[Prometheus]:
    """Run a server on the project's own configuration, with the worker's address and quicker."""
    config = yaml.safe_load((OPS / "prometheus/prometheus.yml").read_text("utf-8"))
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["rule_files"] = [str(OPS / "prometheus" / name) for name in config["rule_files"]]
    (job,) = config["scrape_configs"]
    assert job["job_name"] == JOB
    del job["dns_sd_configs"]
    job["static_configs"] = [{"targets": [target]}]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config), "utf-8")
    address = f"127.0.0.1:{_free_port()}"
    command = [
        str(PROMETHEUS),
        f"--config.file={folder}/prometheus.yml",
        f"--storage.tsdb.path={folder}/data",
        f"--web.listen-address={address}",
    ]
    with (folder / "prometheus.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        with httpx.Client(base_url=f"http://{address}", timeout=10) as client:
            assert eventually(lambda: _is_ready(client)), (folder / "prometheus.log").read_text("utf-8")
            yield Prometheus(client)
    finally:
        server.terminate()
        server.wait(10)


def _is_ready(client: httpx.Client) -> bool:
    try:
        return client.get("/-/ready").status_code == 200
    except httpx.TransportError:
        return False


def _free_port() -> int:
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return int(own.getsockname()[1])


# --- what the project asks Prometheus ----------------------------------------------------------------------


def rules() -> dict[str, str]:
    """Expression of every rule by its name; of an alert without its thresholds: what they are held to."""
    documents = [
        yaml.safe_load(path.read_text("utf-8")) for path in sorted(OPS.glob("prometheus/*.rules.yml"))
    ]
    found = [rule for document in documents for group in document["groups"] for rule in group["rules"]]
    return {
        rule.get("record") or rule["alert"]: rule["expr"] if "record" in rule else measured(rule["expr"])
        for rule in found
    }


def measured(expression: str) -> str:
    """An expression without its comparisons to numbers."""
    return re.sub(r"(==|!=|>=|<=|>|<) *-?\d[\d.e]*", "", expression)


def panels() -> dict[str, str]:
    """Every expression of every panel and annotation, by where it is, for the only service there is."""
    found = {}
    for path in sorted(OPS.glob("grafana/dashboards/*.json")):
        dashboard = json.loads(path.read_text("utf-8"))
        asked = [
            (f"{panel['title']} {target['refId']}", target["expr"])
            for panel in dashboard["panels"]
            for target in panel.get("targets", ())
        ]
        asked += [(f"annotation {one['name']}", one["expr"]) for one in dashboard["annotations"]["list"]]
        found |= {f"{path.stem}: {where}": _with_variables(expression) for where, expression in asked}
    return found


def variables() -> dict[str, str]:
    """The series that each dashboard's choices are taken from, and the label whose values they are."""
    found = {}
    for path in sorted(OPS.glob("grafana/dashboards/*.json")):
        for one in json.loads(path.read_text("utf-8"))["templating"]["list"]:
            series, label = re.fullmatch(r"label_values\((.*), (\w+)\)", one["query"]["query"]).groups()
            found[f"{path.stem}: {one['name']}"] = f"count by ({label}) ({_with_variables(series)})"
    return found


def _with_variables(expression: str) -> str:
    return expression.replace("$job", JOB).replace("$instance", ".*").replace("$route", ".*")
