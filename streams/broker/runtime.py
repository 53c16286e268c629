"""Getting everything that an embedded Apache Kafka needs into the cache, once."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from streams.broker.faults import BrokerUnavailable
from streams.broker.fetch import Progress, Source, fetch_jars
from streams.broker.file_lock import exclusive
from streams.broker.installation import Installation
from streams.broker.jars import JarLock, read_lock
from streams.broker.java import KafkaRuntime, find_java
from streams.broker.training import make_archive


class CacheUnusable(BrokerUnavailable):
    """The cache folder cannot be made, read or written."""


def prepare_runtime(cache_dir: Path, *, on_progress: Progress | None = None) -> KafkaRuntime:
    """Return the pinned Apache Kafka and its Java; once the cache is filled, no network is touched.

    `on_progress(done, total, what)` counts bytes of jars. Raises `BrokerUnavailable`.
    """
    tell = on_progress or _tell_nobody
    cache_dir = cache_dir.absolute()
    lock = read_lock()
    runtime = _runtime(find_java(), jar_folder(cache_dir, lock), lock)
    if not (_is_whole(runtime, lock) and Installation.of(runtime, cache_dir).archive_path.exists()):
        _fill(cache_dir, lock, runtime, tell)
    return runtime


def jar_folder(cache_dir: Path, lock: JarLock) -> Path:
    """Where the jars of a lock are kept; each lock has a folder of its own."""
    return cache_dir / f"kafka-{lock.kafka_version}-{lock.digest}"


def install_jars(
    lock: JarLock, folder: Path, *, scratch: Path, source: Source, on_progress: Progress
) -> None:
    """Fetch the jars into a folder that appears only when it is whole."""
    whole = scratch / "whole"
    whole.mkdir()
    fetch_jars(lock, whole, source=source, on_progress=on_progress)
    if folder.exists():  # damaged, or it would not be fetched
        folder.replace(scratch / "damaged")
    whole.replace(folder)


def _fill(cache_dir: Path, lock: JarLock, runtime: KafkaRuntime, tell: Progress) -> None:
    total = lock.size_bytes
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        waiting = exclusive(
            cache_dir / "lock", on_wait=lambda: tell(0, total, "waiting for another process that fetches it")
        )
        with waiting, _scratch(cache_dir) as scratch:
            if not _is_whole(runtime, lock):
                _fetch(jar_folder(cache_dir, lock), lock, scratch, tell)
            installation = Installation.of(runtime, cache_dir)
            if not installation.archive_path.exists():
                tell(total, total, "preparing Java for quick starts")
                make_archive(installation, scratch)
    except OSError as fault:
        raise CacheUnusable(
            f"cache folder {cache_dir}: {fault}. "
            "Set TIDINGS_CACHE_DIR to a folder that can be written, or TIDINGS_KAFKA to a running broker"
        ) from fault


def _fetch(folder: Path, lock: JarLock, scratch: Path, tell: Progress) -> None:
    # jgo is a quarter second of imports that a filled cache has no use for
    from streams.broker.maven import MavenSource

    install_jars(lock, folder, scratch=scratch, source=MavenSource(scratch / "maven"), on_progress=tell)


@contextmanager
def _scratch(cache_dir: Path) -> Iterator[Path]:
    """A folder for whoever holds the lock; what a killed process left in it goes first."""
    scratch = cache_dir / "unfinished"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _runtime(java: Path, folder: Path, lock: JarLock) -> KafkaRuntime:
    return KafkaRuntime(java, tuple(folder / jar.file_name for jar in lock.jars))


def _is_whole(runtime: KafkaRuntime, lock: JarLock) -> bool:
    try:
        return all(
            path.stat().st_size == jar.size_bytes
            for path, jar in zip(runtime.classpath, lock.jars, strict=True)
        )
    except OSError:
        return False


def _tell_nobody(_done: int, _total: int, _what: str) -> None:
    pass
