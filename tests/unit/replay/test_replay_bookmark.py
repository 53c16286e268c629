"""How far an interrupted replay came."""

import os
from pathlib import Path

import pytest
from replay_fakes import FakeClock

from streams.replay.bookmark import Bookmark, BookmarkUnusableError
from streams.replay.paths import PathsUnusableError

INTERRUPTED = "an interrupted replay goes on after 1,234 articles"


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    file = tmp_path / "feed.jsonl"
    file.write_text('{"text": "Rain fell."}\n', encoding="utf-8")
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "replay"


def opened(
    folder: Path, *paths: Path | str, cluster_id: str = "c-1", kafka_topic: str = "articles", clock: FakeClock
) -> Bookmark:
    names = [str(path) for path in paths]
    bookmark = Bookmark.of(folder, names, cluster_id=cluster_id, kafka_topic=kafka_topic, clock=clock)
    assert bookmark is not None
    return bookmark


def interrupted(folder: Path, *paths: Path | str, clock: FakeClock) -> None:
    bookmark = opened(folder, *paths, clock=clock)
    bookmark.advance(1234)
    bookmark.write()


def test_a_first_replay_starts_at_the_beginning(folder: Path, feed: Path, clock: FakeClock) -> None:
    """Without a bookmark nothing is skipped, nothing told, and nothing left behind."""
    bookmark = opened(folder, feed, clock=clock)
    bookmark.write()
    assert (bookmark.resumed, bookmark.remark, folder.exists()) == (0, None, False)


def test_an_interrupted_replay_goes_on(folder: Path, feed: Path, clock: FakeClock) -> None:
    """The same command finds how far the last one came, and says so."""
    interrupted(folder, feed, clock=clock)
    bookmark = opened(folder, feed, clock=clock)
    assert (bookmark.resumed, bookmark.remark) == (1234, INTERRUPTED)


def test_a_second_interruption_does_not_lose_the_first(folder: Path, feed: Path, clock: FakeClock) -> None:
    """A replay that resumes and is interrupted before its first acknowledgement is where it was."""
    interrupted(folder, feed, clock=clock)
    opened(folder, feed, clock=clock).write()
    assert opened(folder, feed, clock=clock).resumed == 1234


def test_a_complete_replay_leaves_no_bookmark(folder: Path, feed: Path, clock: FakeClock) -> None:
    """Once complete, the next replay starts at the beginning, and removing twice is no fault."""
    interrupted(folder, feed, clock=clock)
    bookmark = opened(folder, feed, clock=clock)
    bookmark.remove()
    bookmark.remove()
    assert list(folder.iterdir()) == []
    assert (bookmark.resumed, opened(folder, feed, clock=clock).resumed) == (0, 0)


@pytest.mark.parametrize("other", [{"cluster_id": "c-2"}, {"kafka_topic": "other"}])
def test_another_destination_has_another_bookmark(
    folder: Path, feed: Path, clock: FakeClock, other: dict[str, str]
) -> None:
    """What one cluster's Kafka topic has, another does not have."""
    interrupted(folder, feed, clock=clock)
    assert opened(folder, feed, clock=clock, **other).resumed == 0


def test_other_paths_have_another_bookmark(
    folder: Path, feed: Path, tmp_path: Path, clock: FakeClock
) -> None:
    """Other files, or the same in another order, are another input."""
    second = tmp_path / "second.txt"
    second.write_text("Rain fell.", encoding="utf-8")
    interrupted(folder, feed, second, clock=clock)
    assert opened(folder, second, feed, clock=clock).resumed == 0
    assert opened(folder, feed, clock=clock).resumed == 0
    assert opened(folder, feed, second, clock=clock).resumed == 1234


