"""The ledger and tally agents: bytes in, changelog records, tallies and dead letters out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from agent_surroundings import dead_letters_of, sample, story
from hand_made import actor, at, coded, coding, topic
from streaming_fakes import (
    Endings,
    FakePositions,
    Journal,
    Record,
    batch_of,
    delivery_of,
    opened,
    stream_of,
)

from schemas.counts import DayCounts
from schemas.dead_letter import Reason
from schemas.ledger import LedgerEntry
from schemas.tally import TableName, Tally
from schemas.wire import decode, encode
from streams.agents.ledger import Ledger, build_ledger_agent
from streams.agents.log_ends import LogEnds
from streams.agents.tally import TallyTables, build_tally_agent
from streams.delivery import Batch, Outgoing, Partition
from streams.metrics import Metrics
from streams.tables import Table

NOW = datetime(2020, 1, 1, tzinfo=UTC)
SAYS = coding(actors=[actor("rus")], topics=[topic("war")])
BAD = [b"{oops", b"", None, b"\xff", b"[]", b'{"article_id": "a"}', b"[" * 100_000]


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def ledger(metrics: Metrics) -> Ledger:
    table = Table("ledger-changelog", LedgerEntry)
    return Ledger(table, "tallies", 4, dead_letters_of(metrics), metrics, lambda: NOW)


@pytest.fixture
def tables(metrics: Metrics) -> TallyTables:
    counts = {name: Table(f"{name.value}-changelog", DayCounts) for name in TableName}
    return TallyTables(counts, 4, dead_letters_of(metrics), metrics, lambda: NOW)


def given(
    counting: Ledger | TallyTables, batch: Batch, ends: Mapping[int, int] | None = None
) -> list[Outgoing]:
    """What a batch gives rise to, where these are the ends of what its records tell of."""
    return list(counting.outgoing(batch, counting.read(batch), ends))  # type: ignore[arg-type]


async def no_ends() -> dict[int, int]:
    return {0: 1000}


def coded_record(offset: int, *, article: int | None = None) -> Record:
    return Record(offset, b"a", encode(coded(offset=offset if article is None else article, says=SAYS)))


def tally_record(offset: int, **days: int) -> Record:
    tally = Tally(
        table=TableName.ACTORS,
        key="rus",
        label={"name": "Russia"},
        days={day.replace("_", "-").removeprefix("d"): {"articles": count} for day, count in days.items()},
        coded=at(offset),
    )
    return Record(offset, b"rus", encode(tally))


# --- ledger ------------------------------------------------------------------------------------------------


def test_the_changelog_record_goes_before_the_tallies(ledger: Ledger, metrics: Metrics) -> None:
    """A coded article gives its ledger value first, on its partition, then tallies keyed by thing."""
    outgoing = given(ledger, batch_of(coded_record(4), kafka_topic="coded", partition=3))
    assert [(row.kafka_topic, row.partition, row.key) for row in outgoing] == [
        ("ledger-changelog", 3, b"a"),
        ("tallies", None, b"rus|war"),
        ("tallies", None, b"rus"),
        ("tallies", None, b"war"),
    ]
    assert decode(LedgerEntry, outgoing[0].value or b"") == ledger.entries.value(3, b"a")
    assert {decode(Tally, row.value or b"").coded for row in outgoing[1:]} == {at(4, 3)}
    assert sample(metrics, "tidings_articles_counted_total", outcome="counted") == 1
    assert sample(metrics, "tidings_tallies_sent_total") == 3


def test_the_last_tally_of_a_story_tells_when_it_arrived(ledger: Ledger) -> None:
    """One tally a story carries the arrival on, so that the tables too can tell how old it has become."""
    arrived = ("tidings-arrived", b"1700000")
    record = replace(coded_record(4), headers=[arrived, ("other", b"x")])
    outgoing = given(ledger, batch_of(record, kafka_topic="coded"))
    assert [row.headers for row in outgoing] == [(), (), (), (arrived,)]


def test_a_superseded_article_sends_nothing(ledger: Ledger) -> None:
    """An older version gives rise to no record at all."""
    given(ledger, batch_of(coded_record(4), kafka_topic="coded"))
    assert given(ledger, batch_of(coded_record(5, article=3), kafka_topic="coded")) == []


def test_a_duplicate_writes_its_new_coordinates_and_no_tally(ledger: Ledger) -> None:
    """The same content again gives one changelog record, which says where the story now stands."""
    given(ledger, batch_of(coded_record(4), kafka_topic="coded", partition=3))
    (again,) = given(ledger, batch_of(coded_record(7), kafka_topic="coded", partition=3))
    assert (again.kafka_topic, again.partition) == ("ledger-changelog", 3)
    assert decode(LedgerEntry, again.value or b"").article == at(7)


def test_partitions_have_ledgers_of_their_own(ledger: Ledger) -> None:
    """The same article id on two coded partitions is two stories: each partition moves by itself."""
    for partition in (0, 1):
        outgoing = given(ledger, batch_of(coded_record(4), kafka_topic="coded", partition=partition))
        assert len(outgoing) == 4


@pytest.mark.parametrize("value", BAD)
def test_the_ledger_sets_aside_what_is_no_coded_article(value: bytes | None, ledger: Ledger) -> None:
    """Bytes that are no coded article become a dead letter in their place, and the next is counted."""
    batch = batch_of(Record(3, b"k", value), coded_record(4), kafka_topic="coded", partition=1)
    dead, *rest = given(ledger, batch)
    assert (dead.kafka_topic, dead.key, dead.value) == ("dead", b"k", value)
    told = story(dead)
    assert (told.kafka_topic, told.partition, told.offset) == ("coded", 1, 3)
    assert told.reason is Reason.NOT_A_CODED_ARTICLE
    assert len(rest) == 4


# --- tally -------------------------------------------------------------------------------------------------


def test_a_batch_writes_each_value_once(tables: TallyTables) -> None:
    """Several tallies of one thing and day give one changelog record, with all of them in it."""
    batch = batch_of(
        tally_record(0, d2012_07_30=1),
        tally_record(1, d2012_07_30=1, d2012_07_31=5),
        tally_record(2, d2012_07_30=1),
        kafka_topic="tallies",
        partition=2,
    )
    outgoing = given(tables, batch)
    assert [(row.kafka_topic, row.partition, row.key) for row in outgoing] == [
        ("actors-changelog", 2, b"rus@2012-07-30"),
        ("actors-changelog", 2, b"rus@2012-07-31"),
    ]
    held = decode(DayCounts, outgoing[0].value or b"")
    assert held.counters == {"articles": 3}
    assert tables.counts[TableName.ACTORS].value(2, b"rus@2012-07-30") == held


def test_tables_of_counted_things_are_kept_apart(tables: TallyTables) -> None:
    """The same key in another table, on another day or on another partition is another value."""
    actors, topics = (
        Tally(table=name, key="k", label={"name": "K"}, days={"2012-07-30": {"articles": 1}}, coded=at(0))
        for name in (TableName.ACTORS, TableName.TOPICS)
    )
    batch = batch_of(Record(0, b"k", encode(actors)), Record(1, b"k", encode(topics)), kafka_topic="tallies")
    assert [row.kafka_topic for row in given(tables, batch)] == ["actors-changelog", "topics-changelog"]
    assert tables.counts[TableName.ACTORS].value(1, b"k@2012-07-30") is None
    assert tables.counts[TableName.ACTORS].value(0, b"k@2012-07-31") is None


def test_counts_that_come_to_nothing_are_still_written(tables: TallyTables) -> None:
    """A value that is taken back as a whole goes into the changelog: recovery must not find the old one."""
    given(tables, batch_of(tally_record(0, d2012_07_30=1), kafka_topic="tallies"))
    (row,) = given(tables, batch_of(tally_record(1, d2012_07_30=-1), kafka_topic="tallies"))
    assert decode(DayCounts, row.value or b"").counters == {}


def test_a_tally_of_two_days_is_one_tally(tables: TallyTables, metrics: Metrics) -> None:
    """What is applied is counted in the unit in which it was sent: a tally, not a day of one."""
    given(tables, batch_of(tally_record(0, d2012_07_30=1), kafka_topic="tallies"))
    given(tables, batch_of(tally_record(1, d2012_07_30=-1, d2012_07_31=1), kafka_topic="tallies"))
    assert sample(metrics, "tidings_tallies_applied_total") == 2


def test_what_lies_is_set_aside_and_changes_nothing(tables: TallyTables, ledger: Ledger) -> None:
    """A count below zero, and coordinates of a record that is not there, become dead letters."""
    below = given(tables, batch_of(tally_record(0, d2012_07_30=-1), kafka_topic="tallies"))
    beyond = given(ledger, batch_of(coded_record(4), kafka_topic="coded"), {0: 4})
    assert [story(row).reason for row in (*below, *beyond)] == [Reason.BELOW_ZERO, Reason.LYING_COORDINATES]
    assert (len(tables.counts[TableName.ACTORS]), len(ledger.entries)) == (0, 0)


@pytest.mark.parametrize("value", [*BAD, b'{"table": "stories", "key": "k", "label": {}, "days": {}}'])
def test_the_tally_agent_sets_aside_what_is_no_tally(value: bytes | None, tables: TallyTables) -> None:
    """Bytes that are no tally become a dead letter, and the next is applied."""
    batch = batch_of(Record(3, b"k", value), tally_record(4, d2012_07_30=1), kafka_topic="tallies")
    outgoing = {row.kafka_topic: row for row in given(tables, batch)}
    assert set(outgoing) == {"dead", "actors-changelog"}
    told = story(outgoing["dead"])
    assert (told.reason, told.offset) == (Reason.NOT_A_TALLY, 3)


# --- both, as agents ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kafka_topic", ["coded", "tallies"])
async def test_an_agent_puts_each_live_batch(
    kafka_topic: str, ledger: Ledger, tables: TallyTables, endings: Endings
) -> None:
    """Both agents put every batch of this generation, also one without records, and no older one."""
    journal = Journal()
    delivery = delivery_of(FakePositions(), endings, journal=journal)
    await opened(delivery, Partition(kafka_topic, 0), generation=2)
    is_ledger = kafka_topic == "coded"
    agent = (
        build_ledger_agent(ledger, delivery=delivery, article_ends=LogEnds(no_ends))
        if is_ledger
        else build_tally_agent(tables, delivery=delivery, coded_ends=LogEnds(no_ends))
    )
    made = coded_record if is_ledger else (lambda offset: tally_record(offset, d2012_07_30=1))
    old, new, again = (
        batch_of(record, kafka_topic=kafka_topic, generation=generation)
        for record, generation in ((made(1), 1), (made(2), 2), (made(3), 2))
    )
    gap = batch_of(kafka_topic=kafka_topic, generation=2, next_offset=6)
    await agent(stream_of(old, new, again, gap))
    assert [batch for batch, _ in journal.put] == [new, again, gap]
    assert [bool(outgoing) for _, outgoing in journal.put] == [True, True, False]
    name = "ledger" if is_ledger else "tally"
    assert sample(ledger.metrics, "tidings_batch_records_count", agent=name) == 3
