"""Metrics whose label sets and values are asked for at each scrape: none outlives what it tells of."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

Rows = Callable[[], Iterable[tuple[Sequence[str], float]]]
"""Label values and the metric's value of each sample."""


class Scraped(Collector):
    """One gauge, or counter, with a sample for each row that `rows` gives."""

    kind: type[GaugeMetricFamily | CounterMetricFamily] = GaugeMetricFamily

    def __init__(self, name: str, text: str, labels: Sequence[str], rows: Rows) -> None:
        self._name, self._text, self._labels, self._rows = name, text, labels, rows

    def describe(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        """The family without samples: whoever registers asks nobody yet."""
        yield self.kind(self._name, self._text, labels=self._labels)

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        """The family as it is now."""
        family = self.kind(self._name, self._text, labels=self._labels)
        for labels, value in self._rows():
            family.add_metric(labels, value)
        yield family


class ScrapedCounter(Scraped):
    """The same of what only grows while the process lives."""

    kind = CounterMetricFamily


class ScrapedTogether(Collector):
    """Several gauges with the same labels, of rows that are asked for once."""

    def __init__(
        self,
        families: Sequence[tuple[str, str]],
        labels: Sequence[str],
        rows: Callable[[], Iterable[tuple[Sequence[str], Sequence[float]]]],
    ) -> None:
        self._families, self._labels, self._rows = families, labels, rows

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """The families without samples."""
        for name, text in self._families:
            yield GaugeMetricFamily(name, text, labels=self._labels)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The families as they are now."""
        families = list(self.describe())
        for labels, values in self._rows():
            for family, value in zip(families, values, strict=True):
                family.add_metric(labels, value)
        yield from families
