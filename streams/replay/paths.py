"""The files behind the words of a command line: files, folders, standard input, the packaged articles."""

from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from streams.replay.formats import READERS

STANDARD_INPUT = "-"
PACKAGED = "seeds:"
_SUFFIXES = f"{', '.join(list(READERS)[:-1])} or {list(READERS)[-1]}"

Skip = Callable[[Path], None]


class PathsUnusableError(ValueError):
    """Some of the paths given hold nothing that can be read; one line for each."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class SourceUnavailableError(OSError):
    """A file or folder that is there cannot be read."""

    def __init__(self, path: Path, fault: OSError) -> None:
        super().__init__(
            f"{str(path)!r}: {fault.strerror or fault}; make it readable, or leave it out, and replay again"
        )


def check_paths(paths: Sequence[str]) -> None:
    """Raise `PathsUnusableError`, with every fault at once, unless each path can be read."""
    faults = [fault for path in paths if (fault := _fault(path))]
    if not paths:
        faults = [
            f"no path given; give a file ({_SUFFIXES}), a folder, '-' for standard input, or {PACKAGED!r}"
        ]
    if faults:
        raise PathsUnusableError(faults)


def files_of(path: str, *, on_skip: Skip = lambda _: None) -> Iterator[Path]:
    """Yield the readable files behind a path, sorted within each folder; other files go to `on_skip`.

    Hidden files are passed over; linked folders, which may run in circles, and READMEs are skipped.
    """
    place = _place(path)
    if place.is_dir():
        yield from _files_below(place, on_skip)
    else:
        yield place


def _files_below(folder: Path, on_skip: Skip) -> Iterator[Path]:
    for entry in _entries(folder):
        if entry.name.startswith("."):
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _files_below(entry, on_skip)
        elif entry.is_file() and _is_article_file(entry):
            yield entry
        else:
            on_skip(entry)


def _is_article_file(file: Path) -> bool:
    return file.suffix.lower() in READERS and file.stem.lower() != "readme"


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as fault:
        raise SourceUnavailableError(folder, fault) from fault


def _place(path: str) -> Path:
    return Path(str(files("seeds") / "articles")) if path == PACKAGED else Path(path)


def _fault(path: str) -> str | None:
    place = _place(path)
    if path == STANDARD_INPUT:
        return None
    if place.is_dir():
        return _folder_fault(path)
    if not place.exists():
        return f"{path!r}: no such file or folder; check the path ({PACKAGED!r} is the packaged articles)"
    if place.suffix.lower() not in READERS:
        kind = place.suffix or "a file without a suffix"
        return f"{path!r}: {kind} is not read; give {_SUFFIXES}, or pipe JSON Lines into '-'"
    return None


def _folder_fault(path: str) -> str | None:
    try:
        return None if any(files_of(path)) else f"{path!r}: no {_SUFFIXES} file in this folder; add one"
    except SourceUnavailableError as fault:
        return str(fault)
