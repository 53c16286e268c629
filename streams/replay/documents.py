"""Files that hold one article as text: .txt and .md."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from streams.replay.items import Item, Origin
from streams.replay.markdown import markdown_fields
from streams.replay.plain_text import dated, plain_text_fields
from streams.replay.reading import LARGEST_ARTICLE_BYTES, Found, decoded, empty, item_of, too_large


def read_plain_text(stream: BinaryIO, path: str) -> Iterator[Item]:
    """Read the article in a .txt file."""
    yield _document(stream, path, plain_text_fields)


def read_markdown(stream: BinaryIO, path: str) -> Iterator[Item]:
    """Read the article in a .md file."""
    yield _document(stream, path, markdown_fields)


def _document(stream: BinaryIO, path: str, split: Callable[[str], dict[str, object]]) -> Item:
    def find(raw: bytes) -> Found:
        return dated(split(_text(raw)), path)

    raw = stream.read(LARGEST_ARTICLE_BYTES + 1)
    if len(raw) > LARGEST_ARTICLE_BYTES:
        return too_large(
            raw, Origin(path), limit_bytes=LARGEST_ARTICLE_BYTES, remedy="split it into articles"
        )
    return item_of(raw, Origin(path), find)


def _text(raw: bytes) -> str:
    """Decode a file with the line ends of one system, so that a copy on another is the same article."""
    text = decoded(raw).replace("\r\n", "\n").strip("\n")
    if not text.strip():
        raise empty()
    return text
