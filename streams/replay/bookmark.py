"""How far an interrupted replay came, so that the same command goes on from there."""

import os
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from streams.replay.paths import PACKAGED, STANDARD_INPUT, SourceUnavailableError, check_paths, files_of

_SECONDS_BETWEEN_WRITES = 0.5

# Raise it when the same files come to be read as other items, or in another order.
_READING = 1


class BookmarkUnusableError(OSError):
    """The folder for bookmarks cannot be written."""

    def __init__(self, file: Path, fault: OSError) -> None:
        super().__init__(
            f"bookmark {str(file)!r}: {fault.strerror or fault}; "
            "make its folder writable, or choose another state folder"
        )


class _Page(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)

    reading: int
    input: str
    acknowledged: int = Field(ge=0)


class Bookmark:
    """The number of items, counted from the first, that a broker has acknowledged without a gap.

    `resumed` is where the last replay of the same files into the same Kafka topic was interrupted, and
    `remark` says so in one line.
    """

    def __init__(self, file: Path, input_state: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._file = file
        self._input_state = input_state
        self._clock = clock
        self._written_at = clock()
        self._acknowledged = self._written = 0
        self.resumed, self.remark = self._read()

    @classmethod
    def of(
        cls,
        folder: Path,
        paths: Sequence[str],
        *,
        cluster_id: str,
        kafka_topic: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> Self | None:
        """Open the bookmark of these paths and Kafka topic; None for standard input, which is read once.

        Raises `PathsUnusableError` and `BookmarkUnusableError`.
        """
        check_paths(paths)
        if STANDARD_INPUT in paths:
            return None
        key = sha256(orjson.dumps([[_absolute(path) for path in paths], cluster_id, kafka_topic])).hexdigest()
        return cls(folder / f"{key[:32]}.json", _input_state(paths), clock=clock)

    def advance(self, acknowledged: int) -> None:
        """Note how many items are acknowledged, on disk at most twice a second."""
        self._acknowledged = acknowledged
        if self._clock() - self._written_at >= _SECONDS_BETWEEN_WRITES:
            self.write()

    def write(self) -> None:
        """Put the bookmark on disk now, if it has moved."""
        self._written_at = self._clock()
        if self._acknowledged == self._written:
            return
        page = _Page(reading=_READING, input=self._input_state, acknowledged=self._acknowledged)
        # Not synced: after a power cut an older page only sends some articles again, which then count once.
        unfinished = self._file.with_suffix(f".{os.getpid()}.new")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_text(page.model_dump_json(), encoding="utf-8")
            unfinished.replace(self._file)
        except OSError as fault:
            raise BookmarkUnusableError(self._file, fault) from fault
        self._written = self._acknowledged

    def remove(self) -> None:
        """Forget how far the replay came: it is complete, or shall start anew."""
        self._acknowledged = self._written = self.resumed = 0
        self.remark = None
        try:
            self._file.unlink(missing_ok=True)
        except OSError as fault:
            raise BookmarkUnusableError(self._file, fault) from fault

    def _read(self) -> tuple[int, str | None]:
        try:
            page = _Page.model_validate_json(self._file.read_bytes())
        except FileNotFoundError:
            return 0, None
        except ValidationError:
            return 0, "the bookmark of an interrupted replay is damaged; starting anew"
        except OSError as fault:
            raise BookmarkUnusableError(self._file, fault) from fault
        if (page.input, page.reading) != (self._input_state, _READING):
            return 0, "the files have changed since the replay was interrupted; starting anew"
        return page.acknowledged, f"an interrupted replay goes on after {page.acknowledged:,} articles"


def _absolute(path: str) -> str:
    return path if path == PACKAGED else str(Path(path).resolve())


def _input_state(paths: Sequence[str]) -> str:
    """Digest the names, sizes and modification times of all files, in the order in which they are read."""
    digest = sha256()
    for file in (file for path in paths for file in files_of(path)):
        try:
            state = file.stat()
        except OSError as fault:
            raise SourceUnavailableError(file, fault) from fault
        digest.update(repr((file.name, state.st_size, state.st_mtime_ns)).encode())
    return digest.hexdigest()
