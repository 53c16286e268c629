"""Bringing the pinned jars into the cache: several at once, retried, each checked against the lock."""

import hashlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from streams.broker.faults import BrokerUnavailable
from streams.broker.jars import Jar, JarLock

Source = Callable[[Jar], Path]
Progress = Callable[[int, int, str], None]

PAUSES_SECONDS = (0.5, 2.0)
CONCURRENT_DOWNLOADS = 4


class RegistryOutOfReach(BrokerUnavailable):
    """A jar could not be had from any Maven repository."""


class JarMismatch(BrokerUnavailable):
    """A jar is not the file that the lock pins."""


def fetch_jars(lock: JarLock, folder: Path, *, source: Source, on_progress: Progress) -> None:
    """Put every jar of the lock into the folder; `on_progress` counts bytes.

    Raises `RegistryOutOfReach` or `JarMismatch`.
    """
    done_bytes = 0
    for jar, path in _fetch_all(lock, source):
        verify(jar, path)
        # the source's scratch folder is on the same file system, so nothing is copied
        path.replace(folder / jar.file_name)
        done_bytes += jar.size_bytes
        on_progress(done_bytes, lock.size_bytes, jar.file_name)


def verify(jar: Jar, path: Path) -> None:
    """Raise `JarMismatch` unless the file is the one that the lock pins."""
    found = sha256_of(path)
    if found != jar.sha256:
        raise JarMismatch(
            f"jar {jar.coordinate}: SHA-256 is {found}, the lock file says {jar.sha256}. "
            "A proxy or mirror may serve something else in its place: mend that and try again, "
            "or set TIDINGS_KAFKA to a running broker"
        )


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fetch_all(lock: JarLock, source: Source) -> Iterator[tuple[Jar, Path]]:
    pool = ThreadPoolExecutor(CONCURRENT_DOWNLOADS, thread_name_prefix="fetch-jar")
    try:
        pending = {pool.submit(_fetch, jar, source): jar for jar in lock.jars}
        for future in as_completed(pending):
            yield pending[future], future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _fetch(jar: Jar, source: Source) -> Path:
    for pause_seconds in (*PAUSES_SECONDS, None):
        try:
            return source(jar)
        # what jgo lets through: network and disk errors are OSErrors, an HTTP error is a RuntimeError
        except (OSError, RuntimeError) as fault:
            if pause_seconds is None:
                raise RegistryOutOfReach(_out_of_reach(jar, fault)) from fault
            time.sleep(pause_seconds)
    raise AssertionError("the last attempt returns or raises")


def _out_of_reach(jar: Jar, fault: Exception) -> str:
    return (
        f"jar {jar.coordinate}: not to be had from a Maven repository ({type(fault).__name__}: "
        f"{str(fault)[:200]}). The embedded Apache Kafka is fetched once, then cached: "
        "connect to the network and try again, or set TIDINGS_KAFKA to a running broker"
    )
