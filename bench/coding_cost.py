"""What coding costs beside spaCy's own time: `python -m bench.coding_cost [ARTICLES]`.

Both are measured on the same articles in one run, article by article, in seconds of this process's CPU.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import spacy

from bench.label_sample import SHARED
from streams.coding.coder import Coder
from streams.settings import Settings

ARTICLES: Final = 300
CORPORA: Final = ("wikinews-2019-2020.jsonl", "wcep-2022-2024.jsonl")


def main() -> None:
    """Print spaCy's share, each part's, and the whole against spaCy alone."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else ARTICLES
    texts = [text for corpus in CORPORA for text in _texts(corpus, wanted // len(CORPORA))]
    coder = Coder(spacy.load(Settings().spacy_pipeline))
    spent = _measured(coder, texts)
    words = sum(len(text.split()) for text in texts)
    parsing, whole = spent["spaCy"], spent["whole"]
    print(f"{len(texts)} articles, {words:,} words; coder {coder.version}")
    for part, seconds in spent.items():
        print(f"  {part:10}{1e6 * seconds / words:9.1f} µs a word {seconds / parsing:7.1%} of spaCy's")
    print(f"on top of spaCy: {(whole - parsing) / parsing:.1%}")


def _texts(corpus: str, wanted: int) -> list[str]:
    with (SHARED / "corpora" / corpus).open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    return texts[:: max(1, len(texts) // wanted)][:wanted]


def _measured(coder: Coder, texts: list[str]) -> Counter[str]:
    spent: Counter[str] = Counter()
    parts = {
        "spaCy": (coder, "_nlp"),
        "actors": (coder._actors, "resolve"),
        "events": (coder._events, "extract"),
        "encoder": (coder._events._encoder, "read"),
        "topics": (coder._topics, "classify"),
    }
    for part, (owner, name) in parts.items():
        if owner is not None:
            setattr(owner, name, _Timed(getattr(owner, name), part, spent))
    for text in texts:
        started = time.process_time()
        coder.code(text)
        spent["whole"] += time.process_time() - started
    spent["events"] -= spent["encoder"]
    return spent


class _Timed:
    """A callable that adds up its seconds of CPU."""

    def __init__(self, call: Callable[..., Any], part: str, spent: Counter[str]) -> None:
        self._call, self._part, self._spent = call, part, spent

    def __call__(self, *args: Any, **options: Any) -> Any:
        started = time.process_time()
        try:
            return self._call(*args, **options)
        finally:
            self._spent[self._part] += time.process_time() - started

    def __getattr__(self, name: str) -> Any:
        return getattr(self._call, name)


if __name__ == "__main__":
    main()
