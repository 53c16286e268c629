"""Draws the sentences that labels/sample.jsonl labels: `python bench/label_sample.py [--text]`."""

import hashlib
import json
import random
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Final

SHARED: Final = Path(__file__).parents[1] / "../shared"
SEED: Final = 20260
SENTENCES_DRAWN: Final = {
    "wcep-2022-2024.jsonl": 120,
    "wcep-2025-h1-linked.jsonl": 60,
    "wikinews-2019-2020.jsonl": 60,
}
WORDS_AT_LEAST: Final = 8
WORDS_AT_MOST: Final = 60

_BREAK = re.compile(r"""\n+|(?<=[.!?])["”'’)\]]*(\s+)(?=["“'‘(\[]?[^\W_a-z])""")
_ABBREVIATED = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Sgt|Capt|Maj|Adm|Gov|Sen|Rep|Rev|Hon|St|Mt|Jr|Sr|No|vs|v|approx|etc"
    r"|Inc|Corp|Co|Ltd|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)|\b[A-Z](?:\.[A-Za-z])*)\.$"
)
_WHOLE = re.compile(r"""["“'‘(\[]?(?:[^\W_a-z]|[$€£]).*[.!?]["”'’)\]]*$""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sentence stands: characters of an article's text, with a hash that tells whether it changed."""

    article: str
    corpus: str
    start: int
    end: int
    sha256: str


def main() -> None:
    """Print one place a line; with `--text` the sentence as well, to read it."""
    if not SHARED.is_dir():
        raise SystemExit(f"{SHARED}: no such folder; the corpora are not part of this repository")
    for place, sentence in draw():
        shown = asdict(place) | ({"text": sentence} if "--text" in sys.argv[1:] else {})
        print(json.dumps(shown, ensure_ascii=False))


def draw() -> Iterator[tuple[Place, str]]:
    """The sample: articles in random order, from each at most one of its whole sentences, at random."""
    chance = random.Random(SEED)
    known = _training_sentences()
    for corpus, wanted in SENTENCES_DRAWN.items():
        texts = article_texts(corpus)
        ids = sorted(texts)
        chance.shuffle(ids)
        whole = (
            (article, spans)
            for article in ids
            if (
                spans := [
                    span
                    for span in sentence_spans(texts[article])
                    if texts[article][slice(*span)] not in known
                ]
            )
        )
        for article, spans in islice(whole, wanted):
            start, end = chance.choice(spans)
            sentence = texts[article][start:end]
            yield Place(article, corpus, start, end, hash_of(sentence)), sentence


def article_texts(corpus: str) -> dict[str, str]:
    """The text of each article of one of the shared corpora, by id."""
    with (SHARED / "corpora" / corpus).open(encoding="utf-8") as lines:
        return {article["id"]: article["text"] for article in map(json.loads, lines)}


def hash_of(sentence: str) -> str:
    """SHA-256 of the sentence's UTF-8 bytes, in hex."""
    return hashlib.sha256(sentence.encode()).hexdigest()


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Where the whole sentences of usual length stand: no headings, no half quotations."""
    spans, start = [], 0
    for end, following in [*_breaks(text), (len(text), len(text))]:
        if _is_whole(text[start:end]):
            spans.append((start, end))
        start = following
    return spans


def _breaks(text: str) -> Iterator[tuple[int, int]]:
    for found in _BREAK.finditer(text):
        end, following = found.span(1) if found.group(1) else found.span()
        if found.group(1) is None or not _ABBREVIATED.search(text, 0, end):
            yield end, following


def _is_whole(sentence: str) -> bool:
    quotes_close = sentence.count('"') % 2 == 0 and sentence.count("“") == sentence.count("”")
    brackets_close = sentence.count("(") == sentence.count(")")
    length_fits = WORDS_AT_LEAST <= len(sentence.split()) <= WORDS_AT_MOST
    return bool(length_fits and quotes_close and brackets_close and _WHOLE.match(sentence))


def _training_sentences() -> frozenset[str]:
    with (SHARED / "labels" / "read.jsonl").open(encoding="utf-8") as lines:
        return frozenset(json.loads(line)["text"] for line in lines)


if __name__ == "__main__":
    main()
