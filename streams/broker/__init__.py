"""A real Apache Kafka on loopback that needs neither Java, Maven nor Docker on the machine."""

from streams.broker.cluster import EmbeddedCluster
from streams.broker.embedded import EmbeddedKafka
from streams.broker.faults import BrokerUnavailable
from streams.broker.java import KafkaRuntime
from streams.broker.running import running_bootstrap
from streams.broker.runtime import prepare_runtime

__all__ = [
    "BrokerUnavailable",
    "EmbeddedCluster",
    "EmbeddedKafka",
    "KafkaRuntime",
    "prepare_runtime",
    "running_bootstrap",
]
