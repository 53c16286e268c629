"""Formatting by template, and the choice of the archive."""

import re
from pathlib import Path

import pytest

from streams.broker.installation import Installation, new_kafka_id
from streams.broker.java import KafkaRuntime


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    java = tmp_path / "java-runtime" / "bin" / "java"
    java.parent.mkdir(parents=True)
    (java.parent.parent / "release").write_text("25")
    installed = Installation.of(KafkaRuntime(java, (tmp_path / "kafka.jar",)), tmp_path)
    installed.folder.mkdir()
    installed.checkpoint_path.write_bytes(b"checkpoint")
    return installed


def test_kafka_ids_are_what_kafka_takes() -> None:
    """Ids are 22 characters of URL-safe base64, never start with a dash, and do not repeat."""
    ids = {new_kafka_id() for _ in range(500)}
    assert len(ids) == 500
    assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]{21}", each) for each in ids)


def test_fresh_folder_gets_identity_and_checkpoint(installation: Installation, tmp_path: Path) -> None:
    """A formatted folder names its cluster and node, has an id of its own, and the template's checkpoint."""
    installation.format(tmp_path / "log", node_id=2, cluster_id="cluster")
    meta = (tmp_path / "log" / "meta.properties").read_text().splitlines()
    assert meta[:3] == ["version=1", "cluster.id=cluster", "node.id=2"]
    assert re.fullmatch(r"directory\.id=.{22}", meta[3])
    assert (tmp_path / "log" / "bootstrap.checkpoint").read_bytes() == b"checkpoint"


def test_formatted_folder_keeps_its_identity(installation: Installation, tmp_path: Path) -> None:
    """Formatting again changes nothing, whatever cluster id is offered."""
    installation.format(tmp_path / "log", node_id=1, cluster_id="first")
    before = (tmp_path / "log" / "meta.properties").read_text()
    installation.format(tmp_path / "log", node_id=1, cluster_id="second")
    assert (tmp_path / "log" / "meta.properties").read_text() == before


def test_interrupted_formatting_is_done_again(installation: Installation, tmp_path: Path) -> None:
    """A folder with a checkpoint but no identity counts as not formatted."""
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "bootstrap.checkpoint").write_bytes(b"half")
    installation.format(tmp_path / "log", node_id=1, cluster_id="cluster")
    assert (tmp_path / "log" / "bootstrap.checkpoint").read_bytes() == b"checkpoint"


@pytest.mark.parametrize(("content", "used"), [(None, False), (b"", False), (b"classes", True)])
def test_archive_is_used_if_there_is_one(
    installation: Installation, content: bytes | None, used: bool
) -> None:
    """A node starts from the archive, unless it is missing, or empty because it could not be made."""
    if content is not None:
        installation.archive_path.write_bytes(content)
    command = installation.node_command(Path("node.properties"))
    assert (f"-XX:AOTCache={installation.archive_path}" in command) is used


def test_other_jars_or_another_java_get_a_folder_of_their_own(
    installation: Installation, tmp_path: Path
) -> None:
    """Templates and archives of one pair of jars and Java are never used with another."""
    java = installation.runtime.java
    other_jars = Installation.of(KafkaRuntime(java, (tmp_path / "other.jar",)), tmp_path)
    (java.parent.parent / "release").write_text("26")
    other_java = Installation.of(installation.runtime, tmp_path)
    assert len({installation.folder, other_jars.folder, other_java.folder}) == 3
