"""One node of the real Apache Kafka: its start, its end, and what outlives it."""

import asyncio
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from streams.broker import BrokerUnavailable, EmbeddedKafka, KafkaRuntime, prepare_runtime
from streams.broker.data_folder import DataFolderInUse
from streams.broker.installation import Installation, new_kafka_id
from streams.broker.node import NodeFailed
from streams.broker.ports import HOST, PortTaken, choose_ports, is_free
from streams.broker.properties import NodeAddress, render_properties
from streams.kafka_topics import MAX_RECORD_BYTES

pytestmark = pytest.mark.kafka

# a process with a node of its own, which prints the node's process id and waits to be killed
PARENT = """
import sys, time
from pathlib import Path
from streams.broker import EmbeddedKafka, prepare_runtime
cache_dir = Path(sys.argv[2])
node = EmbeddedKafka(Path(sys.argv[1]), prepare_runtime(cache_dir), cache_dir=cache_dir)
node.start()
print(node.pid, node.bootstrap, flush=True)
time.sleep(60)
"""


@pytest.fixture
def node(tmp_path: Path, kafka_runtime: KafkaRuntime, cache_dir: Path) -> Iterator[EmbeddedKafka]:
    """A node of the test's own, not yet started."""
    node = EmbeddedKafka(tmp_path / "node", kafka_runtime, cache_dir=cache_dir)
    yield node
    node.kill()


async def create_topic(bootstrap: str, name: str, replication_factor: int = 1) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics(
            [NewTopic(name, num_partitions=1, replication_factor=replication_factor)], timeout_ms=10_000
        )
    finally:
        await admin.close()


async def produce(bootstrap: str, kafka_topic: str, values: list[bytes]) -> None:
    async with AIOKafkaProducer(
        bootstrap_servers=bootstrap, enable_idempotence=True, max_request_size=2 * MAX_RECORD_BYTES
    ) as producer:
        for value in values:
            await producer.send_and_wait(kafka_topic, value)


async def consume(bootstrap: str, kafka_topic: str, *, count: int, group: str | None = None) -> list[bytes]:
    """So many values from the group's place on, or from the start without a group; a group commits."""
    partition = TopicPartition(kafka_topic, 0)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_partition_fetch_bytes=2 * MAX_RECORD_BYTES,
    )
    consumer.assign([partition])
    await consumer.start()
    try:
        records = [await consumer.getone(partition) for _ in range(count)]
        if group is not None:
            await consumer.commit({partition: records[-1].offset + 1})
        return [record.value for record in records]
    finally:
        await consumer.stop()


def gone(pid: int, timeout_seconds: float = 5.0) -> bool:
    """Whether the process has ended in time (nobody reaps the child of a killed parent here)."""
    deadline = time.monotonic() + timeout_seconds
    stat = Path(f"/proc/{pid}/stat")
    while time.monotonic() < deadline:
        if not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.02)
    return False


async def test_node_takes_and_gives_records(kafka: EmbeddedKafka) -> None:
    """What is produced right after the start comes back as it was."""
    kafka_topic = f"records-{uuid4()}"
    await create_topic(kafka.bootstrap, kafka_topic)
    await produce(kafka.bootstrap, kafka_topic, [b"one", b"two"])
    assert await consume(kafka.bootstrap, kafka_topic, count=2) == [b"one", b"two"]


async def test_largest_record_passes(kafka: EmbeddedKafka) -> None:
    """A record of the size that the catalogue allows is taken and given back."""
    kafka_topic = f"large-{uuid4()}"
    largest = b"x" * (MAX_RECORD_BYTES - 1024)
    await create_topic(kafka.bootstrap, kafka_topic)
    await produce(kafka.bootstrap, kafka_topic, [largest])
    assert await consume(kafka.bootstrap, kafka_topic, count=1) == [largest]


async def test_data_and_offsets_survive_a_restart_on_another_port(node: EmbeddedKafka) -> None:
    """After stop and start, with the old port taken, records and a group's place are still there."""
    node.start()
    old_bootstrap = node.bootstrap
    await create_topic(old_bootstrap, "kept")
    await produce(old_bootstrap, "kept", [b"one", b"two"])
    assert await consume(old_bootstrap, "kept", count=1, group="readers") == [b"one"]
    node.stop()
    host, _, port = old_bootstrap.partition(":")
    with socket.create_server((host, int(port))):
        node.start()
        assert node.bootstrap != old_bootstrap
        await produce(node.bootstrap, "kept", [b"three"])
        rest = await consume(node.bootstrap, "kept", count=2, group="readers")
    assert rest == [b"two", b"three"]


async def test_acknowledged_records_survive_sigkill(node: EmbeddedKafka) -> None:
    """A node that is killed starts again on the same port, with all that it had acknowledged."""
    node.start()
    bootstrap = node.bootstrap
    await create_topic(bootstrap, "kept")
    values = [f"{n}".encode() for n in range(100)]
    await produce(bootstrap, "kept", values)
    node.kill()
    assert not node.is_running
    node.start()
    assert node.bootstrap == bootstrap
    assert await consume(bootstrap, "kept", count=100) == values


def test_crash_is_noticed(node: EmbeddedKafka) -> None:
    """A node that ends by itself stops counting as running, and whoever waits for that is told."""
    node.start()
    assert node.is_running
    assert node.pid is not None
    assert not node.wait(0)
    os.kill(node.pid, signal.SIGKILL)
    assert node.wait(5)
    assert not node.is_running


