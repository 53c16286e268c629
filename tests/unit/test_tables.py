"""Tables: what is committed, what is not yet, and what the changelog is sent."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hand_made import at

from schemas.counts import DayCounts
from schemas.ledger import LedgerEntry
from schemas.tally import TableName
from schemas.wire import Malformed, decode, encode
from streams.delivery import Outgoing
from streams.kafka_topics import Catalogue
from streams.state import MemoryStores, RocksStores, Stores
from streams.state.decoded import DECODED_VALUES
from streams.tables import POSITION_KEY, Table, Tables

CATALOGUE = Catalogue("tidings", 4, 1)
ALL = frozenset(range(4))


def counts(articles: int) -> DayCounts:
    return DayCounts(label={"name": "A"}, counters={"articles": articles})


@pytest.fixture(params=["memory", "rocksdb"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Stores:
    return MemoryStores() if request.param == "memory" else RocksStores(tmp_path)


@pytest.fixture
def tables(stores: Stores) -> Tables:
    return Tables(CATALOGUE, stores, now=lambda: 1000.0)


@pytest.fixture
def actors(tables: Tables) -> Table[DayCounts]:
    return tables.counts[TableName.ACTORS]


def commit(tables: Tables, *records: Outgoing, end: int) -> None:
    tables.committed(records, {(record.kafka_topic, record.partition or 0): end for record in records})


# --- values ------------------------------------------------------------------------------------------------


def test_values_are_held_by_partition(actors: Table[DayCounts]) -> None:
    """The same key in two partitions has two values, and an unknown one has none."""
    actors.put(0, b"k", counts(1))
    actors.put(1, b"k", counts(2))
    assert (actors.value(0, b"k"), actors.value(1, b"k")) == (counts(1), counts(2))
    assert (actors.value(0, b"other"), actors.value(7, b"k")) == (None, None)
    assert len(actors) == 2


def test_the_changelog_record_is_the_present_value(actors: Table[DayCounts]) -> None:
    """What is sent for a key is its value now, to the partition that it came from."""
    actors.put(3, b"k", counts(1))
    actors.put(3, b"k", counts(2))
    record = actors.changelog_record(3, b"k")
    assert (record.kafka_topic, record.key, record.partition) == (actors.changelog, b"k", 3)
    assert decode(DayCounts, record.value or b"") == counts(2)


def test_a_removed_key_is_a_tombstone(tables: Tables, actors: Table[DayCounts]) -> None:
    """A removed key has no value at once, its record is a null value, and the store forgets it."""
    actors.put(0, b"k", counts(1))
    commit(tables, actors.changelog_record(0, b"k"), end=1)
    actors.remove(0, b"k")
    assert (actors.value(0, b"k"), list(actors.items(ALL)), len(actors)) == (None, [], 0)
    record = actors.changelog_record(0, b"k")
    assert record.value is None
    commit(tables, record, end=2)
    assert (actors.value(0, b"k"), len(actors), actors.of_partition(0).store.get(b"k")) == (None, 0, None)


def test_items_are_those_of_the_partitions_asked_for(tables: Tables, actors: Table[DayCounts]) -> None:
    """Committed and uncommitted values of the partitions asked for, each key once, and of no other."""
    actors.put(0, b"a", counts(1))
    actors.put(0, b"b", counts(1))
    commit(tables, actors.changelog_record(0, b"a"), actors.changelog_record(0, b"b"), end=2)
    actors.put(0, b"a", counts(2))
    actors.put(1, b"c", counts(3))
    actors.put(2, b"d", counts(4))
    assert sorted(actors.items(frozenset({0, 1, 3})), key=lambda item: item[0]) == [
        (b"a", counts(2)),
        (b"b", counts(1)),
        (b"c", counts(3)),
    ]


def test_a_changelog_that_cannot_be_read_is_a_fault(actors: Table[DayCounts]) -> None:
    """A changelog value that is none ends the process when it is first used: no guess is taken for it."""
    actors.of_partition(0).restore({b"k": b"{}"}, position=1, as_of=1.0)
    with pytest.raises(Malformed):
        actors.value(0, b"k")


# --- commits -----------------------------------------------------------------------------------------------


def test_a_store_has_only_what_is_committed(tables: Tables, actors: Table[DayCounts]) -> None:
    """A value goes to the store with its transaction, together with the position, and not before."""
    actors.put(0, b"k", counts(1))
    record = actors.changelog_record(0, b"k")
    store = actors.of_partition(0).store
    assert (store.get(b"k"), store.position) == (None, None)
    commit(tables, record, end=5)
    assert (store.get(b"k"), store.position, store.as_of) == (encode(counts(1)), 5, 1000.0)


def test_later_values_stay_in_memory(tables: Tables, actors: Table[DayCounts]) -> None:
    """What a later batch put is seen, and is gone when its transaction is given up."""
    actors.put(0, b"k", counts(1))
    first = actors.changelog_record(0, b"k")
    actors.put(0, b"k", counts(2))
    actors.changelog_record(0, b"k")
    commit(tables, first, end=1)
    assert actors.value(0, b"k") == counts(2)
    actors.of_partition(0).discard_uncommitted()
    assert actors.value(0, b"k") == counts(1)


@pytest.mark.parametrize("values", [(1, 2, 1), (None, 2, None), (1, None, 1)])
def test_a_value_that_comes_back_is_not_taken_for_the_one_before(
    values: tuple[int | None, ...], tables: Tables, actors: Table[DayCounts]
) -> None:
    """A, B, A in three transactions: after each commit the last A is what the table shows."""
    records = []
    for articles in values:
        if articles is None:
            actors.remove(0, b"k")
        else:
            actors.put(0, b"k", counts(articles))
        records.append(actors.changelog_record(0, b"k"))
    last = None if values[-1] is None else counts(values[-1])
    for end, record in enumerate(records, start=1):
        commit(tables, record, end=end)
        assert actors.value(0, b"k") == last
    actors.of_partition(0).discard_uncommitted()
    assert actors.value(0, b"k") == last


def test_of_one_transaction_the_last_value_stays(tables: Tables, actors: Table[DayCounts]) -> None:
    """A transaction may hold several batches, and so several values of one key."""
    actors.put(0, b"k", counts(1))
    first = actors.changelog_record(0, b"k")
    actors.put(0, b"k", counts(2))
    commit(tables, first, actors.changelog_record(0, b"k"), end=2)
    actors.of_partition(0).discard_uncommitted()
    assert actors.value(0, b"k") == counts(2)


def test_a_transaction_may_write_to_many_tables(tables: Tables, actors: Table[DayCounts]) -> None:
    """Each changelog partition takes its own records; records of other Kafka topics are nobody's."""
    tables.ledger.put(1, b"a", LedgerEntry(article=at(0), content_hash="h", contributions=()))
    actors.put(1, b"k", counts(1))
    written = [tables.ledger.changelog_record(1, b"a"), actors.changelog_record(1, b"k")]
    other = Outgoing(CATALOGUE.tallies, b"k", b"{}")
    tables.committed([*written, other], {(tables.ledger.changelog, 1): 9, (actors.changelog, 1): 4})
    assert tables.ledger.of_partition(1).store.position == 9
    assert actors.of_partition(1).store.position == 4
    assert tables.sizes() == (("ledger", 1), ("actors", 1), ("topics", 0), ("actor-topics", 0), ("pairs", 0))


