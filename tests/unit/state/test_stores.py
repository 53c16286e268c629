"""Stores: the same for memory and RocksDB, and what a disk adds."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from streams.settings import Settings
from streams.state import (
    MemoryStores,
    RocksStores,
    Store,
    StoreCorrupt,
    Stores,
    StoreUnusable,
    stores_of,
)

POSITION = b"\xffposition"


@pytest.fixture(params=["memory", "rocksdb"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Stores:
    return MemoryStores() if request.param == "memory" else RocksStores(tmp_path)


@pytest.fixture
def store(stores: Stores) -> Store:
    return stores.open("actors-changelog", 0)


def test_a_new_store_knows_nothing(store: Store) -> None:
    """Without a position everything is read."""
    assert (store.position, store.as_of, len(store), list(store.items())) == (None, None, 0, [])
    assert store.get(b"k") is None


def test_changes_come_with_their_position(store: Store) -> None:
    """Values, removals and position are what the last change made them."""
    store.apply({b"a": b"1", b"b": b"1", b"c": b"1"}, position=3, as_of=5.0)
    store.apply({b"a": b"2", b"b": None, b"never": None, b"d": b"1"}, position=9, as_of=6.0)
    assert (store.position, store.as_of) == (9, 6.0)
    assert sorted(store.items()) == [(b"a", b"2"), (b"c", b"1"), (b"d", b"1")]
    assert (len(store), store.get(b"a"), store.get(b"b")) == (3, b"2", None)


def test_a_position_may_go_on_alone(store: Store) -> None:
    """Markers at the end of a changelog change no value."""
    store.apply({b"a": b"1"}, position=1, as_of=1.0)
    store.apply({}, position=7, as_of=2.0)
    assert (store.position, len(store)) == (7, 1)


def test_reserved_keys_are_held_and_not_listed(store: Store) -> None:
    """What the service tells itself is found by its key, and is no item."""
    store.apply({POSITION: b"17", b"a": b"1", "\U0010ffff".encode(): b"1"}, position=3, as_of=5.0)
    assert store.get(POSITION) == b"17"
    assert (len(store), [key for key, _ in store.items()]) == (2, [b"a", "\U0010ffff".encode()])
    store.apply({POSITION: None}, position=4, as_of=5.0)
    assert (store.get(POSITION), len(store)) == (None, 2)


def test_keys_are_found_by_how_they_begin(store: Store) -> None:
    """A prefix gives its keys and no others, whichever lie around them; one that is reserved gives none."""
    store.apply(dict.fromkeys([b"a", b"a|b", b"a|b@1", b"a|c", b"b", POSITION], b"1"), position=1, as_of=1.0)
    assert sorted(key for key, _ in store.items(b"a|b")) == [b"a|b", b"a|b@1"]
    assert list(store.items(b"c")) == list(store.items(POSITION)) == []


def test_dropped_is_gone(stores: Stores, store: Store) -> None:
    """A dropped store starts empty when it is opened again."""
    store.apply({b"a": b"1"}, position=1, as_of=1.0)
    store.drop()
    again = stores.open("actors-changelog", 0)
    assert (again.position, len(again)) == (None, 0)


# --- on a disk ---------------------------------------------------------------------------------------------


def filled(folder: Path) -> RocksStores:
    """A folder with one closed store of 2000 keys, most of them in a file of their own."""
    stores = RocksStores(folder)
    store = stores.open("actors-changelog", 0)
    store.apply({b"%04d" % number: os.urandom(100) for number in range(2000)}, position=2000, as_of=5.0)
    store.close()
    return stores


def test_a_store_outlives_its_process(tmp_path: Path) -> None:
    """Position, age, keys and their number are found again."""
    store = filled(tmp_path).open("actors-changelog", 0)
    assert (store.position, store.as_of, len(store)) == (2000, 5.0, 2000)
    assert len(dict(store.items())) == 2000
    store.apply({b"0000": None}, position=2001, as_of=6.0)
    assert len(store) == 1999


def test_partitions_are_apart(tmp_path: Path) -> None:
    """Each changelog partition has a folder of its own, with a name that says which."""
    stores = filled(tmp_path)
    assert len(stores.open("actors-changelog", 1)) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"lock", "actors-changelog-0", "actors-changelog-1"}


@pytest.mark.parametrize("pattern", ["MANIFEST-*", "CURRENT", "*.sst"])
@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda path: path.write_bytes(b"rubbish" * 9), id="rubbish"),
        pytest.param(lambda path: path.write_bytes(b""), id="emptied"),
        pytest.param(lambda path: path.unlink(), id="gone"),
    ],
)
def test_what_cannot_be_read_is_moved_aside(
    pattern: str, damage: Callable[[Path], None], tmp_path: Path
) -> None:
    """A damaged folder is kept beside, counted and said; the store starts empty."""
    stores = filled(tmp_path)
    for path in (tmp_path / "actors-changelog-0").glob(pattern):
        damage(path)
    with capture_logs() as logs:
        store = stores.open("actors-changelog", 0)
    assert (store.position, len(store)) == (None, 0)
    assert stores.corrupt == len(logs) == 1
    assert (tmp_path / "actors-changelog-0.corrupt-1").is_dir()


def test_each_corrupt_folder_is_kept(tmp_path: Path) -> None:
    """A second corruption does not overwrite the first one's evidence."""
    stores = filled(tmp_path)
    for _ in range(2):
        (tmp_path / "actors-changelog-0" / "CURRENT").write_bytes(b"rubbish")
        stores.open("actors-changelog", 0).close()
    assert {path.name for path in tmp_path.glob("*.corrupt-*")} == {
        "actors-changelog-0.corrupt-1",
        "actors-changelog-0.corrupt-2",
    }


