"""The encoder at work: an int8 ONNX graph run by onnxruntime, in batches of like length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from streams.coding.encoder.reading import Floats, SentenceReading

MAX_PIECES: Final = 128  # a longer sentence is read as far as this: nothing is quadratic in its length
BATCH: Final = 4  # larger ones leave the processor's cache


class EncoderMissing(RuntimeError):
    """The model's files are not where they should be."""


class Encoder:
    """Reads sentences with one session; holds no state between calls."""

    def __init__(self, folder: Path) -> None:
        """Load `model.onnx` and `tokenizer.json`; raises EncoderMissing without them."""
        absent = [name for name in ("model.onnx", "tokenizer.json") if not (folder / name).is_file()]
        if absent:
            raise EncoderMissing(f"{folder}: no {' and no '.join(absent)}; `make train` writes them")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # a worker has a process for each core already
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            folder / "model.onnx", options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_PIECES)
        self.version = str(self._session.get_modelmeta().custom_metadata_map.get("version", "0"))

    @classmethod
    @lru_cache(maxsize=1)
    def packaged(cls) -> Encoder | None:
        """The encoder that ships with the package, None where its files are left out."""
        with as_file(files("streams.coding.encoder") / "data") as folder:
            try:
                return cls(folder)
            except EncoderMissing:
                return None

    def read(self, sentences: Sequence[str]) -> list[SentenceReading]:
        """Read sentences, in their order."""
        encoded = [self._tokenizer.encode(sentence) for sentence in sentences]
        order = sorted(range(len(encoded)), key=lambda each: len(encoded[each].ids))
        found: dict[int, SentenceReading] = {}
        for first in range(0, len(order), BATCH):
            members = order[first : first + BATCH]
            batch = [encoded[each] for each in members]
            offsets = [tuple(each.offsets) for each in batch]
            readings = self._run([each.ids for each in batch], offsets)
            found |= dict(zip(members, readings, strict=True))
        return [found[each] for each in range(len(encoded))]

    def _run(
        self, ids: list[list[int]], offsets: list[tuple[tuple[int, int], ...]]
    ) -> Iterator[SentenceReading]:
        longest = max(map(len, ids))
        padded = np.zeros((len(ids), longest), np.int64)
        mask = np.zeros((len(ids), longest), np.float32)
        for row, each in enumerate(ids):
            padded[row, : len(each)] = each
            mask[row, : len(each)] = 1
        sentence, token, argument = self._session.run(None, {"ids": padded, "mask": mask})
        for row, pieces in enumerate(offsets):
            size = len(pieces)
            yield SentenceReading(
                pieces,
                _softmax(sentence[row]),
                _softmax(token[row, :size]),
                _softmax(argument[row, :, :size, :size]),
            )


def _softmax(scores: Floats) -> Floats:
    shifted = np.exp(scores - scores.max(-1, keepdims=True))
    normal: Floats = shifted / shifted.sum(-1, keepdims=True)
    return normal
