"""Making Java's archive of loaded classes, from one run of a node that is thrown away."""

from pathlib import Path

from streams.broker.data_folder import DataFolder
from streams.broker.faults import BrokerUnavailable
from streams.broker.installation import Installation, new_kafka_id
from streams.broker.node import KafkaNode, NodeFailed
from streams.broker.ports import choose_ports
from streams.broker.properties import NodeAddress

# writing the archive is part of the node's end, and takes some 5 s on 2 cores
ARCHIVE_TIMEOUT_SECONDS = 120.0


def make_archive(installation: Installation, scratch: Path) -> None:
    """Make the archive that more than halves the time of later starts; an empty one if that fails."""
    made = scratch / "made.aot"
    try:
        _run_once(installation, scratch / "node", made)
    except BrokerUnavailable:
        # a node starts without it, only slower; the empty file says not to try again
        made.unlink(missing_ok=True)
    made.touch()
    made.replace(installation.archive_path)


def _run_once(installation: Installation, data_dir: Path, made: Path) -> None:
    client_port, controller_port = choose_ports(None, None)
    address = NodeAddress(1, client_port=client_port, controller_port=controller_port)
    node = KafkaNode(
        address,
        (address,),
        folder=DataFolder(data_dir),
        installation=installation,
        cluster_id=new_kafka_id(),
    )
    with node.folder.claim() as held_descriptor:
        node.launch(held_descriptor, f"-XX:AOTCacheOutput={made}")
    node.wait_ready(frozenset({1}))
    node.ask_to_stop()
    if not node.wait(ARCHIVE_TIMEOUT_SECONDS):
        node.kill()
        raise NodeFailed(f"the archive was not written within {ARCHIVE_TIMEOUT_SECONDS:g} s")
