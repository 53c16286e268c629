"""The settings that a node starts with."""

from streams.broker.properties import NodeAddress, render_properties
from streams.kafka_topics import MAX_RECORD_BYTES

ALONE = NodeAddress(1, client_port=21001, controller_port=21002)
THREE = tuple(NodeAddress(n, client_port=21000 + n, controller_port=22000 + n) for n in (1, 2, 3))


def rendered(node: NodeAddress, quorum: tuple[NodeAddress, ...]) -> dict[str, str]:
    lines = render_properties(node, quorum).splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_every_place_is_filled() -> None:
    """Nothing of the template's own notation is left in what Kafka reads."""
    assert "$" not in render_properties(ALONE, (ALONE,))


def test_listeners_and_voters_follow_the_ports() -> None:
    """What a node listens on, tells clients and votes by are the ports it was given."""
    settings = rendered(ALONE, (ALONE,))
    assert settings["listeners"] == "PLAINTEXT://127.0.0.1:21001,CONTROLLER://127.0.0.1:21002"
    assert settings["advertised.listeners"] == "PLAINTEXT://127.0.0.1:21001"
    assert settings["controller.quorum.voters"] == "1@127.0.0.1:21002"


def test_node_alone_replicates_to_nobody() -> None:
    """A single node asks for one replica, and for one in sync."""
    settings = rendered(ALONE, (ALONE,))
    assert settings["default.replication.factor"] == settings["min.insync.replicas"] == "1"
    assert settings["offsets.topic.replication.factor"] == "1"


def test_three_nodes_bear_the_loss_of_one() -> None:
    """In a quorum of three each record has three replicas, and two suffice to take it."""
    settings = rendered(THREE[1], THREE)
    assert settings["node.id"] == "2"
    assert settings["controller.quorum.voters"] == "1@127.0.0.1:22001,2@127.0.0.1:22002,3@127.0.0.1:22003"
    for name in ("default.replication.factor", "offsets.topic.replication.factor"):
        assert settings[name] == "3"
    for name in ("min.insync.replicas", "transaction.state.log.min.isr"):
        assert settings[name] == "2"


def test_largest_record_fits_everywhere() -> None:
    """The largest record of the catalogue passes as a message, in a replica's fetch, and in a segment."""
    settings = rendered(ALONE, (ALONE,))
    message_bytes = int(settings["message.max.bytes"])
    assert MAX_RECORD_BYTES < message_bytes <= int(settings["replica.fetch.max.bytes"])
    assert message_bytes < int(settings["log.segment.bytes"])
    assert message_bytes < int(settings["socket.request.max.bytes"])


def test_nothing_is_lost_to_retention_or_mistyped_names() -> None:
    """Records stay until a topic says otherwise, and no topic comes into being by being named."""
    settings = rendered(ALONE, (ALONE,))
    assert settings["log.retention.ms"] == settings["log.retention.bytes"] == "-1"
    assert settings["auto.create.topics.enable"] == "false"


def test_extra_properties_stand_after_those_of_the_template() -> None:
    """What a caller sets beside the template is what Kafka takes, since the last line of a name counts."""
    lines = render_properties(ALONE, (ALONE,), {"num.partitions": "7", "log.cleaner.backoff.ms": "200"})
    settings = dict(line.split("=", 1) for line in lines.splitlines() if line and not line.startswith("#"))
    assert settings["num.partitions"] == "7"
    assert settings["log.cleaner.backoff.ms"] == "200"
    assert settings["node.id"] == "1"
