"""Items as records for Kafka."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from pydantic import ValidationError
from replay_fakes import sourced

from schemas.article import Article
from streams.replay.items import Origin, Reason, Unreadable
from streams.replay.json_articles import read_json_lines
from streams.replay.records import record_of

BAD = Unreadable(b'{"id": "a"}', Origin("news/feed.jsonl", 7), Reason.NO_TEXT, "feed.jsonl:7: no text")


def test_an_article_goes_out_as_its_json() -> None:
    """The record of an article is the article, under its id, with where it came from."""
    item = sourced("é-1", datetime(2012, 8, 2, tzinfo=UTC))
    record = record_of(item)
    assert Article.model_validate_json(record.value) == item.article
    assert record.key == "é-1".encode()
    assert record.headers == (("tidings-origin", b"feed.jsonl:1"),)


def test_unreadable_bytes_go_out_as_they_are() -> None:
    """What is no article goes out too, so that it is set aside where it can be listed and replayed."""
    record = record_of(BAD)
    why = f"{BAD.reason.value}: {BAD.error}".encode()
    assert record.value == BAD.raw
    assert record.headers == (("tidings-origin", b"feed.jsonl:7"), ("tidings-unreadable", why))
    assert record_of(BAD) == record
    assert record.key.startswith(b"sha256:")


@pytest.mark.parametrize(
    "line",
    [
        b'{"id": "a", "text": "x", "published_at": 2013}',
        b'{"id": "a", "text": "x", "date": "soon"}',
        b'{"id": "a", "text": "x", "headline": 5}',
        b'{"id": "a", "text": "x", "lang": "en", "inLanguage": "de"}',
        b'{"id": "a", "text": ""}',
        b'{"id": "a"}',
        b'{"text": "x"',
        b"null",
        b"caf\xe9",
    ],
)
def test_no_unreadable_record_is_an_article_under_its_id(line: bytes) -> None:
    """A coder takes a record for an article only under the article's own id, which a hash never is."""
    (item,) = read_json_lines(BytesIO(line), "feed.jsonl")
    assert isinstance(item, Unreadable)
    record = record_of(item)
    try:
        assert Article.model_validate_json(record.value).id.encode() != record.key
    except ValidationError:
        assert record.value == line
