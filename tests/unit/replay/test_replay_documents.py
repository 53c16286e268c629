"""Files that hold one article as text."""

import re
from datetime import UTC, datetime
from io import BytesIO

import pytest

from streams.replay import documents
from streams.replay.documents import read_markdown, read_plain_text
from streams.replay.items import Item, Note, Origin, Reason, Sourced, Unreadable

AUGUST = datetime(2012, 8, 2, tzinfo=UTC)
PATH = "news/rain.txt"


def plain(raw: bytes) -> Item:
    (item,) = read_plain_text(BytesIO(raw), PATH)
    return item


def test_a_text_file_is_one_article() -> None:
    """A .txt file is one article, with its path as origin and its note on the date."""
    item = plain("Rain\n\nLONDON, Aug 2, 2012 (Reuters) — Rain fell.".encode())
    assert isinstance(item, Sourced)
    assert (item.article.title, item.article.published_at) == ("Rain", AUGUST)
    assert (item.origin, item.note) == (Origin(PATH), Note.DATELINE_DATE)


def test_a_markdown_file_is_one_article() -> None:
    """A .md file is one article, dated by its front matter, in YAML's own dates too."""
    raw = b"---\nid: r-1\npublished_at: 2012-08-02\nmood: wet\n---\n\nRain fell.\n"
    (item,) = read_markdown(BytesIO(raw), "rain.md")
    assert isinstance(item, Sourced)
    assert (item.article.id, item.article.text) == ("r-1", "Rain fell.")
    assert (item.article.published_at, item.note) == (AUGUST, None)


@pytest.mark.parametrize(
    "copy",
    [b"Rain\r\n\r\nIt fell.\r\n", b"\xef\xbb\xbfRain\n\nIt fell.", b"\nRain\n\nIt fell.\n\n"],
)
def test_a_copy_from_another_system_is_the_same_article(copy: bytes) -> None:
    """Line ends and a byte order mark make no difference, to the id least of all."""
    assert plain(copy) == plain(b"Rain\n\nIt fell.\n")


@pytest.mark.parametrize(
    ("raw", "reason", "error"),
    [
        (b"", Reason.EMPTY, "empty; write an article into it, or remove it"),
        (b"\xef\xbb\xbf\n \n", Reason.EMPTY, "empty"),
        (b"Source: The Paper\n", Reason.NO_TEXT, "no text; give it"),
        ("Café".encode("latin-1"), Reason.NOT_UTF8, "byte 4 is not UTF-8; .* iconv -f WINDOWS-1252 -t UTF-8"),
        ("Rain".encode("utf-16"), Reason.NOT_UTF8, "byte 1 is not UTF-8; .* iconv -f UTF-16 -t UTF-8"),
    ],
)
def test_what_is_no_article_keeps_its_bytes(raw: bytes, reason: Reason, error: str) -> None:
    """A file without an article is shown with its bytes, the fault and the remedy."""
    item = plain(raw)
    assert isinstance(item, Unreadable)
    assert (item.raw, item.origin, item.reason) == (raw, Origin(PATH), reason)
    assert re.match(f"{PATH}: {error}", item.error)


def test_a_half_character_in_front_matter_is_refused() -> None:
    """YAML can write what UTF-8 cannot hold, and what would stop the sending."""
    (item,) = read_markdown(BytesIO(b'---\ntitle: "\\ud83d"\n---\nRain fell.'), "rain.md")
    assert isinstance(item, Unreadable)
    assert item.reason is Reason.WRONG_TYPE


def test_only_the_beginning_of_a_huge_file_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file beyond the limit is not read whole, and its beginning stands for it."""
    monkeypatch.setattr(documents, "LARGEST_ARTICLE_BYTES", 1024 * 1024)
    stream = BytesIO(b"Rain. " * 1_000_000)
    (item,) = read_plain_text(stream, PATH)
    assert isinstance(item, Unreadable)
    assert (item.reason, len(item.raw)) == (Reason.TOO_LARGE, 64 * 1024)
    assert stream.tell() <= 1024 * 1024 + 1
    assert item.error == f"{PATH}: larger than 1 MiB; split it into articles"
