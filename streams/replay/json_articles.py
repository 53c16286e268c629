"""Files that hold articles as JSON: one object, a list of them, or one a line."""

from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

import orjson

from streams.replay.items import ArticleUnreadableError, Item, Origin, Reason
from streams.replay.reading import (
    BYTE_ORDER_MARK,
    LARGEST_ARTICLE_BYTES,
    Found,
    decoded,
    empty,
    item_of,
    too_large,
    unreadable,
)

LARGEST_JSON_FILE_BYTES = 128 * 1024 * 1024


def read_json_lines(stream: BinaryIO, path: str) -> Iterator[Item]:
    """Read an article from each line that is not blank, holding one line at a time."""
    number = 0
    while line := stream.readline(LARGEST_ARTICLE_BYTES + 1):
        number += 1
        record, origin = (
            (line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line).strip(),
            Origin(path, number),
        )
        if len(line) > LARGEST_ARTICLE_BYTES:
            _skip_to_next_line(stream, line)
            yield too_large(line, origin, limit_bytes=LARGEST_ARTICLE_BYTES, remedy="split it into articles")
        elif record:
            yield item_of(record, origin, _object)


def read_json(stream: BinaryIO, path: str) -> Iterator[Item]:
    """Read the article, or the list of articles, that a .json file holds."""
    content = stream.read(LARGEST_JSON_FILE_BYTES + 1)
    raw = content.removeprefix(BYTE_ORDER_MARK).strip()
    if len(content) > LARGEST_JSON_FILE_BYTES:
        remedy = "make it JSON Lines (.jsonl), which are read one at a time"
        yield too_large(content, Origin(path), limit_bytes=LARGEST_JSON_FILE_BYTES, remedy=remedy)
    elif raw.startswith(b"["):
        yield from _list(raw, path)
    else:
        yield item_of(
            raw, Origin(path), partial(_object, remedy="correct it, or name it .jsonl if each line is one")
        )


def _list(raw: bytes, path: str) -> Iterator[Item]:
    try:
        elements = _parsed(raw, "correct it")
    except ArticleUnreadableError as fault:
        yield unreadable(raw, Origin(path), fault)
        return
    for place, element in enumerate(elements if isinstance(elements, list) else (), start=1):
        yield item_of(orjson.dumps(element), Origin(path, place=place), _object)


def _object(raw: bytes, *, remedy: str = "correct the line") -> Found:
    value = _parsed(raw, remedy)
    if not isinstance(value, dict):
        raise ArticleUnreadableError(Reason.NOT_AN_OBJECT, 'not a JSON object; write {"text": "..."}')
    return value, None


def _parsed(raw: bytes, remedy: str) -> object:
    if not raw:
        raise empty()
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as fault:
        decoded(raw)
        raise ArticleUnreadableError(Reason.NOT_JSON, f"not JSON ({fault}); {remedy}") from fault


def _skip_to_next_line(stream: BinaryIO, read: bytes) -> None:
    while read and not read.endswith(b"\n"):
        read = stream.readline(LARGEST_ARTICLE_BYTES)
