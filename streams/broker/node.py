"""One node of Apache Kafka in a process of its own."""

import signal
import time
from collections.abc import Mapping

from streams.broker.data_folder import DataFolder
from streams.broker.faults import BrokerUnavailable
from streams.broker.installation import Installation
from streams.broker.metadata_probe import listed_brokers
from streams.broker.ports import PortTaken
from streams.broker.process import NodeProcess
from streams.broker.properties import NOTHING_ELSE, NodeAddress, render_properties

START_TIMEOUT_SECONDS = 30.0
STOP_TIMEOUT_SECONDS = 4.0
POLL_SECONDS = 0.02


class NodeFailed(BrokerUnavailable):
    """A node ended, or did not take requests in time; the message ends with what it logged."""


class KafkaNode:
    """A combined broker and controller with a fixed address, alone or in a quorum."""

    def __init__(
        self,
        address: NodeAddress,
        quorum: tuple[NodeAddress, ...],
        *,
        folder: DataFolder,
        installation: Installation,
        cluster_id: str,
        extra_properties: Mapping[str, str] = NOTHING_ELSE,
    ) -> None:
        self.address = address
        self.folder = folder
        self._quorum = quorum
        self._installation = installation
        self._cluster_id = cluster_id
        self._extra_properties = extra_properties
        self._process: NodeProcess | None = None

    @property
    def pid(self) -> int | None:
        """The node's process id, None before the first start."""
        return self._process.pid if self._process is not None else None

    @property
    def is_running(self) -> bool:
        """Whether the node's process lives."""
        return self._process is not None and self._process.is_running

    def start(self, *, timeout_seconds: float = START_TIMEOUT_SECONDS) -> None:
        """Start the node and return when it takes requests; raises `BrokerUnavailable`."""
        with self.folder.claim() as held_descriptor:
            self.launch(held_descriptor)
        self.wait_ready(frozenset({self.address.node_id}), timeout_seconds=timeout_seconds)

    def launch(self, held_descriptor: int, *options: str) -> None:
        """Start the node's process on its claimed folder, with further options of Java."""
        self.folder.clear_for_start()
        self.folder.remember_ports(self.address)
        self.folder.properties_path.write_text(
            render_properties(self.address, self._quorum, self._extra_properties), encoding="utf-8"
        )
        self._installation.format(
            self.folder.kafka_log_path, node_id=self.address.node_id, cluster_id=self._cluster_id
        )
        self._process = NodeProcess(
            self._installation.node_command(self.folder.properties_path, *options),
            folder=self.folder.path,
            log_path=self.folder.server_log_path,
            held_descriptor=held_descriptor,
        )
        self._process.start()
        self.folder.name_owner(held_descriptor, self._process.pid or 0)

    def wait_ready(self, brokers: frozenset[int], *, timeout_seconds: float = START_TIMEOUT_SECONDS) -> None:
        """Return when the node lists these brokers as alive; ends the node and raises if it does not."""
        try:
            self._poll_until_ready(brokers, timeout_seconds)
        except BaseException:
            self.kill()
            raise

    def wait(self, timeout_seconds: float | None = None) -> bool:
        """Wait for the node's process to end; False when it did not in time."""
        return self._process is None or self._process.wait(timeout_seconds)

    def ask_to_stop(self) -> None:
        """Ask the node to end in order, and return at once."""
        if self._process is not None:
            self._process.send(signal.SIGTERM)

    def stop(self, *, timeout_seconds: float = STOP_TIMEOUT_SECONDS) -> None:
        """End the node: in order if it manages that in time, else by force, which loses nothing either."""
        self.ask_to_stop()
        if not self.wait(timeout_seconds):
            self.kill()

    def kill(self) -> None:
        """End the node at once by SIGKILL."""
        if self._process is not None:
            self._process.send(signal.SIGKILL)
            self._process.wait()

    def _poll_until_ready(self, brokers: frozenset[int], timeout_seconds: float) -> None:
        deadline = time.monotonic() + timeout_seconds
        while not brokers <= listed_brokers(self.address.client_port):
            if not self.is_running:
                raise self._ended_early()
            if time.monotonic() > deadline:
                raise NodeFailed(self._explain(f"took no requests within {timeout_seconds:g} s"))
            time.sleep(POLL_SECONDS)

    def _ended_early(self) -> BrokerUnavailable:
        exit_code = self._process.exit_code if self._process is not None else None
        message = self._explain(f"ended with exit code {exit_code} before it took requests")
        return PortTaken(message) if "Address already in use" in message else NodeFailed(message)

    def _explain(self, what: str) -> str:
        return (
            f"Apache Kafka node {self.address.node_id} at {self.address.bootstrap} {what}; "
            f"{self.folder.server_log_path} ends with:\n{self.folder.server_log_tail()}"
        )
