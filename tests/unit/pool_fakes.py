"""Coders for pool processes of tests: picked by the pipeline's name, importable from a new process."""

import os
import time
from datetime import date
from pathlib import Path

from schemas.coding import Coding, Topic
from streams import coder_pool


class FakeCoder:
    """Codes a text to one topic named after it; some texts make it die, hang or raise."""

    language = "en"
    version = "fake-1"

    def code(self, text: str, *, title: str | None = None, on: date | None = None) -> Coding:
        if text == "die":
            os._exit(11)
        if text.startswith("die once: "):
            _die_once(Path(text.removeprefix("die once: ")))
        if text == "hang":
            time.sleep(60)
        if text == "raise":
            raise ValueError("no such text")
        return Coding(topics=(Topic(code=f"{title}/{on}", name=text, score=1),))


def _die_once(marker: Path) -> None:
    if not marker.exists():
        marker.touch()
        os._exit(11)


def load(pipeline: str, *_options: object) -> None:
    """Stands for `streams.coder_pool._load` in a process of the pool."""
    coder_pool._loaded.append(FakeCoder())


def fail_to_load(pipeline: str, *_options: object) -> None:
    """A pipeline that is there and cannot be loaded."""
    raise OSError("[E050] broken pipeline")


def load_once(pipeline: str, *_options: object) -> None:
    """A pipeline that the first process can load, and none after it."""
    marker = Path(pipeline) / "loaded"
    if marker.exists():
        raise MemoryError
    marker.touch()
    load(pipeline)
