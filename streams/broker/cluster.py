"""Three nodes of Apache Kafka that replicate to each other, for tests of what a lost one does."""

import time
from pathlib import Path
from types import TracebackType
from typing import Self

from streams.broker.data_folder import DataFolder
from streams.broker.installation import Installation, new_kafka_id
from streams.broker.java import KafkaRuntime
from streams.broker.node import START_TIMEOUT_SECONDS, STOP_TIMEOUT_SECONDS, KafkaNode
from streams.broker.ports import choose_ports
from streams.broker.properties import NodeAddress

NODE_IDS = (1, 2, 3)


class EmbeddedCluster:
    """Three combined brokers and controllers: replication factor 3, at least 2 replicas in sync."""

    def __init__(self, data_dir: Path, runtime: KafkaRuntime, *, cache_dir: Path) -> None:
        quorum = _choose_addresses()
        installation = Installation.of(runtime, cache_dir)
        cluster_id = new_kafka_id()
        self.nodes = tuple(
            KafkaNode(
                address,
                quorum,
                folder=DataFolder(data_dir / f"node-{address.node_id}"),
                installation=installation,
                cluster_id=cluster_id,
            )
            for address in quorum
        )

    @property
    def bootstrap(self) -> str:
        """Where clients connect: all nodes, separated by commas."""
        return ",".join(node.address.bootstrap for node in self.nodes)

    def node(self, node_id: int) -> KafkaNode:
        """The node with this id, to be stopped, killed and started by itself."""
        return self.nodes[NODE_IDS.index(node_id)]

    def start(self, *, timeout_seconds: float = START_TIMEOUT_SECONDS) -> None:
        """Start all nodes and return when each lists all as alive; raises `BrokerUnavailable`."""
        deadline = time.monotonic() + timeout_seconds
        try:
            for node in self.nodes:
                with node.folder.claim() as held_descriptor:
                    node.launch(held_descriptor)
            for node in self.nodes:
                node.wait_ready(frozenset(NODE_IDS), timeout_seconds=deadline - time.monotonic())
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """End all nodes within 5 s, in order as long as a majority is left to take leave of."""
        *others, last = self.nodes
        for node in others:
            node.stop(timeout_seconds=STOP_TIMEOUT_SECONDS / len(others))
        last.kill()

    def kill(self) -> None:
        """End all nodes by SIGKILL."""
        for node in self.nodes:
            node.kill()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _choose_addresses() -> tuple[NodeAddress, ...]:
    ports = choose_ports(*([None] * 2 * len(NODE_IDS)))
    pairs = zip(NODE_IDS, ports[::2], ports[1::2], strict=True)
    return tuple(NodeAddress(node_id, client, controller) for node_id, client, controller in pairs)
