"""Tables in RocksDB found again by the next process, in every state that a disk may be in."""

import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from changelogs import NUMBER, Changelogs, held
from structlog.testing import capture_logs

from schemas.tally import TableName
from streams.delivery.batch import Partition
from streams.recovery import APPLIED_RECORDS
from streams.state import MemoryStores, RocksStores, StoreCorrupt
from streams.tables import Tables, Values

pytestmark = pytest.mark.kafka

HOURS = 3600.0
TALLY_TABLES = 4


@contextmanager
def tables_of(changelogs: Changelogs, folder: Path, *, later: float = 0.0) -> Iterator[Tables]:
    """The tables of a process that has just started, on what the one before left; the clock may be ahead."""
    stores = RocksStores(folder)
    tables = changelogs.tables(stores, now=lambda: time.time() + later)
    try:
        yield tables
    finally:
        for table in (tables.ledger, *tables.counts.values()):
            table.close_all_but(frozenset())
        stores.close()


async def recovered(
    changelogs: Changelogs, folder: Path, *, later: float = 0.0
) -> tuple[dict[bytes, int], Mapping[Partition, int], Tables]:
    with tables_of(changelogs, folder, later=later) as tables:
        told = await changelogs.recover(tables)
        return held(tables), told, tables


@pytest.fixture
async def stored(changelogs: Changelogs, tmp_path: Path) -> Changelogs:
    """A changelog of 300 keys that a process has stored and left."""
    owner = await changelogs.producer()
    await changelogs.write(owner, {b"%03d" % number: number for number in range(300)}, told=40)
    values, told, tables = await recovered(changelogs, tmp_path)
    assert (len(values), told) == (300, {changelogs.tallies: 40})
    assert tables.recovery.total_records >= 300
    return changelogs


async def test_a_stale_disk_needs_only_the_tail(stored: Changelogs, tmp_path: Path) -> None:
    """What the changelog went on with meanwhile is read, and nothing else."""
    heir = await stored.producer()
    await stored.write(heir, {b"000": 99, b"001": None, b"new": 1}, told=41)
    values, told, tables = await recovered(stored, tmp_path)
    expected = {b"%03d" % number: number for number in range(2, 300)}
    assert values == {**expected, b"000": 99, b"new": 1}
    assert told == {stored.tallies: 41}
    assert tables.recovery.total_records <= 6
    assert tables.recovery.discarded_stores == 0


async def test_a_disk_older_than_tombstones_is_not_used(stored: Changelogs, tmp_path: Path) -> None:
    """Where tombstones may be gone meanwhile, everything is read from the first record, and that is said."""
    heir = await stored.producer()
    await stored.write(heir, {b"000": None})
    with capture_logs() as logs:
        values, told, tables = await recovered(stored, tmp_path, later=13 * HOURS)
    assert values == {b"%03d" % number: number for number in range(1, 300)}
    assert told == {stored.tallies: 40}
    assert tables.recovery.total_records >= 300
    assert tables.recovery.discarded_stores == TALLY_TABLES
    assert any("tombstones are kept for 43200 s" in line["event"] for line in logs)


async def test_a_disk_behind_the_log_start_is_not_used(stored: Changelogs, tmp_path: Path) -> None:
    """Where records that the disk has not seen are deleted, the rest is read, and that is said."""
    heir = await stored.producer()
    await stored.write(heir, {b"lost": 1})
    end = await stored.write(heir, {b"000": 7}, told=50)
    await stored.delete_before(stored.actors, end - 2)
    with capture_logs() as logs:
        values, told, tables = await recovered(stored, tmp_path)
    assert (values, told) == ({b"000": 7}, {stored.tallies: 50})
    assert tables.recovery.discarded_stores == 1
    assert [line["kafka_topic"] for line in logs if "deleted from the changelog" in line["event"]] == [
        stored.actors
    ]


async def test_deleted_segments_are_said(stored: Changelogs, tmp_path: Path) -> None:
    """An empty store starts at the first record that is there, and says that there were earlier ones."""
    heir = await stored.producer()
    end = await stored.write(heir, {b"000": 7}, told=50)
    await stored.delete_before(stored.actors, end - 2)
    with capture_logs() as logs:
        values, _, _ = await recovered(stored, tmp_path / "another")
    assert values == {b"000": 7}
    said = [line for line in logs if line["event"] == "changelog begins after its first records"]
    assert [(line["kafka_topic"], line["position"]) for line in said] == [(stored.actors, end - 2)]


async def test_a_changelog_made_anew_is_read_whole(stored: Changelogs, tmp_path: Path) -> None:
    """A disk that stands beyond the end of its changelog belongs to another one, and is not used."""
    await stored.make_anew(stored.actors)
    heir = await stored.producer("heir of another log")
    await stored.write(heir, {b"fresh": 1}, told=2)
    values, told, tables = await recovered(stored, tmp_path)
    assert (values, told) == ({b"fresh": 1}, {stored.tallies: 2})
    assert tables.recovery.discarded_stores == 1


