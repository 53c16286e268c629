"""Draws the sentences that labels/seeds.jsonl labels: `python bench/label_seeds.py`."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.label_sample import sentence_spans

ARTICLES: Final = Path(__file__).parents[1] / "seeds/articles"
SEED: Final = 20261
SENTENCES_DRAWN: Final = 150
_FRONT_MATTER_ENDS: Final = "\n---\n"


def main() -> None:
    """Print one sentence a line, with the article that it stands in."""
    for article, sentence in draw():
        print(json.dumps({"article": article, "text": sentence}, ensure_ascii=False))


def draw() -> Iterator[tuple[str, str]]:
    """Sentences of all articles, at random, no matter what they are about; in the order of the articles."""
    sentences = [(path.stem, sentence) for path in sorted(ARTICLES.glob("*.md")) for sentence in _whole(path)]
    yield from sorted(random.Random(SEED).sample(sentences, SENTENCES_DRAWN))


def _whole(path: Path) -> Iterator[str]:
    body = path.read_text(encoding="utf-8").partition(_FRONT_MATTER_ENDS)[2].strip()
    return (body[slice(*span)] for span in sentence_spans(body))


if __name__ == "__main__":
    main()
