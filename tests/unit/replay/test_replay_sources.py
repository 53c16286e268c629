"""Articles out of files, folders and standard input."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO, TextIOWrapper
from pathlib import Path
from subprocess import PIPE

import orjson
import pytest

from streams.replay.items import Item, Origin, Sourced, Unreadable
from streams.replay.paths import PathsUnusableError, SourceUnavailableError
from streams.replay.sources import read_articles

SHARED = Path(__file__).parents[3] / "../shared"


def article_ids(items: list[Item]) -> list[str]:
    return [item.article.id for item in items if isinstance(item, Sourced)]


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], str]:
    def write(name: str, content: str) -> str:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
        return str(file)

    return write


def article(article_id: str) -> str:
    return orjson.dumps({"id": article_id, "text": "Rain fell."}).decode()


def test_each_suffix_is_read_in_its_own_way(write: Callable[[str, str], str]) -> None:
    """Text, Markdown, JSON and JSON Lines are read, whatever the case of their suffix."""
    paths = [
        write("a.txt", "Rain fell."),
        write("b.MD", "---\nid: b\n---\nRain fell."),
        write("c.json", f"[{article('c1')},{article('c2')}]"),
        write("d.JSONL", f"{article('d1')}\n{article('d2')}\n"),
    ]
    items = list(read_articles(paths))
    assert article_ids(items)[1:] == ["b", "c1", "c2", "d1", "d2"]
    assert [item.origin for item in items[-2:]] == [Origin(paths[-1], line=1), Origin(paths[-1], line=2)]


def test_a_folder_is_read_sorted_and_to_its_depth(write: Callable[[str, str], str], tmp_path: Path) -> None:
    """Files come in the order of their names, folders among them; what is no article is skipped and told."""
    for name in ("b/2.jsonl", "b/1.jsonl", "a.jsonl", "c.jsonl", "b/deep/er/x.jsonl"):
        write(name, article(name))
    for name in ("b/picture.png", "notes", "README.md", ".hidden/x.jsonl", ".x.jsonl"):
        write(name, article(name))
    skipped: list[Path] = []
    items = list(read_articles([str(tmp_path)], on_skip=skipped.append))
    assert article_ids(items) == ["a.jsonl", "b/1.jsonl", "b/2.jsonl", "b/deep/er/x.jsonl", "c.jsonl"]
    assert [str(path.relative_to(tmp_path)) for path in skipped] == ["README.md", "b/picture.png", "notes"]


def test_a_folder_that_links_to_itself_ends(write: Callable[[str, str], str], tmp_path: Path) -> None:
    """A linked folder is skipped, a linked file read."""
    target = write("a.jsonl", article("a"))
    (tmp_path / "circle").symlink_to(tmp_path)
    (tmp_path / "z.jsonl").symlink_to(target)
    assert article_ids(list(read_articles([str(tmp_path)]))) == ["a", "a"]


def test_paths_are_read_in_the_order_given(write: Callable[[str, str], str]) -> None:
    """The order of the command line is the order of reading, standard input among the files."""
    paths = [write("z.jsonl", article("z")), "-", write("a.jsonl", article("a"))]
    assert article_ids(list(read_articles(paths, stdin=BytesIO(article("in").encode())))) == ["z", "in", "a"]


def test_standard_input_is_the_process_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without another stream given, '-' is what the process has for standard input, file or not."""
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(article("in").encode())))
    assert article_ids(list(read_articles(["-"]))) == ["in"]


FOLLOW = """
import asyncio, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job starts with it ignored
from streams.replay.read_ahead import read_ahead
from streams.replay.sources import read_articles

async def follow():
    async for item in read_ahead(read_articles(["-"])):
        print(item.article.id, flush=True)

try:
    asyncio.run(follow())
except KeyboardInterrupt:
    sys.exit(7)
"""


