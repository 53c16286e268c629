"""The folder of a node: its lock, its ports, its log."""

import os
import threading
from pathlib import Path

import pytest

from streams.broker import data_folder, running_bootstrap
from streams.broker.data_folder import TAIL_LINES, DataFolder, DataFolderInUse
from streams.broker.properties import NodeAddress


@pytest.fixture(autouse=True)
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_folder, "GRACE_SECONDS", 0.0)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "node")


def test_claimed_folder_is_refused_and_its_owner_named(folder: DataFolder) -> None:
    """Who comes second learns the process id of the node that runs there."""
    with folder.claim() as descriptor:
        folder.name_owner(descriptor, 4711)
        with pytest.raises(DataFolderInUse, match=r"process id 4711"), DataFolder(folder.path).claim():
            pass


def test_lock_file_of_an_ended_process_locks_nothing(folder: DataFolder) -> None:
    """A lock file that was left behind, with a process id in it, does not refuse the next start."""
    with folder.claim() as descriptor:
        folder.name_owner(descriptor, os.getpid())
    with folder.claim():
        pass


def test_inherited_descriptor_keeps_the_lock(folder: DataFolder) -> None:
    """As long as a copy of the descriptor is open, as in the node itself, the folder stays locked."""
    with folder.claim() as descriptor:
        copy = os.dup(descriptor)
    try:
        with pytest.raises(DataFolderInUse), folder.claim():
            pass
    finally:
        os.close(copy)


def test_lock_let_go_within_the_grace_is_taken(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A node that is just ending does not refuse the next start: that start waits for it."""
    monkeypatch.setattr(data_folder, "GRACE_SECONDS", 5.0)
    with folder.claim() as descriptor:
        copy = os.dup(descriptor)
    ending = threading.Timer(0.1, os.close, [copy])
    ending.start()
    with folder.claim():
        ending.join()


def test_ports_are_remembered(folder: DataFolder) -> None:
    """The ports of the last start come back in the next process."""
    folder.path.mkdir()
    folder.remember_ports(NodeAddress(1, client_port=21001, controller_port=21002))
    assert DataFolder(folder.path).remembered_ports() == (21001, 21002)


def test_running_node_is_found_by_its_folder(folder: DataFolder) -> None:
    """Another process learns a node's address from the folder, for as long as the node holds the lock."""
    assert running_bootstrap(folder.path) is None
    with folder.claim():
        folder.remember_ports(NodeAddress(1, client_port=21001, controller_port=21002))
        assert running_bootstrap(folder.path) == "127.0.0.1:21001"
    assert running_bootstrap(folder.path) is None
    assert not folder.is_claimed()


@pytest.mark.parametrize("note", [None, "", "{}", "[]", '{"client": 1, "controller": null}', "\x00"])
def test_unreadable_note_of_ports_is_no_ports(folder: DataFolder, note: str | None) -> None:
    """A note of ports that is missing or broken stops nothing."""
    folder.path.mkdir()
    if note is not None:
        (folder.path / "ports.json").write_text(note)
    assert folder.remembered_ports() == (None, None)


def test_log_tail_is_the_end_of_this_run(folder: DataFolder) -> None:
    """Errors show the last lines of the log, whatever bytes are in it, and nothing of the run before."""
    folder.path.mkdir()
    folder.server_log_path.write_bytes(b"of the run before\n")
    folder.clear_for_start()
    assert folder.server_log_tail() == ""
    folder.server_log_path.write_bytes(b"\xff first\n" + b"line\n" * TAIL_LINES + b"last\n")
    tail = folder.server_log_tail().splitlines()
    assert len(tail) == TAIL_LINES
    assert tail[-1] == "last"
    assert folder.server_log_path.with_suffix(".log.1").read_bytes() == b"of the run before\n"