def test_the_same_file_from_elsewhere_is_the_same(
    folder: Path, feed: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative path means the file, not its spelling."""
    interrupted(folder, feed, clock=clock)
    monkeypatch.chdir(feed.parent)
    assert opened(folder, "feed.jsonl", clock=clock).resumed == 1234


def test_a_changed_file_starts_anew(folder: Path, feed: Path, clock: FakeClock) -> None:
    """A file of another size may hold other articles in the same places: nothing is skipped."""
    interrupted(folder, feed, clock=clock)
    with feed.open("a", encoding="utf-8") as more:
        more.write('{"text": "Snow fell."}\n')
    bookmark = opened(folder, feed, clock=clock)
    assert bookmark.resumed == 0
    assert bookmark.remark == "the files have changed since the replay was interrupted; starting anew"


def test_a_file_that_kept_its_time_starts_anew(folder: Path, feed: Path, clock: FakeClock) -> None:
    """A file of another size is another file, even where a tool has put its time back."""
    interrupted(folder, feed, clock=clock)
    before = feed.stat()
    feed.write_text("Snow fell.", encoding="utf-8")
    os.utime(feed, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert opened(folder, feed, clock=clock).resumed == 0


def test_a_touched_file_starts_anew(folder: Path, feed: Path, clock: FakeClock) -> None:
    """A file of the same size and another time may have been edited."""
    interrupted(folder, feed, clock=clock)
    os.utime(feed, ns=(1, 1))
    assert opened(folder, feed, clock=clock).resumed == 0


def test_a_new_file_in_a_folder_starts_anew(
    folder: Path, feed: Path, tmp_path: Path, clock: FakeClock
) -> None:
    """A folder with one more file, deep inside, is another input."""
    source = tmp_path / "source" / "deep"
    source.mkdir(parents=True)
    (source / "b.txt").write_text("Rain fell.", encoding="utf-8")
    interrupted(folder, source.parent, clock=clock)
    assert opened(folder, source.parent, clock=clock).resumed == 1234
    (source / "a.txt").write_text("Snow fell.", encoding="utf-8")
    assert opened(folder, source.parent, clock=clock).resumed == 0


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", '{"reading": 1}', '{"reading":1,"input":"x","acknowledged":-1}']
)
def test_a_damaged_bookmark_starts_anew(folder: Path, feed: Path, clock: FakeClock, damage: str) -> None:
    """A bookmark that a crash has cut short costs a repeat, and no more."""
    interrupted(folder, feed, clock=clock)
    (file,) = folder.iterdir()
    file.write_text(damage, encoding="utf-8")
    bookmark = opened(folder, feed, clock=clock)
    assert bookmark.resumed == 0
    assert bookmark.remark == "the bookmark of an interrupted replay is damaged; starting anew"


def test_a_bookmark_of_another_way_of_reading_starts_anew(
    folder: Path, feed: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A count of items means nothing to a version that reads other items from the same files."""
    interrupted(folder, feed, clock=clock)
    monkeypatch.setattr("streams.replay.bookmark._READING", 2)
    assert opened(folder, feed, clock=clock).resumed == 0


def test_standard_input_has_no_bookmark(folder: Path, feed: Path) -> None:
    """What a pipe has given is gone, so a replay of it cannot be resumed."""
    assert Bookmark.of(folder, [str(feed), "-"], cluster_id="c", kafka_topic="t") is None


def test_a_path_that_is_not_there_is_told_as_such(folder: Path, feed: Path) -> None:
    """Opening a bookmark names unusable paths in the same words as the reading does."""
    with pytest.raises(PathsUnusableError, match="no such file or folder; check the path"):
        Bookmark.of(folder, [str(feed), "none.txt"], cluster_id="c", kafka_topic="t")


def test_it_is_written_at_most_twice_a_second(
    folder: Path, feed: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten thousand acknowledgements a second are no ten thousand writes, and the last write is the newest."""
    written: list[str] = []
    write_text = Path.write_text
    monkeypatch.setattr(
        Path, "write_text", lambda file, text, **how: written.append(text) or write_text(file, text, **how)
    )
    bookmark = opened(folder, feed, clock=clock)
    for number in range(1, 10_001):
        clock.now += 0.0003
        bookmark.advance(number)
    assert 5 <= len(written) <= 6
    assert 8000 < opened(folder, feed, clock=clock).resumed < 10_000
    bookmark.write()
    assert opened(folder, feed, clock=clock).resumed == 10_000


def test_no_reader_sees_half_a_bookmark(
    folder: Path, feed: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write that fails half way leaves the bookmark before it, and names the folder."""
    interrupted(folder, feed, clock=clock)
    bookmark = opened(folder, feed, clock=clock)
    bookmark.advance(2000)

    def full(file: Path, _: str, **__: str) -> None:
        file.write_bytes(b'{"rea')
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(BookmarkUnusableError, match="No space left on device; make its folder writable"):
        bookmark.write()
    assert opened(folder, feed, clock=clock).resumed == 1234


def test_a_folder_that_is_a_file_is_named(tmp_path: Path, feed: Path, clock: FakeClock) -> None:
    """A state folder that cannot be one is told with the remedy."""
    with pytest.raises(BookmarkUnusableError, match="choose another state folder"):
        interrupted(feed, feed, clock=clock)