def test_an_interrupt_ends_a_process_that_waits_for_a_pipe() -> None:
    """Ctrl-C while nothing comes through a pipe ends the process at once, without a crash of its thread."""
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", FOLLOW], stdin=PIPE, stdout=PIPE, stderr=PIPE, cwd=root
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(article("one").encode() + b"\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"one\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 7
        assert process.stderr.read() == b""


def test_nothing_is_opened_before_its_turn(write: Callable[[str, str], str], tmp_path: Path) -> None:
    """A file is opened when those before it have been read: a thousand files are no thousand open ones."""
    first, second = write("1.jsonl", article("one")), write("2.jsonl", article("old"))
    reading = read_articles([first, second])
    next(reading)
    write("2.jsonl", article("new"))
    assert article_ids(list(reading)) == ["new"]


def test_every_unusable_path_is_named_at_once(write: Callable[[str, str], str], tmp_path: Path) -> None:
    """Before anything is read, each unusable path is told in a line of its own, with the remedy."""
    (tmp_path / "empty" / "still").mkdir(parents=True)
    good, picture, bare = write("a.txt", "Rain."), write("a.png", ""), write("notes", "")
    missing, empty = str(tmp_path / "none.txt"), str(tmp_path / "empty")
    with pytest.raises(PathsUnusableError) as caught:
        read_articles([good, missing, empty, picture, bare])
    assert str(caught.value).split("\n") == [
        f"{missing!r}: no such file or folder; check the path ('seeds:' is the packaged articles)",
        f"{empty!r}: no .json, .jsonl, .md or .txt file in this folder; add one",
        f"{picture!r}: .png is not read; give .json, .jsonl, .md or .txt, or pipe JSON Lines into '-'",
        f"{bare!r}: a file without a suffix is not read; "
        "give .json, .jsonl, .md or .txt, or pipe JSON Lines into '-'",
    ]


def test_no_path_at_all_is_a_fault() -> None:
    """Without any path the message says what can be given."""
    with pytest.raises(PathsUnusableError, match=r"no path given; give a file .* 'seeds:'"):
        read_articles([])


def test_a_file_that_goes_away_is_named(write: Callable[[str, str], str]) -> None:
    """A file that was there at the start and cannot be read in its turn ends the reading with its name."""
    first, second = write("1.jsonl", article("one")), write("2.jsonl", article("two"))
    reading = read_articles([first, second])
    next(reading)
    Path(second).unlink()
    with pytest.raises(
        SourceUnavailableError, match=r"2\.jsonl': No such file or directory; make it readable"
    ):
        next(reading)


def test_a_folder_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder whose names cannot be listed is told as a fault of that path."""

    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(PathsUnusableError, match="Permission denied; make it readable"):
        read_articles([str(tmp_path)])


def test_a_file_name_of_any_bytes_can_be_told(tmp_path: Path) -> None:
    """A name that is not UTF-8 neither stops the reading nor the telling of it."""
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.jsonl"))
    try:
        file.write_text("{", encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes only names in UTF-8")
    (item,) = read_articles([str(file)])
    assert isinstance(item, Unreadable)
    assert item.origin.short.encode() == "caf\ufffd.jsonl:1".encode()
    item.error.encode()


def test_origins_are_short_for_headers() -> None:
    """Its user is told an origin with the path, everybody who reads the Kafka topic without it."""
    origins = [Origin("a/b.jsonl", line=3), Origin("a/b.json", place=2), Origin("b.txt"), Origin("-", line=1)]
    assert [str(origin) for origin in origins] == ["a/b.jsonl:3", "a/b.json[2]", "b.txt", "-:1"]
    assert [origin.short for origin in origins] == ["b.jsonl:3", "b.json[2]", "b.txt", "-:1"]


def test_the_packaged_articles_are_all_read() -> None:
    """'seeds:' stands for the packaged articles; each is read, has an id of its own, and a date."""
    items = list(read_articles(["seeds:"]))
    assert [item.error for item in items if isinstance(item, Unreadable)] == []
    assert len(set(article_ids(items))) == len(items) > 0
    assert all(isinstance(item, Sourced) and item.article.published_at for item in items)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared folder beside the checkout is absent")
@pytest.mark.parametrize("pattern", ["seeds/*.txt", "corpora/*.jsonl"])
def test_the_shared_articles_are_all_read(pattern: str) -> None:
    """Every article of the shared collections is read, and dated."""
    items = list(read_articles([str(file) for file in sorted(SHARED.glob(pattern))]))
    assert [item.error for item in items if isinstance(item, Unreadable)] == []
    assert all(isinstance(item, Sourced) and item.article.published_at for item in items)
