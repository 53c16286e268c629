"""The jars that make up Apache Kafka, pinned by the lock file."""

import hashlib
import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

LOCK_FILE = "kafka.lock.json"


@dataclass(frozen=True)
class Jar:
    """One jar: its Maven coordinate (group:artifact:version), size and SHA-256."""

    coordinate: str
    size_bytes: int
    sha256: str

    @property
    def file_name(self) -> str:
        """The name that Maven gives it."""
        _, artifact, version = self.coordinate.split(":")
        return f"{artifact}-{version}.jar"


@dataclass(frozen=True)
class JarLock:
    """Everything that the lock file pins."""

    requirements: tuple[str, ...]
    jars: tuple[Jar, ...]

    @property
    def kafka_version(self) -> str:
        """The version of Apache Kafka, that of the first requirement."""
        return self.requirements[0].rpartition(":")[2]

    @property
    def digest(self) -> str:
        """A short name for exactly these jars."""
        return hashlib.sha256("\n".join(jar.sha256 for jar in self.jars).encode()).hexdigest()[:12]

    @property
    def size_bytes(self) -> int:
        """The size of all jars together."""
        return sum(jar.size_bytes for jar in self.jars)


def read_lock() -> JarLock:
    """Read the lock file that is packaged beside this module."""
    return parse_lock(resources.files(__package__).joinpath(LOCK_FILE).read_text(encoding="utf-8"))


def parse_lock(text: str) -> JarLock:
    """Turn a lock file's text into what it pins."""
    data: dict[str, Any] = json.loads(text)
    return JarLock(
        requirements=tuple(data["requirements"]),
        jars=tuple(Jar(jar["coordinate"], jar["size_bytes"], jar["sha256"]) for jar in data["jars"]),
    )


def render_lock(lock: JarLock) -> str:
    """Turn what is pinned into a lock file's text, jars in order of their coordinates."""
    jars = [
        {"coordinate": jar.coordinate, "size_bytes": jar.size_bytes, "sha256": jar.sha256}
        for jar in sorted(lock.jars, key=lambda jar: jar.coordinate)
    ]
    return json.dumps({"requirements": lock.requirements, "jars": jars}, indent=2) + "\n"
