"""The commands as a user runs them: processes, signals, exit codes, output."""

import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import orjson
import psutil
import pytest

from streams.commands.local_service import free_port

ROOT = Path(__file__).parents[2]
SENTENCE = "Turkish police detained dozens of protesters in Ankara on Friday, officials said."


@pytest.fixture
def environment(tmp_path: Path, cache_dir: Path) -> dict[str, str]:
    own = {
        "HOME": str(tmp_path),
        "TIDINGS_STATE_DIR": str(tmp_path / "state"),
        "TIDINGS_CACHE_DIR": str(cache_dir),
        "TIDINGS_HTTP_PORT": str(free_port()),
        "COLUMNS": "140",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TIDINGS_", "XDG_"))}
    return {**kept, **own}


def _tidings(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "streams", *arguments]


def _code(environment: dict[str, str], *lines: object) -> list[dict[str, object]]:
    done = subprocess.run(
        _tidings("code", "--format", "jsonl"),
        input=b"\n".join(orjson.dumps(line) for line in lines),
        env=environment,
        capture_output=True,
        timeout=120,
        check=False,
    )
    return [orjson.loads(line) for line in done.stdout.splitlines()]


def test_code_answers_line_by_line_in_order_with_exact_spans(environment: dict[str, str]) -> None:
    """`tidings code` echoes ids in the order of its input, and each span is the text at its offsets."""
    texts = [
        SENTENCE,
        "It rained.",
        "« Non » — said Łukasz, of Poland. U.S. President Barack Obama met him.",
    ] * 8
    rows = _code(environment, *({"id": f"a{i}", "text": text} for i, text in enumerate(texts)))

    assert [row["id"] for row in rows] == [f"a{i}" for i in range(len(texts))]
    assert all(list(row) == ["id", "entities", "actors", "events", "topics"] for row in rows)
    for text, row in zip(texts, rows, strict=True):
        for entity in row["entities"]:
            assert text[entity["start"] : entity["end"]] == entity["text"]
        for event in row["events"]:
            assert text[event["start"] : event["end"]] == event["trigger"]
            assert event["sentence"] in text
        assert len({event["id"] for event in row["events"]} - {""}) == len(row["events"])
        confidences = [event["confidence"] for event in row["events"]]
        assert confidences == sorted(confidences, reverse=True)
    assert any(row["events"] for row in rows)
    assert any(row["entities"] for row in rows)


def test_code_says_which_line_is_bad_and_goes_on(environment: dict[str, str]) -> None:
    """A line that is no article has an error in its place; the others are coded."""
    rows = _code(environment, {"id": "a", "text": SENTENCE}, {"id": "b"}, {"id": "c", "text": SENTENCE})

    assert [row.get("id") for row in rows] == ["a", None, "c"]
    assert "text" in rows[1]["error"]
    assert rows[0]["events"] == rows[2]["events"]


@pytest.mark.parametrize("options", [("--loop",), ("--loop", "--rate", "20"), ("--rate", "20", "--loop")])
def test_no_option_of_ours_is_taken_by_a_library(
    environment: dict[str, str], tmp_path: Path, options: tuple[str, ...]
) -> None:
    """`--loop` reaches our own command, wherever it stands: faust looks for one of that name at import."""
    file = tmp_path / "one.jsonl"
    file.write_bytes(orjson.dumps({"id": "one", "text": SENTENCE}))
    for words in ((*options, str(file)), (str(file), *options)):
        done = subprocess.run(
            _tidings("replay", *words),
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 1
        assert done.stderr.startswith("tidings: no Kafka")


@pytest.mark.kafka
def test_demo_shows_the_tables_and_leaves_nothing_behind(environment: dict[str, str], tmp_path: Path) -> None:
    """`tidings demo` ends with 0, shows all lists, and leaves neither process nor file."""
    started = time.monotonic()
    done = subprocess.run(
        _tidings("demo"), env=environment, capture_output=True, text=True, timeout=300, check=False
    )

    assert done.returncode == 0, done.stderr
    for title in (
        "top actors",
        "top topics",
        "Who, about what",
        "Who did what to whom",
        "What was done",
        "Some events",
        "Dead letters",
    ):
        assert title in done.stdout
    assert re.search(r"(AGREE|CONSULT|ACCUSE|ASSAULT) \d", done.stdout)
    assert time.monotonic() - started < 40
    assert not list(_processes_of(tmp_path))


@pytest.fixture
def up(environment: dict[str, str]) -> Iterator["Up"]:
    running = Up(environment)
    yield running
    running.end()


class Up:
    """`tidings up` as a child; it and whatever it leaves is ended by `end`."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.url = f"http://127.0.0.1:{environment['TIDINGS_HTTP_PORT']}"
        self.child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.child = subprocess.Popen(
            _tidings("up"), env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        for line in self.child.stdout:
            if b"Ctrl-C" in line:
                return
        raise AssertionError("tidings up ended early")

    def interrupt(self) -> float:
        started = time.monotonic()
        self.child.send_signal(signal.SIGINT)
        assert self.child.wait(30) == 0
        self.child.stdout.close()
        return time.monotonic() - started

    def actors(self) -> object:
        return httpx.get(f"{self.url}/v1/actors", params={"limit": 1000}).json()

    def wait_for(self, actors: object, *, seconds: float) -> bool:
        """Whether the API answers so again, after it has stopped doing so or at once."""
        time.sleep(2)  # what was killed takes a moment to be missed
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/readyz").status_code == 200 and self.actors() == actors:
                    return True
            except httpx.HTTPError:
                pass
            time.sleep(0.5)
        return False

    def end(self) -> None:
        if self.child and self.child.poll() is None:
            self.child.kill()
            self.child.wait()


@pytest.mark.kafka
def test_up_stops_on_ctrl_c_and_finds_its_tables_again(up: Up, tmp_path: Path) -> None:
    """Ctrl-C ends `tidings up` within 10 s without leaving a process; a second one has the same tables."""
    up.start()
    first = up.actors()
    assert first["total"] > 100
    assert "tidings_articles_counted_total" in httpx.get(f"{up.url}/metrics").text
    assert httpx.get(f"{up.url}/readyz").status_code == 200

    assert up.interrupt() < 10
    assert not list(_processes_of(tmp_path))

    up.start()
    assert up.actors() == first
    assert up.interrupt() < 10


@pytest.mark.kafka
def test_up_starts_again_what_ends(up: Up) -> None:
    """Kafka and worker are started again when they are killed, and the tables are as they were."""
    up.start()
    before = up.actors()
    for name in ("java", "streams"):
        children = psutil.Process(up.child.pid).children(recursive=True)
        victim = next(child for child in children if name in " ".join(child.cmdline()[:3]))
        victim.kill()
        assert up.wait_for(before, seconds=90), f"not as before after the end of {name}"
    assert up.interrupt() < 10


@pytest.mark.kafka
def test_up_leaves_nothing_when_it_is_killed(up: Up, tmp_path: Path) -> None:
    """Broker, worker and coding processes end with `tidings up`, even when that is killed."""
    up.start()
    children = psutil.Process(up.child.pid).children(recursive=True)
    assert len(children) >= 3

    up.child.kill()
    up.child.wait()
    up.child.stdout.close()

    _, alive = psutil.wait_procs(children, timeout=15)
    assert not alive


def test_wheel_carries_its_data_and_works_from_an_empty_folder(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """The wheel alone, away from the checkout, codes an article and holds schemas, seeds and lexicons."""
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)],
        check=True,
        capture_output=True,
        timeout=300,
    )
    (wheel,) = tmp_path.glob("*.whl")
    installed, empty = tmp_path / "installed", tmp_path / "empty"
    empty.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)

    done = subprocess.run(
        [sys.executable, "-P", "-m", "streams", "top", "actors", "--offline", "seeds:", "--limit", "5"],
        env={**environment, "PYTHONPATH": str(installed)},
        cwd=empty,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "top actors" in done.stdout
    assert (installed / "schemas" / "json" / "article.v1.json").exists()


def _processes_of(home: Path) -> Iterator[psutil.Process]:
    """Processes whose home or command line is in this test's folder."""
    for process in psutil.process_iter(["cmdline", "environ"]):
        told = [*(process.info["cmdline"] or ()), *(process.info["environ"] or {}).values()]
        if process.pid != os.getpid() and any(str(home) in word for word in told):
            yield process
