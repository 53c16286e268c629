"""What a worker's metrics are told of, and what they ask for at each scrape."""

from collections.abc import Mapping

import pytest
from streaming_fakes import Endings, FakeClock, FakePositions, Record, delivery_of, opened

from schemas.counts import DayCounts
from schemas.tally import TableName
from schemas.wire import encode
from streams.counting.days import day_key
from streams.delivery import Delivery, Partition
from streams.delivery.batch import Fetched
from streams.index.counts import CountsIndex
from streams.kafka_topics import Catalogue
from streams.metrics import Metrics
from streams.metrics_wiring import TopActors, wire_metrics, wire_table_metrics
from streams.tables import Tables

CATALOGUE = Catalogue("t", 2, 1)
ARTICLES, TALLIES = Partition("t.articles.v1", 0), Partition("t.tallies.v1", 1)


@pytest.fixture
def deliveries() -> Mapping[str, Delivery]:
    topics = [CATALOGUE.articles, CATALOGUE.coded, CATALOGUE.tallies]
    return {
        role: delivery_of(FakePositions(ends={ARTICLES: 9, TALLIES: 9}), Endings(), kafka_topics=topics)
        for role in ("code", "count")
    }


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(f"tidings_{name}", labels)


async def test_commits_are_told_with_their_ages(deliveries: Mapping[str, Delivery]) -> None:
    """Articles are as old as their own arrival, what is made of them as old as the header tells."""
    metrics = Metrics()
    wire_metrics(metrics, deliveries=deliveries, catalogue=CATALOGUE, processes=2)
    made = [("tidings-arrived", b"1000")]
    for role, source, record in (
        ("code", ARTICLES, Record(0, timestamp=1000)),
        ("count", TALLIES, Record(0, timestamp=9000, headers=made)),
    ):
        delivery = await opened(deliveries[role], source)
        delivery.ages.now = lambda: 11.0
        await delivery.take(delivery.generation, source, Fetched(0, [record], 1))
        assert value(metrics, "behind_seconds", kafka_topic=source.kafka_topic) == 10
        await delivery.put(delivery.inboxes[source.kafka_topic].get_nowait(), [])
        assert value(metrics, "behind_seconds", kafka_topic=source.kafka_topic) == 0
        assert value(metrics, "article_age_seconds_sum", kafka_topic=source.kafka_topic) == 10
        assert value(metrics, "transactions_total", kafka_topic=source.kafka_topic) == 1
        assert value(metrics, "transaction_seconds_count", kafka_topic=source.kafka_topic) == 1
    assert value(metrics, "consumer_lag_records", kafka_topic=TALLIES.kafka_topic, partition="1") == 8


async def test_phases_follow_the_deliveries(deliveries: Mapping[str, Delivery]) -> None:
    """Each role is in one phase, the one that it is in now."""
    metrics = Metrics()
    wire_metrics(metrics, deliveries=deliveries, catalogue=CATALOGUE, processes=2)
    assert value(metrics, "delivery_phase", role="count", phase="joining") == 1
    await opened(deliveries["count"], TALLIES)
    assert value(metrics, "delivery_phase", role="count", phase="joining") == 0
    assert value(metrics, "delivery_phase", role="count", phase="open") == 1
    assert value(metrics, "delivery_phase", role="code", phase="joining") == 1


def test_a_worker_tells_of_its_own_inputs_alone(deliveries: Mapping[str, Delivery]) -> None:
    """What a counting worker never reads it does not tell of, and it has no processes that code."""
    metrics = Metrics()
    counting = {"count": deliveries["count"]}
    wire_metrics(metrics, deliveries=counting, catalogue=CATALOGUE, processes=2)
    deliveries["count"].lost_records[CATALOGUE.coded] = 3
    assert value(metrics, "transactions_total", kafka_topic=CATALOGUE.articles) is None
    assert value(metrics, "transactions_total", kafka_topic=CATALOGUE.coded) == 0
    assert value(metrics, "lost_records_total", kafka_topic=CATALOGUE.coded) == 3
    assert value(metrics, "lost_records_total", kafka_topic=CATALOGUE.tallies) == 0
    assert value(metrics, "pool_processes") == 0


def test_tables_and_their_index_are_told() -> None:
    """Tables that hold nothing yet are there as 0, and no actor is named unless asked for."""
    metrics = Metrics()
    wire_table_metrics(metrics, Tables(CATALOGUE), top_actors=0)
    for table in ("ledger", "actors", "pairs"):
        assert value(metrics, "table_keys", table=table) == 0
    assert value(metrics, "index_keys", table="actors") == 0
    assert value(metrics, "stores_read_anew_total", fault="corrupt") == 0
    assert "tidings_top_actor_articles" not in {family.name for family in metrics.registry.collect()}


def counted(**articles: int) -> CountsIndex:
    """A partition of actors with so many articles each."""
    raw = {
        day_key(actor, "2020-01-01").encode(): encode(
            DayCounts(label={"name": actor}, counters={"articles": number})
        )
        for actor, number in articles.items()
    }
    index = CountsIndex(TableName.ACTORS, raw.get)
    index.apply(raw)
    return index


def test_the_most_told_of_actors_are_of_all_partitions() -> None:
    """Best first, by key where two are alike, and no more than asked for."""
    top = TopActors(lambda: (counted(rus=5, fra=1, usa=7), counted(gbr=5, deu=2)))
    assert top(3) == [("usa", 7), ("gbr", 5), ("rus", 5)]


def test_actors_are_looked_for_now_and_then() -> None:
    """To find them is to look at every actor: not at each scrape."""
    partitions, clock = [counted(rus=5)], FakeClock()
    top = TopActors(lambda: tuple(partitions), clock=clock)
    assert top(1) == [("rus", 5)]
    partitions.append(counted(usa=7))
    clock.now += 29
    assert top(1) == [("rus", 5)]
    clock.now += 2
    assert top(1) == [("usa", 7)]