def test_a_commit_never_goes_back(tables: Tables, actors: Table[DayCounts]) -> None:
    """What recovery has read beyond is not replaced by a commit that is told late."""
    actors.put(0, b"k", counts(1))
    late = actors.changelog_record(0, b"k")
    actors.of_partition(0).restore({b"k": encode(counts(5))}, position=8, as_of=1.0)
    actors.of_partition(0).discard_uncommitted()
    commit(tables, late, end=8)
    assert (actors.value(0, b"k"), actors.of_partition(0).store.position) == (counts(5), 8)


def test_a_commit_leaves_no_gap_while_recovery_reads(tables: Tables, actors: Table[DayCounts]) -> None:
    """A position told while recovery is on its way would skip what recovery has not read yet."""
    actors.put(0, b"k", counts(1))
    late = actors.changelog_record(0, b"k")
    actors.of_partition(0).recovering = True
    commit(tables, late, end=8)
    assert actors.of_partition(0).store.position is None


def test_a_commit_for_a_partition_that_has_gone_is_nobodys(tables: Tables, actors: Table[DayCounts]) -> None:
    """A partition that was let go of stays closed."""
    actors.put(0, b"k", counts(1))
    record = actors.changelog_record(0, b"k")
    actors.close_all_but(frozenset())
    commit(tables, record, end=1)
    assert (len(actors), actors.value(0, b"k")) == (0, None)


# --- positions ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kafka_topic", "changelog"),
    [
        (CATALOGUE.coded, CATALOGUE.ledger_changelog),
        (CATALOGUE.tallies, CATALOGUE.table_changelog(TableName.ACTORS)),
    ],
)
def test_a_changelog_tells_how_far_its_input_is(kafka_topic: str, changelog: str, tables: Tables) -> None:
    """The position goes along as a record, is told again, and is no key of any table."""
    assert tables.told_position(kafka_topic, 2) is None
    record = tables.position_record(kafka_topic, 2, 17)
    assert record == Outgoing(changelog, POSITION_KEY, b"17", 2)
    tables.fed_by(kafka_topic)[0].of_partition(2)
    commit(tables, record, end=1)
    assert tables.told_position(kafka_topic, 2) == 17
    assert sum(size for _, size in tables.sizes()) == 0
    assert [item for table in tables.fed_by(kafka_topic) for item in table.items(ALL)] == []


