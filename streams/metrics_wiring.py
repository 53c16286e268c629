"""The wiring of a worker's metrics: what tells them of events, and whom they ask at each scrape."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from schemas.tally import TableName
from streams.counting.questions import ListName, Question
from streams.delivery import Delivery
from streams.delivery.ages import Ages
from streams.delivery.delivery import Phase
from streams.index.counts import CountsIndex
from streams.index.rankings import rank
from streams.kafka_topics import Catalogue
from streams.metrics import Metrics
from streams.tables import Tables
from streams.web.push.messages import Kind
from streams.web.push.outbox import Ending

_TOP_SECONDS: Final = 30.0
"""How long the most told of actors stand: to find them is to look at every actor."""


def wire_metrics(
    metrics: Metrics, *, deliveries: Mapping[str, Delivery], catalogue: Catalogue, processes: int
) -> None:
    """Let a worker's deliveries tell of what they commit, and be asked where they stand.

    The deliveries are by role, 'code' and 'count'.
    """
    inputs = {"code": (catalogue.articles,), "count": (catalogue.coded, catalogue.tallies)}
    read = [kafka_topic for role in deliveries for kafka_topic in inputs[role]]
    metrics.collect_process()
    metrics.begin_inputs(read)
    metrics.begin_streams(kinds=[*Kind], endings=[*Ending])
    metrics.pool_processes.set(processes if "code" in deliveries else 0)
    for role, delivery in deliveries.items():
        delivery.ages = Ages(of_articles=role == "code", observe=metrics.observe_age)
        delivery.on_transaction = metrics.observe_transaction
    metrics.collect_phases(
        lambda: ((role, delivery.standing.value) for role, delivery in deliveries.items()),
        phases=[*Phase],
    )
    metrics.collect_lag(lambda: _lag(deliveries.values()))
    metrics.collect_seconds_behind(
        lambda: (row for delivery in deliveries.values() for row in delivery.seconds_behind().items())
    )
    metrics.collect_losses(lambda: _losses(read, deliveries.values()))


def wire_table_metrics(metrics: Metrics, tables: Tables, *, top_actors: int) -> None:
    """Let tables and their index be asked how much they hold, and what they had to read anew."""
    recovery, index = tables.recovery, tables.index
    metrics.collect_recovery(
        running=lambda: recovery.running,
        remaining=lambda: recovery.remaining_records,
        seconds=lambda: recovery.seconds,
    )
    metrics.collect_tables(tables.sizes)
    metrics.collect_index(index.sizes)
    metrics.collect_stores(
        lambda: (("corrupt", recovery.corrupt_stores), ("discarded", recovery.discarded_stores))
    )
    most_told_of = TopActors(lambda: tuple(index.counts[TableName.ACTORS].values()))
    metrics.collect_top_actors(most_told_of, limit=top_actors)


def _lag(deliveries: Iterable[Delivery]) -> Iterable[tuple[str, int, int]]:
    for delivery in deliveries:
        for partition, records in delivery.lag().items():
            yield partition.kafka_topic, partition.number, records


def _losses(kafka_topics: Iterable[str], deliveries: Iterable[Delivery]) -> Iterable[tuple[str, int]]:
    lost: dict[str, int] = dict.fromkeys(kafka_topics, 0)
    for delivery in deliveries:
        lost |= delivery.lost_records
    return lost.items()


@dataclass
class TopActors:
    """The actors with the most articles, over all days; looked for now and then, not at each scrape."""

    indexes: Callable[[], Sequence[CountsIndex]]
    clock: Callable[[], float] = time.monotonic
    _found: list[tuple[str, int]] = field(default_factory=list)
    _until: float = -1.0

    def __call__(self, limit: int) -> list[tuple[str, int]]:
        """Actor and articles, most first."""
        if self.clock() >= self._until:
            self._until = self.clock() + _TOP_SECONDS
            self._found = self._look(limit)
        return self._found

    def _look(self, limit: int) -> list[tuple[str, int]]:
        question = Question(ListName.ACTORS)
        found = [
            (-articles, actor)
            for index in self.indexes()
            for articles, actor, _ in rank(index, question).best(limit, None)
        ]
        return [(actor, -articles) for articles, actor in sorted(found)[:limit]]
