"""Which suffix is read how."""

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from streams.replay.documents import read_markdown, read_plain_text
from streams.replay.items import Item
from streams.replay.json_articles import read_json, read_json_lines

READERS: Mapping[str, Callable[[BinaryIO, str], Iterator[Item]]] = {
    ".json": read_json,
    ".jsonl": read_json_lines,
    ".md": read_markdown,
    ".txt": read_plain_text,
}