def test_a_file_in_the_way_is_moved_aside(tmp_path: Path) -> None:
    """A file where the folder should be stops nothing."""
    stores = RocksStores(tmp_path)
    (tmp_path / "actors-changelog-0").write_bytes(b"x")
    assert len(stores.open("actors-changelog", 0)) == 0


def test_rot_found_later_ends_the_process(tmp_path: Path) -> None:
    """A block that cannot be read is no end of the table: the store is broken, says so, and is moved."""
    broken: list[Exception] = []
    filled(tmp_path).close()
    for path in (tmp_path / "actors-changelog-0").glob("*.sst"):
        content = bytearray(path.read_bytes())
        content[len(content) // 3 : len(content) // 3 + 50] = b"z" * 50
        path.write_bytes(content)
    stores = RocksStores(tmp_path, on_broken=broken.append)
    store = stores.open("actors-changelog", 0)
    with pytest.raises(StoreCorrupt, match="corrupt-1"):
        list(store.items())
    assert [type(fault) for fault in broken] == [StoreCorrupt]
    for use in (lambda: store.get(b"0000"), lambda: store.apply({}, position=9, as_of=1.0)):
        with pytest.raises(StoreCorrupt):
            use()
    assert stores.open("actors-changelog", 0).position is None


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    """Use after closing is a fault with a name; closing twice is none."""
    store = RocksStores(tmp_path).open("actors-changelog", 0)
    store.close()
    store.close()
    with pytest.raises(StoreUnusable, match="closed"):
        store.get(b"a")


def in_another_process(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


OPENING = """
import sys
from pathlib import Path
from streams.state import RocksStores, StateFolderInUse
try:
    RocksStores(Path(sys.argv[1])).open("actors-changelog", 0)
except StateFolderInUse as fault:
    print(fault)
"""


def test_a_folder_has_one_worker(tmp_path: Path) -> None:
    """A second process is told which folder, and what to do; once the first has closed, it may."""
    stores = filled(tmp_path)
    told = in_another_process(OPENING, tmp_path).stdout
    assert str(tmp_path) in told
    assert "TIDINGS_STATE_DIR" in told
    stores.close()
    assert in_another_process(OPENING, tmp_path).stdout == ""


def test_a_store_has_one_opener(tmp_path: Path) -> None:
    """Within a process, a store that is open is not taken for a corrupt one."""
    stores = RocksStores(tmp_path)
    store = stores.open("actors-changelog", 0)
    with pytest.raises(StoreUnusable, match="actors-changelog-0"):
        stores.open("actors-changelog", 0)
    store.apply({b"a": b"1"}, position=1, as_of=1.0)
    assert list(tmp_path.glob("*.corrupt-*")) == []


FILLING_A_SMALL_DISK = """
import os, resource, sys
from pathlib import Path
from streams.state import RocksStores, StoreUnusable
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
store = RocksStores(Path(sys.argv[1])).open("actors-changelog", 0)
position = 0
try:
    while True:
        changes = {b"%d" % (position + number): os.urandom(1000) for number in range(100)}
        store.apply(changes, position=position + 100, as_of=1.0)
        position += 100
except StoreUnusable as fault:
    print(position)
    try:
        store.apply({}, position=10**9, as_of=1.0)
    except StoreUnusable:
        sys.stdout.flush()
        os._exit(75)
"""


def test_a_full_disk_is_loud_and_leaves_a_prefix(tmp_path: Path) -> None:
    """Writing fails with a named fault, nothing is written after it, and with space it goes on from there."""
    ended = in_another_process(FILLING_A_SMALL_DISK, tmp_path, 1_500_000)
    assert ended.returncode == 75, ended.stderr
    reached = int(ended.stdout.splitlines()[-1])
    stores = RocksStores(tmp_path)
    store = stores.open("actors-changelog", 0)
    position = store.position or 0
    assert 0 < position <= reached + 100
    assert sorted(int(key) for key, _ in store.items()) == list(range(position)) == list(range(len(store)))
    store.apply({b"more": b"1"}, position=position + 1, as_of=2.0)
    assert (store.get(b"more"), stores.corrupt) == (b"1", 0)


KILLED_WHILE_WRITING = """
import os, signal, sys
from pathlib import Path
from streams.state import RocksStores
store = RocksStores(Path(sys.argv[1])).open("actors-changelog", 0)
for position in range(0, 20_000, 100):
    changes = {b"%d" % (position + number): os.urandom(100) for number in range(100)}
    store.apply(changes, position=position + 100, as_of=1.0)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_process_loses_nothing(tmp_path: Path) -> None:
    """Without closing, everything that was applied is there, and the folder is free."""
    in_another_process(KILLED_WHILE_WRITING, tmp_path)
    store = RocksStores(tmp_path).open("actors-changelog", 0)
    assert (store.position, len(store), len(dict(store.items()))) == (20_000, 20_000, 20_000)


# --- the choice --------------------------------------------------------------------------------------------


def test_the_settings_choose(tmp_path: Path) -> None:
    """Memory by default; RocksDB in the state folder, apart for each namespace."""
    memory = Settings(state_dir=tmp_path / "none")
    assert isinstance(stores_of(memory, on_broken=print), MemoryStores)
    assert not (tmp_path / "none").exists()
    rocks = Settings(state_dir=tmp_path, tables_in="rocksdb", namespace="news")
    assert isinstance(stores_of(rocks, on_broken=print), RocksStores)
    assert (tmp_path / "tables" / "news" / "lock").exists()
