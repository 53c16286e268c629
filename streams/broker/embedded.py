"""The embedded Apache Kafka: one node on loopback whose data outlives it."""

from pathlib import Path
from types import TracebackType
from typing import Self

from streams.broker.data_folder import DataFolder
from streams.broker.faults import BrokerUnavailable
from streams.broker.installation import Installation, new_kafka_id
from streams.broker.java import KafkaRuntime
from streams.broker.node import START_TIMEOUT_SECONDS, KafkaNode
from streams.broker.ports import PortTaken, choose_ports
from streams.broker.properties import NodeAddress

NODE_ID = 1
START_ATTEMPTS = 3


class EmbeddedKafka:
    """One combined broker and controller on a data folder; ends at the latest with this process.

    Without a given port it takes the one of its last start if that is free, else any other.
    """

    def __init__(
        self, data_dir: Path, runtime: KafkaRuntime, *, cache_dir: Path, port: int | None = None
    ) -> None:
        self._folder = DataFolder(data_dir)
        self._runtime = runtime
        self._cache_dir = cache_dir
        self._port = port
        self._node: KafkaNode | None = None

    @property
    def bootstrap(self) -> str:
        """Where clients connect, 'host:port'; known from the first start on."""
        if self._node is None:
            raise BrokerUnavailable("the embedded Apache Kafka has no address before its first start")
        return self._node.address.bootstrap

    @property
    def pid(self) -> int | None:
        """The node's process id, None before the first start."""
        return self._node.pid if self._node is not None else None

    @property
    def is_running(self) -> bool:
        """Whether the node's process lives; a crash shows here at once."""
        return self._node is not None and self._node.is_running

    def start(self, *, timeout_seconds: float = START_TIMEOUT_SECONDS) -> None:
        """Start the node and return when it takes requests; raises `BrokerUnavailable`."""
        for attempts_left in reversed(range(START_ATTEMPTS)):
            try:
                self._start_once(timeout_seconds)
                break
            except PortTaken:
                # taken between our look at the port and Java's: the next attempt looks again
                if self._port is not None or not attempts_left:
                    raise

    def stop(self) -> None:
        """End the node within 5 s; its data stays."""
        if self._node is not None:
            self._node.stop()

    def kill(self) -> None:
        """End the node by SIGKILL, as a crash would."""
        if self._node is not None:
            self._node.kill()

    def wait(self, timeout_seconds: float | None = None) -> bool:
        """Wait for the node's process to end; False when it did not in time."""
        return self._node is None or self._node.wait(timeout_seconds)

    def log_tail(self) -> str:
        """The last lines of what the node logged."""
        return self._folder.server_log_tail()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start_once(self, timeout_seconds: float) -> None:
        with self._folder.claim() as held_descriptor:
            address = self._choose_address()
            self._node = KafkaNode(
                address,
                (address,),
                folder=self._folder,
                installation=Installation.of(self._runtime, self._cache_dir),
                cluster_id=new_kafka_id(),
            )
            self._node.launch(held_descriptor)
        self._node.wait_ready(frozenset({NODE_ID}), timeout_seconds=timeout_seconds)

    def _choose_address(self) -> NodeAddress:
        remembered_client_port, remembered_controller_port = self._folder.remembered_ports()
        client_port, controller_port = choose_ports(
            self._port or remembered_client_port, remembered_controller_port
        )
        if self._port is not None and client_port != self._port:
            raise PortTaken(
                f"port {self._port} is taken: end what listens there, or give another port or none"
            )
        return NodeAddress(NODE_ID, client_port=client_port, controller_port=controller_port)
