"""Labelled texts: lines of labels joined with the corpora that hold their sentences."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from schemas.plover import EventType
from streams.evaluation.gold import GoldLine, read_lines

BESIDE_LABELS: Final = Path("../../shared/corpora")


class SentenceChangedError(ValueError):
    """A corpus no longer holds the sentence that was labelled."""


class CorpusMissingError(FileNotFoundError):
    """A labelled sentence stands in a corpus that is not there."""


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text with its labels; `origin` is file and line."""

    origin: str
    text: str
    labels: GoldLine

    @property
    def types(self) -> tuple[EventType, ...]:
        """The types of its events, the main one first."""
        return tuple(event.type for event in self.labels.events or ())


class Corpora:
    """Texts of articles, by the corpus that they are in; a corpus is read once."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._read: dict[str, Mapping[str, str]] = {}

    def sentence(self, line: GoldLine, origin: str, *, beside: Path) -> str:
        """The characters that a line points at; raises CorpusMissingError or SentenceChangedError."""
        corpus, article = str(line.corpus), str(line.article)
        found = self._texts(corpus, origin, beside).get(article, "")[line.start : line.end]
        if hashlib.sha256(found.encode()).hexdigest() != line.sha256:
            raise SentenceChangedError(
                f"{origin}: characters {line.start} to {line.end} of article {article!r} in {corpus} are not"
                " the sentence that was labelled (sha256); take the corpus as it was, or label it anew"
            )
        return found

    def _texts(self, corpus: str, origin: str, beside: Path) -> Mapping[str, str]:
        folder = self._folder if self._folder is not None else beside / BESIDE_LABELS
        path = folder / corpus
        if not path.is_file():
            raise CorpusMissingError(
                f"{origin}: its sentence stands in {corpus}, which {folder} does not hold;"
                " say with --corpora where it is"
            )
        if str(path) not in self._read:
            self._read[str(path)] = _articles(path)
        return self._read[str(path)]


def read_gold(path: Path, corpora: Corpora) -> Iterator[LabelledText]:
    """Read a file of labelled texts, line by line; joins a line that holds no text only when it is reached.

    Raises GoldUnreadableError, CorpusMissingError and SentenceChangedError, which name the line.
    """
    for origin, line in read_lines(path):
        text = line.text or corpora.sentence(line, origin, beside=path.parent)
        yield LabelledText(origin, text, line)


def _articles(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8") as lines:
        return {article["id"]: article["text"] for article in map(json.loads, lines)}