def test_articles_have_no_position_record(tables: Tables) -> None:
    """Coders hold no table, so that nothing tells of them."""
    assert tables.position_record(CATALOGUE.articles, 0, 17) is None
    assert tables.told_position(CATALOGUE.articles, 0) is None


def test_no_article_and_no_thing_has_the_reserved_key() -> None:
    """Keys are UTF-8, and the reserved one is not."""
    with pytest.raises(UnicodeDecodeError):
        POSITION_KEY.decode()


# --- decoding ----------------------------------------------------------------------------------------------


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What is decoded, in order."""
    seen: list[bytes] = []
    read: Callable[..., DayCounts] = decode

    def counting(kind: type[DayCounts], raw: bytes) -> DayCounts:
        seen.append(raw)
        return read(kind, raw)

    monkeypatch.setattr("streams.tables.decode", counting)
    return seen


def test_what_is_read_back_is_decoded_at_first_use(decoded: list[bytes], actors: Table[DayCounts]) -> None:
    """Reading a changelog decodes nothing; a value is decoded when it is asked for, and then kept."""
    raws = {b"%d" % number: encode(counts(number)) for number in range(9)}
    actors.of_partition(0).restore(raws, position=9, as_of=1.0)
    assert decoded == []
    assert actors.value(0, b"4") is actors.value(0, b"4")
    assert decoded == [raws[b"4"]]


def test_a_question_to_one_thing_decodes_no_other(decoded: list[bytes], actors: Table[DayCounts]) -> None:
    """Committed or not yet, only keys that begin as asked are given, and only those are decoded."""
    raws = {b"%d@day" % number: encode(counts(number)) for number in range(20)}
    actors.of_partition(0).restore(raws, position=9, as_of=1.0)
    actors.put(0, b"1@other", counts(5))
    actors.put(0, b"2@other", counts(5))
    found = dict(actors.items(ALL, prefix=b"1@"))
    assert found == {b"1@day": counts(1), b"1@other": counts(5)}
    assert decoded == [raws[b"1@day"]]


def test_what_is_read_back_replaces_what_was_decoded(actors: Table[DayCounts]) -> None:
    """A value decoded earlier does not outlive its raw bytes."""
    values = actors.of_partition(0)
    values.restore({b"a": encode(counts(1)), b"b": encode(counts(1))}, position=2, as_of=1.0)
    assert (actors.value(0, b"a"), actors.value(0, b"b")) == (counts(1), counts(1))
    values.restore({b"a": encode(counts(2)), b"b": None}, position=4, as_of=1.0)
    assert (actors.value(0, b"a"), actors.value(0, b"b")) == (counts(2), None)


@pytest.mark.parametrize("in_memory", [True, False])
def test_reading_a_large_table_displaces_nothing(
    decoded: list[bytes], tmp_path: Path, in_memory: bool
) -> None:
    """A question to the whole table does not push out the values that agents use."""
    table = Table("actors-changelog", DayCounts, MemoryStores() if in_memory else RocksStores(tmp_path))
    number = DECODED_VALUES + 1
    raws = {b"%d" % number: encode(counts(number)) for number in range(number)}
    table.of_partition(0).restore(raws, position=number, as_of=1.0)
    table.value(0, b"4")
    assert len(list(table.items(ALL))) == number
    before = len(decoded)
    table.value(0, b"4")
    assert len(decoded) == before


# --- ends --------------------------------------------------------------------------------------------------


async def test_closing_lets_the_next_process_in(tmp_path: Path) -> None:
    """After closing the folder can be opened again, and has what was committed, and no more."""
    tables = Tables(CATALOGUE, RocksStores(tmp_path))
    actors = tables.counts[TableName.ACTORS]
    actors.put(0, b"k", counts(1))
    commit(tables, actors.changelog_record(0, b"k"), end=3)
    actors.put(0, b"k", counts(2))
    await tables.close()
    after = Tables(CATALOGUE, RocksStores(tmp_path)).counts[TableName.ACTORS]
    assert after.of_partition(0).value(b"k") == counts(1)
    assert after.of_partition(0).store.position == 3


def test_starting_anew_forgets_everything(actors: Table[DayCounts]) -> None:
    """What is discarded is gone from the store, from memory and from what was decoded."""
    values = actors.of_partition(0)
    values.restore({b"a": encode(counts(1))}, position=1, as_of=1.0)
    values.value(b"a")
    values.put(b"b", counts(2))
    values.start_anew()
    assert (values.value(b"a"), values.value(b"b"), len(values), values.store.position) == (
        None,
        None,
        0,
        None,
    )