def test_stop_is_quick_and_leaves_nothing(node: EmbeddedKafka) -> None:
    """The node ends within 5 s of being asked, and frees its ports."""
    node.start()
    port = int(node.bootstrap.partition(":")[2])
    started = time.monotonic()
    node.stop()
    assert time.monotonic() - started < 5
    assert not node.is_running
    assert is_free(port)


def test_second_start_on_a_data_folder_is_refused(
    node: EmbeddedKafka, tmp_path: Path, kafka_runtime: KafkaRuntime, cache_dir: Path
) -> None:
    """Whoever starts a second node on a folder is told the first one's process id; the first runs on."""
    node.start()
    second = EmbeddedKafka(tmp_path / "node", kafka_runtime, cache_dir=cache_dir)
    for refused in (second, node):
        with pytest.raises(DataFolderInUse, match=rf"process id {node.pid} "):
            refused.start()
    assert node.is_running


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of its parent's death")
async def test_node_ends_with_its_killed_parent_and_its_folder_is_free(
    node: EmbeddedKafka, tmp_path: Path, cache_dir: Path
) -> None:
    """SIGKILL of the process that started a node ends the node, and the next start has the data."""
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, str(tmp_path / "node"), str(cache_dir), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    pid, bootstrap = (await parent.stdout.readline()).decode().split()
    await create_topic(bootstrap, "kept")
    await produce(bootstrap, "kept", [b"one"])
    parent.kill()
    await parent.wait()
    assert gone(int(pid))
    node.start()
    assert await consume(node.bootstrap, "kept", count=1) == [b"one"]


def test_node_started_in_a_worker_thread_outlives_it(node: EmbeddedKafka) -> None:
    """A start by way of a thread, as asyncio.to_thread does it, is as good as any other."""
    worker = threading.Thread(target=node.start)
    worker.start()
    worker.join()
    assert not node.wait(0.3)


async def test_any_folder_name_will_do(tmp_path: Path, kafka_runtime: KafkaRuntime, cache_dir: Path) -> None:
    """Blanks, commas and letters beyond ASCII in the data folder's path do no harm."""
    folder = tmp_path / "a b,c=d\\e #ü 新"
    with EmbeddedKafka(folder, kafka_runtime, cache_dir=cache_dir) as node:
        await create_topic(node.bootstrap, "kept")
    assert (folder / "log" / "kept-0").is_dir()


def test_given_port_is_used_or_named(tmp_path: Path, kafka_runtime: KafkaRuntime, cache_dir: Path) -> None:
    """A port that the caller asks for is the node's port; if it is taken, the error names it."""
    (port,) = choose_ports(None)
    node = EmbeddedKafka(tmp_path, kafka_runtime, cache_dir=cache_dir, port=port)
    with socket.create_server((HOST, port)), pytest.raises(PortTaken, match=str(port)):
        node.start()
    with node:
        assert node.bootstrap == f"{HOST}:{port}"


def test_failed_start_shows_the_log(node: EmbeddedKafka, tmp_path: Path) -> None:
    """A node that cannot start says what it logged, and leaves no process."""
    node.start()
    node.stop()
    (tmp_path / "node" / "log" / "meta.properties").write_text("version=1\nnode.id=7\ncluster.id=x\n")
    with pytest.raises(NodeFailed, match=r"(?s)node\.log ends with.*node id 7"):
        node.start()
    assert not node.is_running


def test_address_before_the_first_start_is_an_error(node: EmbeddedKafka) -> None:
    """Nobody connects to a node by a made-up address."""
    with pytest.raises(BrokerUnavailable, match="before its first start"):
        _ = node.bootstrap


def test_template_formats_as_kafka_does(tmp_path: Path, kafka_runtime: KafkaRuntime, cache_dir: Path) -> None:
    """A folder formatted by the template holds what kafka-storage makes, and kafka-storage takes it."""
    installation = Installation.of(kafka_runtime, cache_dir)
    address = NodeAddress(1, client_port=9092, controller_port=9093)
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    cluster_id = new_kafka_id()
    for folder in (ours, theirs):
        (folder / "tmp").mkdir(parents=True)
        (folder / "node.properties").write_text(render_properties(address, (address,)))
    installation.format(ours / "log", node_id=1, cluster_id=cluster_id)
    installation.run_storage_tool(theirs, "format", "-t", cluster_id, "-c", "node.properties")
    assert _identity(ours) == _identity(theirs)
    printed = installation.run_storage_tool(ours, "info", "-c", "node.properties")
    assert cluster_id in printed
    assert "Found problem" not in printed


def _identity(folder: Path) -> dict[str, str | int]:
    """What a formatted folder says, without the comments and the id that is random."""
    lines = (folder / "log" / "meta.properties").read_text().splitlines()
    settings = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    assert len(settings.pop("directory.id")) == 22
    sizes = {path.name: path.stat().st_size for path in (folder / "log").glob("*.checkpoint")}
    return settings | sizes


def test_filled_cache_needs_no_network(
    kafka_runtime: KafkaRuntime, cache_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a filled cache the runtime is there without a single connection."""

    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert prepare_runtime(cache_dir) == kafka_runtime
