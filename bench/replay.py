"""How fast articles are read: `python bench/replay.py [PATH...]`; without paths, the shared corpus."""

import sys
import time
from operator import itemgetter
from pathlib import Path

from streams.replay.items import Unreadable
from streams.replay.paths import PathsUnusableError
from streams.replay.sources import read_articles

CORPUS = Path(__file__).parents[1] / "../shared/corpora/wcep-2022-2024.jsonl"
ROUNDS = 5


def main() -> None:
    """Read the input a few times and print the best, in articles and megabytes a second."""
    paths = sys.argv[1:] or [str(CORPUS)]
    try:
        articles, size_bytes, seconds = min((_round(paths) for _ in range(ROUNDS)), key=itemgetter(2))
    except PathsUnusableError as fault:
        raise SystemExit(str(fault)) from fault
    print(f"{articles:,} articles, {size_bytes / 1e6:.1f} MB of text, best of {ROUNDS}: {seconds:.3f} s")
    print(f"{articles / seconds:,.0f} articles/s, {size_bytes / 1e6 / seconds:.1f} MB/s")


def _round(paths: list[str]) -> tuple[int, int, float]:
    """Read once: articles, bytes of text, seconds; an unreadable item would make the figure a lie."""
    articles = size_bytes = 0
    start = time.perf_counter()
    for item in read_articles(paths):
        if isinstance(item, Unreadable):
            raise SystemExit(item.error)
        articles += 1
        size_bytes += len(item.article.text.encode())
    return articles, size_bytes, time.perf_counter() - start


if __name__ == "__main__":
    main()