async def test_a_longer_changelog_made_anew_is_read_whole(changelogs: Changelogs, tmp_path: Path) -> None:
    """A disk that stands within a changelog that is younger than itself is not used either."""
    owner = await changelogs.producer()
    await changelogs.write(owner, {b"old": 1}, told=40)
    await recovered(changelogs, tmp_path, later=-0.1 * HOURS)
    await changelogs.make_anew(changelogs.actors)
    heir = await changelogs.producer("heir of another log")
    await changelogs.write(heir, {b"%d" % number: number for number in range(50)}, told=2)
    values, told, tables = await recovered(changelogs, tmp_path)
    assert values == {b"%d" % number: number for number in range(50)}
    assert told == {changelogs.tallies: 2}
    assert tables.recovery.discarded_stores == 1


async def test_a_corrupt_folder_is_rebuilt(stored: Changelogs, tmp_path: Path) -> None:
    """A store that cannot be opened is moved aside, counted, said, and read anew from the changelog."""
    folder = tmp_path / f"{stored.actors}-{NUMBER}"
    for manifest in folder.glob("MANIFEST-*"):
        manifest.write_bytes(b"rubbish")
    with capture_logs() as logs:
        values, told, tables = await recovered(stored, tmp_path)
    assert values == {b"%03d" % number: number for number in range(300)}
    assert told == {stored.tallies: 40}
    assert tables.recovery.corrupt_stores == 1
    aside = folder.with_name(f"{folder.name}.corrupt-1")
    assert aside.is_dir()
    assert [line["moved_to"] for line in logs if "corrupt" in line["event"]] == [str(aside)]


async def test_a_block_that_rots_ends_one_process_only(stored: Changelogs, tmp_path: Path) -> None:
    """A fault that shows only when it is read is never taken for the end of a table; the next rebuilds."""
    folder = tmp_path / f"{stored.actors}-{NUMBER}"
    for file in folder.glob("*.sst"):
        content = bytearray(file.read_bytes())
        middle = len(content) // 3
        content[middle : middle + 50] = b"z" * 50
        file.write_bytes(content)
    with pytest.raises(StoreCorrupt, match="moved to"):
        await recovered(stored, tmp_path)
    values, told, _ = await recovered(stored, tmp_path)
    assert (len(values), told) == (300, {stored.tallies: 40})


async def test_an_emptied_folder_is_filled_again(stored: Changelogs, tmp_path: Path) -> None:
    """A disk that lost everything is an empty disk."""
    shutil.rmtree(tmp_path / f"{stored.actors}-{NUMBER}")
    values, told, tables = await recovered(stored, tmp_path)
    assert (len(values), told) == (300, {stored.tallies: 40})
    assert tables.recovery.discarded_stores == 0


async def test_a_partition_may_leave_and_come_back(stored: Changelogs, tmp_path: Path) -> None:
    """What another worker wrote while it held the partition is there when the partition returns."""
    with tables_of(stored, tmp_path) as tables:
        await stored.recover(tables)
        for table in tables.counts.values():
            table.close_all_but(frozenset())
        assert held(tables) == {}
        heir = await stored.producer()
        await stored.write(heir, {b"000": 8}, told=44)
        assert await stored.recover(tables) == {stored.tallies: 44}
        assert held(tables) == {**{b"%03d" % number: number for number in range(300)}, b"000": 8}
        assert tables.recovery.total_records <= 4


@pytest.mark.parametrize("kind", ["memory", "rocksdb"])
async def test_recovery_holds_few_records_at_once(
    kind: str, changelogs: Changelogs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long a changelog is, its records go to the store in small portions, undecoded."""
    owner = await changelogs.producer()
    for start in range(0, 5000, 1000):
        await changelogs.write(owner, {b"%d" % number: number for number in range(start, start + 1000)})
    portions: list[int] = []
    restore = Values.restore

    def counting(self: Values[object], changes: Mapping[bytes, bytes | None], **told: float) -> None:
        portions.append(len(changes))
        restore(self, changes, **told)  # type: ignore[arg-type]

    monkeypatch.setattr(Values, "restore", counting)
    monkeypatch.setattr("streams.tables.decode", None)
    stores = MemoryStores() if kind == "memory" else RocksStores(tmp_path)
    tables = changelogs.tables(stores)
    await changelogs.recover(tables)
    assert sum(portions) == len(tables.counts[TableName.ACTORS]) == 5000
    assert max(portions) <= APPLIED_RECORDS
    await tables.close()
