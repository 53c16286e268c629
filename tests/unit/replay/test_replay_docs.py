"""The page on replaying, held to the code."""

import re
from pathlib import Path

from streams.replay.fields import FIELD_NAMES
from streams.replay.formats import READERS
from streams.replay.json_articles import LARGEST_JSON_FILE_BYTES
from streams.replay.reading import LARGEST_ARTICLE_BYTES

PAGE = (Path(__file__).parents[3] / "docs" / "replay.md").read_text(encoding="utf-8")


def test_the_page_lists_every_field_name() -> None:
    """The table of fields has the names that are read, and no others."""
    rows = re.findall(r"^\| `(\w+)` \|([^|]*)\|", PAGE, re.MULTILINE)
    assert {name: (name, *re.findall(r"`(\w+)`", others)) for name, others in rows} == FIELD_NAMES


def test_the_page_lists_every_suffix() -> None:
    """The table of paths has the suffixes that are read, and no others."""
    assert set(re.findall(r"^\| `(\.\w+)` \|", PAGE, re.MULTILINE)) == set(READERS)


def test_the_page_gives_the_limits() -> None:
    """The sizes on the page are those in the code."""
    assert f"up to {LARGEST_JSON_FILE_BYTES // 1024**2} MiB" in PAGE
    assert f"may have {LARGEST_ARTICLE_BYTES // 1024**2} MiB" in PAGE
