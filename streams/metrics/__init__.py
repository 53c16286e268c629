"""What an operator sees in Prometheus: one registry a worker, labels from closed sets."""

from streams.metrics.of_worker import Metrics

__all__ = ["Metrics"]
