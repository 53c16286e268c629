"""The Kafka of a chaos run: one node or a cluster of three, each behind a proxy of its own."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from aiokafka.errors import KafkaError

from streams.broker import KafkaRuntime
from streams.broker.data_folder import DataFolder
from streams.broker.installation import Installation, new_kafka_id
from streams.broker.metadata_probe import listed_brokers
from streams.broker.node import KafkaNode
from streams.broker.ports import HOST, choose_ports
from streams.broker.properties import NodeAddress
from streams.kafka_topics import admin_client
from tests.chaos.proxy import Proxy
from tests.chaos.topics import options_of

NODES: Final = {"node": 1, "cluster": 3}
START_SECONDS: Final = 60.0
LOOKUP_SECONDS: Final = 3.0

BUSY: Final = {
    "log.cleaner.backoff.ms": "200",
    "log.cleaner.io.buffer.size": "262144",
    "log.initial.task.delay.ms": "500",
    "log.segment.delete.delay.ms": "500",
    "transaction.abort.timed.out.transaction.cleanup.interval.ms": "500",
    "controlled.shutdown.enable": "true",
}
"""A cleaner that never rests; and nothing that waits for half a minute in a run of a quarter."""


@dataclass(eq=False)
class Broker:
    """One node, and the proxy that clients take for it; replicas and controllers go past the proxy."""

    node: KafkaNode
    proxy: Proxy
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def node_id(self) -> int:
        """The node's id in its cluster."""
        return self.node.address.node_id

    @property
    def process_id(self) -> int:
        """The process in which it runs."""
        return self.node.pid or 0


class Brokers:
    """All nodes: their addresses stay, however often they end and start."""

    def __init__(self, kind: str, folder: Path, runtime: KafkaRuntime, *, cache_dir: Path) -> None:
        self.kind = kind
        count = NODES[kind]
        ports = choose_ports(*([None] * 4 * count))
        quorum = tuple(NodeAddress(n + 1, ports[4 * n], ports[4 * n + 1]) for n in range(count))
        installation, cluster_id = Installation.of(runtime, cache_dir), new_kafka_id()
        self.all = tuple(
            Broker(
                KafkaNode(
                    address,
                    quorum,
                    folder=DataFolder(folder / f"node-{address.node_id}"),
                    installation=installation,
                    cluster_id=cluster_id,
                    extra_properties=BUSY | _second_listener(address, ports[4 * n + 2], ports[4 * n + 3]),
                ),
                Proxy(ports[4 * n + 3], broker_port=ports[4 * n + 2]),
            )
            for n, address in enumerate(quorum)
        )

    @property
    def bootstrap(self) -> str:
        """Where the service connects: the proxies."""
        return ",".join(f"{HOST}:{broker.proxy.port}" for broker in self.all)

    @property
    def direct_bootstrap(self) -> str:
        """Where the suite itself connects: past the proxies."""
        return ",".join(broker.node.address.bootstrap for broker in self.all)

    def broker(self, node_id: int) -> Broker:
        """The broker with this node id."""
        return self.all[node_id - 1]

    def start(self) -> None:
        """Start all proxies and nodes, and return when all nodes list all; raises BrokerUnavailable."""
        for broker in self.all:
            broker.proxy.start()
        self._start_nodes()

    def stop(self) -> None:
        """End everything; what the nodes hold is thrown away with their folder."""
        for broker in self.all:
            broker.node.kill()
            broker.proxy.stop()

    def heal(self) -> None:
        """End what faults are left: start what is down, let everything through."""
        for broker in self.all:
            broker.proxy.reset()
        self._start_nodes()

    def _start_nodes(self) -> None:
        down = [broker.node for broker in self.all if not broker.node.is_running]
        for node in down:
            launch(node)
        wanted = frozenset(broker.node_id for broker in self.all)
        for broker in self.all:
            broker.node.wait_ready(wanted, timeout_seconds=START_SECONDS)

    # --- who does what ---------------------------------------------------------------------------------

    async def coordinator(self, group: str) -> Broker | None:
        """The node that coordinates a group; None where nobody says so in time."""
        try:
            async with asyncio.timeout(LOOKUP_SECONDS), admin_client(options_of(self)) as admin:
                return self.broker(await admin.find_coordinator(group))
        except (KafkaError, OSError):
            return None

    async def leader(self, kafka_topic: str, partition: int) -> Broker | None:
        """The node that leads a partition; None where nobody says so in time."""
        try:
            async with asyncio.timeout(LOOKUP_SECONDS), admin_client(options_of(self)) as admin:
                (described,) = await admin.describe_topics([kafka_topic])
        except (KafkaError, OSError):
            return None
        leaders = {row["partition"]: row["leader"] for row in described["partitions"]}
        return self.broker(leaders[partition]) if leaders.get(partition, -1) > 0 else None

    def __str__(self) -> str:
        return self.kind


def launch(node: KafkaNode) -> None:
    """Start a node without waiting until it takes requests."""
    with node.folder.claim() as held_descriptor:
        node.launch(held_descriptor)


def lists_itself(node: KafkaNode) -> bool:
    """Whether the node takes requests."""
    return node.address.node_id in listed_brokers(node.address.client_port)


def _second_listener(address: NodeAddress, port: int, proxy_port: int) -> dict[str, str]:
    """A listener for clients, who are told the proxy's port; brokers use the first among themselves."""
    return {
        "listeners": f"PLAINTEXT://{address.bootstrap},CLIENTS://{HOST}:{port},"
        f"CONTROLLER://{HOST}:{address.controller_port}",
        "advertised.listeners": f"PLAINTEXT://{address.bootstrap},CLIENTS://{HOST}:{proxy_port}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT",
    }
