"""Fetching through jgo, from a Maven repository on loopback."""

import gc
import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from streams.broker import fetch
from streams.broker.fetch import JarMismatch, RegistryOutOfReach, fetch_jars
from streams.broker.jars import Jar, JarLock
from streams.broker.maven import MavenSource
from streams.broker.ports import HOST

# jgo leaves a connection to the garbage collector when an answer is not a whole jar
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

CONTENT = b"the jar's bytes" * 1000
JAR = Jar("org.example:some-jar:1.2", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
LOCK = JarLock(requirements=(JAR.coordinate,), jars=(JAR,))
JAR_PATH = "/org/example/some-jar/1.2/some-jar-1.2.jar"


class Repository(ThreadingHTTPServer):
    """Serves one jar; breaks off in the midst of it as often as it is told to."""

    def __init__(self) -> None:
        super().__init__((HOST, 0), Handler)
        self.asked: list[str] = []
        self.content: bytes | None = CONTENT
        self.break_offs = 0


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        repository = self.server
        assert isinstance(repository, Repository)
        repository.asked.append(self.path)
        if self.path != JAR_PATH or repository.content is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(repository.content)))
        self.end_headers()
        cut = len(repository.content) // 2 if repository.break_offs else None
        repository.break_offs -= bool(repository.break_offs)
        self.wfile.write(repository.content[:cut])

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    """A repository that the user's jgo settings name in place of Maven Central."""
    monkeypatch.setattr(fetch, "PAUSES_SECONDS", (0.0, 0.0))
    settings = tmp_path / "jgo.conf"
    monkeypatch.setenv("JGO_CONFIG_FILE", str(settings))
    with Repository() as server:
        settings.write_text(f"[repositories]\ncentral = http://{HOST}:{server.server_port}\n")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
    gc.collect()  # while the warning is ignored


def fetch_into(folder: Path) -> None:
    fetch_jars(LOCK, folder, source=MavenSource(folder / "maven"), on_progress=lambda *_: None)


def test_jar_is_fetched_and_nothing_is_resolved(repository: Repository, tmp_path: Path) -> None:
    """A pinned jar comes from the repository of the settings, without a look at any POM or metadata."""
    fetch_into(tmp_path)
    assert (tmp_path / "some-jar-1.2.jar").read_bytes() == CONTENT
    assert set(repository.asked) <= {JAR_PATH, f"{JAR_PATH}.sha1"}


def test_download_that_breaks_off_is_repeated(repository: Repository, tmp_path: Path) -> None:
    """Half a jar is not taken for the jar: it is fetched again."""
    repository.break_offs = 2
    fetch_into(tmp_path)
    assert (tmp_path / "some-jar-1.2.jar").read_bytes() == CONTENT
    assert repository.asked.count(JAR_PATH) == 3


def test_other_bytes_are_refused(repository: Repository, tmp_path: Path) -> None:
    """A page that a proxy serves in place of the jar does not pass."""
    repository.content = b"<html>Please log in</html>"
    with pytest.raises(JarMismatch, match=JAR.coordinate):
        fetch_into(tmp_path)


def test_repository_without_the_jar_is_out_of_reach(repository: Repository, tmp_path: Path) -> None:
    """A jar that the repository does not have is an error with the remedy, after three tries."""
    repository.content = None
    with pytest.raises(RegistryOutOfReach, match=rf"{JAR.coordinate}.*TIDINGS_KAFKA"):
        fetch_into(tmp_path)
    assert repository.asked.count(JAR_PATH) == 3
