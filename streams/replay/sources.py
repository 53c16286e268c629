"""Articles out of files, folders and standard input, one at a time and in order."""

import sys
from collections.abc import Iterator, Sequence
from io import UnsupportedOperation
from pathlib import Path
from typing import BinaryIO

from streams.replay.formats import READERS
from streams.replay.items import Item
from streams.replay.json_articles import read_json_lines
from streams.replay.paths import STANDARD_INPUT, Skip, SourceUnavailableError, check_paths, files_of


def read_articles(
    paths: Sequence[str], *, stdin: BinaryIO | None = None, on_skip: Skip = lambda _: None
) -> Iterator[Item]:
    """Read every article behind the paths, lazily and in order, and what is none as `Unreadable`.

    Raises `PathsUnusableError` at once, `SourceUnavailableError` on the way.
    """
    check_paths(paths)
    return _read(paths, stdin, on_skip)


def _read(paths: Sequence[str], stdin: BinaryIO | None, on_skip: Skip) -> Iterator[Item]:
    for path in paths:
        if path == STANDARD_INPUT:
            yield from read_json_lines(stdin or _standard_input(), STANDARD_INPUT)
            continue
        for file in files_of(path, on_skip=on_skip):
            yield from _read_file(file)


def _standard_input() -> BinaryIO:
    """Open standard input once more: Python cannot exit while a thread waits in its own `sys.stdin`."""
    try:
        descriptor = sys.stdin.fileno()
    except UnsupportedOperation:
        return sys.stdin.buffer
    return open(descriptor, "rb", closefd=False)


def _read_file(file: Path) -> Iterator[Item]:
    try:
        with file.open("rb") as stream:
            yield from READERS[file.suffix.lower()](stream, str(file))
    except OSError as fault:
        raise SourceUnavailableError(file, fault) from fault
