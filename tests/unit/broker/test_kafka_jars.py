"""The lock file, and what is fetched by it."""

import hashlib
import re
from pathlib import Path

import pytest

from streams.broker import fetch
from streams.broker.fetch import JarMismatch, RegistryOutOfReach, fetch_jars
from streams.broker.jars import Jar, JarLock, parse_lock, read_lock, render_lock
from streams.broker.runtime import install_jars


def pinned(coordinate: str, content: bytes) -> Jar:
    return Jar(coordinate, len(content), hashlib.sha256(content).hexdigest())


CONTENTS = {f"org.example:jar-{n}:1.{n}": f"content {n}".encode() for n in range(3)}
LOCK = JarLock(
    requirements=("org.example:jar-0:1.0",),
    jars=tuple(pinned(coordinate, content) for coordinate, content in CONTENTS.items()),
)


class FakeMaven:
    """Serves contents by coordinate from a folder; fails as often as it is told to."""

    def __init__(self, folder: Path, contents: dict[str, bytes], failures: int = 0) -> None:
        self.folder = folder
        self.contents = contents
        self.failures = failures
        folder.mkdir()

    def __call__(self, jar: Jar) -> Path:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("no route to host")
        path = self.folder / jar.file_name
        path.write_bytes(self.contents[jar.coordinate])
        return path


def ignore(_done: int, _total: int, _what: str) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "PAUSES_SECONDS", (0.0, 0.0))


def test_lock_file_pins_every_jar_by_version_size_and_hash() -> None:
    """Each packaged jar has a full coordinate, a size and a SHA-256, and no name comes twice."""
    lock = read_lock()
    assert lock.kafka_version == "4.2.1"
    assert set(lock.requirements) <= {jar.coordinate for jar in lock.jars}
    assert len({jar.file_name for jar in lock.jars}) == len(lock.jars) > 40
    for jar in lock.jars:
        assert re.fullmatch(r"[\w.-]+:[\w.-]+:[\w.-]+", jar.coordinate)
        assert re.fullmatch(r"[0-9a-f]{64}", jar.sha256)
        assert jar.size_bytes > 0


def test_lock_file_names_no_place() -> None:
    """The lock says what, never where from: no URL stands in it."""
    assert "//" not in render_lock(read_lock())


def test_lock_survives_writing_and_reading() -> None:
    """A lock that is rendered and parsed again pins the same."""
    assert parse_lock(render_lock(LOCK)) == LOCK


def test_digest_changes_with_any_jar() -> None:
    """Another content of one jar gives the lock another digest, hence another folder in the cache."""
    other = JarLock(LOCK.requirements, (*LOCK.jars[:-1], pinned("org.example:jar-2:1.2", b"other")))
    assert other.digest != LOCK.digest


def test_fetched_jars_are_in_place_and_progress_ends_at_the_total(tmp_path: Path, scratch: Path) -> None:
    """All jars arrive under their names, and progress counts up to exactly all bytes."""
    seen: list[tuple[int, int]] = []
    folder = tmp_path / "kafka"
    install_jars(
        LOCK,
        folder,
        scratch=scratch,
        source=FakeMaven(tmp_path / "maven", CONTENTS),
        on_progress=lambda done, total, _what: seen.append((done, total)),
    )
    assert {path.name for path in folder.iterdir()} == {jar.file_name for jar in LOCK.jars}
    assert seen[-1] == (LOCK.size_bytes, LOCK.size_bytes)
    assert seen == sorted(seen)


def test_mismatch_names_the_jar_and_the_remedy(tmp_path: Path) -> None:
    """A jar with another hash than the lock's is refused by name, and the message says what to do."""
    changed = CONTENTS | {"org.example:jar-1:1.1": b"tampered"}
    with pytest.raises(JarMismatch, match=r"org\.example:jar-1:1\.1.*TIDINGS_KAFKA"):
        fetch_jars(LOCK, tmp_path, source=FakeMaven(tmp_path / "maven", changed), on_progress=ignore)
    assert not (tmp_path / "jar-1-1.1.jar").exists()


def test_failed_fetch_puts_nothing_in_place(tmp_path: Path, scratch: Path) -> None:
    """After a mismatch there is no folder of jars, not even a part of one."""
    source = FakeMaven(tmp_path / "maven", CONTENTS | {"org.example:jar-2:1.2": b"tampered"})
    with pytest.raises(JarMismatch):
        install_jars(LOCK, tmp_path / "kafka", scratch=scratch, source=source, on_progress=ignore)
    assert not (tmp_path / "kafka").exists()


def test_damaged_folder_is_replaced(tmp_path: Path, scratch: Path) -> None:
    """Fetching over a folder that lacks jars makes it whole, and keeps nothing of the old one."""
    folder = tmp_path / "kafka"
    folder.mkdir()
    (folder / "stray.jar").write_bytes(b"")
    source = FakeMaven(tmp_path / "maven", CONTENTS)
    install_jars(LOCK, folder, scratch=scratch, source=source, on_progress=ignore)
    assert {path.name for path in folder.iterdir()} == {jar.file_name for jar in LOCK.jars}


def test_fetch_is_tried_again(tmp_path: Path) -> None:
    """A connection that fails now and then does not fail the fetch."""
    source = FakeMaven(tmp_path / "maven", CONTENTS, failures=2)
    fetch_jars(LOCK, tmp_path, source=source, on_progress=ignore)
    assert all((tmp_path / jar.file_name).exists() for jar in LOCK.jars)


def test_registry_out_of_reach_is_one_line_with_the_remedy(tmp_path: Path) -> None:
    """Without a network the error is a single line that says why, and names TIDINGS_KAFKA."""
    source = FakeMaven(tmp_path / "maven", CONTENTS, failures=100)
    with pytest.raises(RegistryOutOfReach, match=r"^jar [^\n]*no route to host[^\n]*TIDINGS_KAFKA[^\n]*$"):
        fetch_jars(LOCK, tmp_path, source=source, on_progress=ignore)
