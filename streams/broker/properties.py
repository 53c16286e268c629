"""The settings of a node, rendered for its ports and its quorum."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from string import Template
from types import MappingProxyType

from streams.broker.ports import HOST

TEMPLATE_FILE = "node.properties"
LOG_FOLDER = "log"
NOTHING_ELSE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class NodeAddress:
    """A node of a quorum: its id and its two ports on loopback."""

    node_id: int
    client_port: int
    controller_port: int

    @property
    def bootstrap(self) -> str:
        """Where clients connect."""
        return f"{HOST}:{self.client_port}"


def render_properties(
    node: NodeAddress, quorum: tuple[NodeAddress, ...], extra: Mapping[str, str] = NOTHING_ELSE
) -> str:
    """The settings of one node: topics have a replica on every node, and bear the loss of one if more.

    What `extra` sets is taken instead of what the template says.
    """
    template = Template(resources.files(__package__).joinpath(TEMPLATE_FILE).read_text(encoding="utf-8"))
    rendered = template.substitute(
        host=HOST,
        log_folder=LOG_FOLDER,
        node_id=node.node_id,
        client_port=node.client_port,
        controller_port=node.controller_port,
        voters=",".join(f"{each.node_id}@{HOST}:{each.controller_port}" for each in quorum),
        replication_factor=len(quorum),
        min_in_sync=max(1, len(quorum) - 1),
    )
    # of two lines with the same name Java takes the last
    return rendered + "".join(f"\n{name}={value}" for name, value in extra.items())
