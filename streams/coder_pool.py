"""Coding in processes of its own: the event loop never waits for a parser."""

import asyncio
import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pebble import ProcessExpired, ProcessPool

from schemas.article import Article
from schemas.coded import CodedArticle
from schemas.coordinates import Coordinates
from schemas.wire import encode

if TYPE_CHECKING:
    from streams.coding.coder import Coder

ATTEMPTS: Final = 2
_STOP_SECONDS: Final = 3


@dataclass(frozen=True, slots=True)
class CodingTask:
    """One version of an article, with its coordinates and the hash of its content."""

    article: Article
    at: Coordinates
    content_hash: str


@dataclass(frozen=True, slots=True)
class CodingResult:
    """The coded article as bytes for Kafka, its events by type and confidence, and the seconds it took."""

    coded: bytes
    events: tuple[tuple[str, float], ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class CoderInfo:
    """Which coder runs, and the language that its pipeline reads ('en')."""

    version: str
    language: str


class PipelineMissing(RuntimeError):
    """The spaCy pipeline is not installed, or cannot be loaded."""


@dataclass(frozen=True, slots=True)
class _Failure:
    """What a text made the coder raise."""

    error: str


class CoderCrashed(RuntimeError):
    """The coder raised an exception on this article, or its process died each time."""


class CoderTooSlow(TimeoutError):
    """An article took longer than it may."""


class CoderPool:
    """A pool of processes, each with a pipeline of its own; one that dies or hangs is replaced alone."""

    def __init__(
        self,
        *,
        pipeline: str,
        processes: int,
        timeout_seconds: float,
        with_encoder: bool = True,
        least_confidence: float = 0.0,
    ) -> None:
        _check_installed(pipeline)
        self._pipeline = pipeline
        self._timeout_seconds = timeout_seconds
        self._pool = ProcessPool(
            max_workers=processes,
            initializer=_load,
            initargs=(pipeline, with_encoder, least_confidence),
            context=multiprocessing.get_context("spawn"),
        )
        self.in_flight = 0

    async def start(self) -> CoderInfo:
        """Wait until a process has loaded its pipeline."""
        try:
            return await asyncio.wrap_future(self._pool.schedule(_info))
        except BrokenProcessPool as error:
            raise PipelineMissing(
                f"spaCy pipeline {self._pipeline!r} cannot be loaded; the log above says why"
            ) from error

    async def code(self, task: CodingTask) -> CodingResult:
        """Code an article; raises CoderCrashed or CoderTooSlow, and goes on with all others."""
        self.in_flight += 1
        try:
            return await self._code(task)
        finally:
            self.in_flight -= 1

    async def _code(self, task: CodingTask) -> CodingResult:
        for _ in range(ATTEMPTS):
            try:
                outcome = await asyncio.wrap_future(
                    self._pool.schedule(_code, args=(task,), timeout=self._timeout_seconds)
                )
            except TimeoutError as error:
                raise CoderTooSlow(
                    f"article {task.article.id!r}: not coded within {self._timeout_seconds:g} s; "
                    "raise TIDINGS_CODING_TIMEOUT_SECONDS or split the text"
                ) from error
            except ProcessExpired:
                continue
            if isinstance(outcome, _Failure):
                raise CoderCrashed(f"article {task.article.id!r}: the coder failed: {outcome.error}")
            return outcome
        raise CoderCrashed(
            f"article {task.article.id!r}: the process that coded it died {ATTEMPTS} times; "
            "it may take too much memory: split the text"
        )

    async def stop(self) -> None:
        """End all processes, busy ones too: what they were at is not committed."""
        self._pool.stop()  # type: ignore[no-untyped-call]  # pebble types it not
        await asyncio.to_thread(self._pool.join, _STOP_SECONDS)


def _check_installed(pipeline: str) -> None:
    is_package = pipeline.isidentifier() and find_spec(pipeline) is not None
    if not (is_package or Path(pipeline).is_dir()):
        raise PipelineMissing(
            f"spaCy pipeline {pipeline!r} is not installed; install it as a wheel, or set "
            "TIDINGS_SPACY_PIPELINE to one that is"
        )


# --- in a process of the pool ------------------------------------------------------------------------------

_loaded: "list[Coder]" = []


def _load(pipeline: str, with_encoder: bool, least_confidence: float) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the worker's to handle
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # Only here: spaCy takes a second and 100 MB that no other process has to spend.
    import spacy

    from streams.coding.coder import Coder

    coder = Coder(spacy.load(pipeline), with_encoder=with_encoder, least_confidence=least_confidence)
    _loaded.append(coder)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _info() -> CoderInfo:
    return CoderInfo(_loaded[0].version, _loaded[0].language)


def _code(task: CodingTask) -> CodingResult | _Failure:
    try:
        return _coded(task)
    except Exception as error:  # noqa: BLE001 - no text stops a worker: this one is set aside with its reason
        return _Failure(repr(error))


def _coded(task: CodingTask) -> CodingResult:
    started = time.perf_counter()
    coder, article = _loaded[0], task.article
    day = article.published_at.date() if article.published_at else None
    coding = coder.code(article.text, title=article.title, on=day)
    coded = CodedArticle(
        article_id=article.id,
        article=task.at,
        content_hash=task.content_hash,
        coder=coder.version,
        title=article.title,
        published_at=article.published_at,
        source=article.source,
        url=article.url,
        coding=coding,
    )
    return CodingResult(
        encode(coded),
        tuple((event.type.value, event.confidence) for event in coding.events),
        time.perf_counter() - started,
    )
