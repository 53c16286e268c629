"""A runtime with what makes its starts quick: a formatted template, and an archive of loaded classes."""

import base64
import hashlib
import shutil
import subprocess
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from streams.broker.faults import BrokerUnavailable
from streams.broker.java import JVM_OPTIONS, KafkaRuntime
from streams.broker.properties import LOG_FOLDER, NodeAddress, render_properties

CHECKPOINT_FILE = "bootstrap.checkpoint"
META_FILE = "meta.properties"
ARCHIVE_FILE = "node.aot"
FORMAT_TIMEOUT_SECONDS = 60


class FormatFailed(BrokerUnavailable):
    """Apache Kafka's own tool could not format a folder."""


@dataclass(frozen=True)
class Installation:
    """A runtime, and the folder of the cache that belongs to exactly its jars, its Java and our options."""

    runtime: KafkaRuntime
    folder: Path

    @classmethod
    def of(cls, runtime: KafkaRuntime, cache_dir: Path) -> Self:
        """The installation of a runtime in a cache."""
        return cls(runtime, cache_dir.absolute() / f"start-{_fingerprint(runtime)}")

    @property
    def checkpoint_path(self) -> Path:
        """The first metadata records of a fresh node: feature levels, the same for every node."""
        return self.folder / CHECKPOINT_FILE

    @property
    def archive_path(self) -> Path:
        """Java's archive of loaded and linked classes (JEP 483); empty when it could not be made."""
        return self.folder / ARCHIVE_FILE

    def node_command(self, properties_path: Path, *options: str) -> list[str]:
        """The command that runs a node, from the archive if there is one and no options are given."""
        if not options and self.archive_path.exists() and self.archive_path.stat().st_size:
            options = (f"-XX:AOTCache={self.archive_path}",)
        return self.runtime.command("kafka.Kafka", str(properties_path), options=options)

    def format(self, kafka_log_path: Path, *, node_id: int, cluster_id: str) -> None:
        """Format a folder for a node as `kafka-storage format` would, unless it is formatted."""
        meta_path = kafka_log_path / META_FILE
        if meta_path.exists():
            return
        if not self.checkpoint_path.exists():
            self._make_checkpoint()
        kafka_log_path.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.checkpoint_path, kafka_log_path / CHECKPOINT_FILE)
        # last and at once, since a folder that holds it counts as formatted
        unfinished = meta_path.with_suffix(".unfinished")
        unfinished.write_text(
            f"version=1\ncluster.id={cluster_id}\nnode.id={node_id}\ndirectory.id={new_kafka_id()}\n",
            encoding="utf-8",
        )
        unfinished.replace(meta_path)

    def run_storage_tool(self, folder: Path, *arguments: str) -> str:
        """Run `kafka-storage` in a folder and give what it prints; raises `FormatFailed`."""
        command = self.runtime.command("kafka.tools.StorageTool", *arguments)
        try:
            return subprocess.run(
                command,
                cwd=folder,
                env={"LC_ALL": "C.UTF-8"},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=FORMAT_TIMEOUT_SECONDS,
                check=True,
            ).stdout
        except (OSError, subprocess.SubprocessError) as fault:
            printed = getattr(fault, "output", None) or ""
            raise FormatFailed(
                f"kafka-storage {arguments[0]}: {type(fault).__name__}; it printed:\n{printed[-2000:]}\n"
                f"Remove the folder {self.folder.parent} to fetch everything anew, "
                "or set TIDINGS_KAFKA to a running broker"
            ) from fault

    def _make_checkpoint(self) -> None:
        """Have Apache Kafka format a scratch folder, and keep what does not name that folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        address = NodeAddress(1, client_port=9092, controller_port=9093)
        with tempfile.TemporaryDirectory(dir=self.folder, prefix="format-") as scratch:
            folder = Path(scratch)
            (folder / "tmp").mkdir()
            (folder / "node.properties").write_text(render_properties(address, (address,)), encoding="utf-8")
            self.run_storage_tool(folder, "format", "-t", new_kafka_id(), "-c", "node.properties")
            (folder / LOG_FOLDER / CHECKPOINT_FILE).replace(self.checkpoint_path)


def new_kafka_id() -> str:
    """A random id as Apache Kafka writes them: 22 characters, never like an option's name."""
    while True:
        text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not text.startswith("-"):
            return text


def _fingerprint(runtime: KafkaRuntime) -> str:
    release = runtime.java.parent.parent / "release"
    parts = (release.read_text(encoding="utf-8"), *JVM_OPTIONS, *map(str, runtime.classpath))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
