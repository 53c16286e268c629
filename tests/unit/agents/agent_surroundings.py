"""What every agent is built with in these tests, and how its dead letters and metrics are looked at."""

from datetime import UTC, datetime

from schemas.dead_letter import DeadLetter
from streams.dead_letters import DeadLetters, story_of
from streams.delivery import Outgoing
from streams.metrics import Metrics

NOW = datetime(2020, 6, 1, 12, tzinfo=UTC)


def dead_letters_of(metrics: Metrics) -> DeadLetters:
    return DeadLetters("dead", metrics, lambda: NOW)


def story(outgoing: Outgoing) -> DeadLetter:
    """The story that a dead letter tells."""
    assert outgoing.kafka_topic == "dead"
    return story_of(dict(outgoing.headers))


def sample(metrics: Metrics, name: str, **labels: str) -> float:
    return metrics.registry.get_sample_value(name, labels) or 0.0
