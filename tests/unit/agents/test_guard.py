"""What the guard makes of bytes: an article, or the reason why they are none."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from schemas.article import Article
from schemas.dead_letter import Reason
from streams.agents.guard import Accepted, Guard, Withdrawn, content_hash
from streams.dead_letters import Fault

NOW = datetime(2020, 6, 1, 12, tzinfo=UTC)
GUARD = Guard(max_text_chars=1000, language="en")


def article(**fields: object) -> bytes:
    return json.dumps({"id": "a", "text": "Rain fell.", **fields}).encode()


def judged(value: bytes | None, key: bytes | None = b"a") -> Accepted | Withdrawn | Fault:
    return GUARD.read(key, value, now=NOW)


@dataclass(frozen=True)
class Refused:
    reason: Reason
    said: str
    value: bytes | None
    key: bytes | None = b"a"


REFUSED = {
    "no key": Refused(Reason.NO_KEY, "must be the article's id", article(), None),
    "empty key": Refused(Reason.NO_KEY, "must be the article's id", article(), b""),
    "key that is not UTF-8": Refused(Reason.NO_KEY, "not UTF-8", article(), b"\xff\xfe"),
    "null value without a key": Refused(Reason.NO_KEY, "no key", None, None),
    "withdrawal by what is no id": Refused(Reason.NO_KEY, "longer than 512", None, b"x" * 513),
    "another key": Refused(Reason.KEY_MISMATCH, "'a': the record's key is 'b'", article(), b"b"),
    "not UTF-8": Refused(Reason.NOT_UTF8, "not UTF-8", b'{"id": "a", "text": "caf\xe9"}'),
    "UTF-16": Refused(Reason.NOT_UTF8, "not UTF-8", article().decode().encode("utf-16")),
    "empty value": Refused(Reason.NOT_JSON, "not JSON", b""),
    "cut off": Refused(Reason.NOT_JSON, "not JSON", article()[:-3]),
    "two documents": Refused(Reason.NOT_JSON, "not JSON", article() * 2),
    "plain text": Refused(Reason.NOT_JSON, "not JSON", b"Rain fell."),
    "raw control character": Refused(Reason.NOT_JSON, "not JSON", b'{"id": "a", "text": "x\x00y"}'),
    "half a surrogate pair": Refused(Reason.NOT_JSON, "not JSON", rb'{"id": "a", "text": "\ud83d"}'),
    "a million digits": Refused(Reason.NOT_JSON, "not JSON", b'{"n": ' + b"9" * 1_000_000 + b"}"),
    "deep list": Refused(Reason.TOO_DEEP, "recursion limit", b"[" * 100_000),
    "deep object": Refused(Reason.TOO_DEEP, "recursion limit", b'{"a":' * 100_000),
    "JSON list": Refused(Reason.WRONG_SHAPE, "JSON list, not an object", b'[{"id": "a", "text": "x"}]'),
    "JSON null": Refused(Reason.WRONG_SHAPE, "not an object", b"null"),
    "JSON string": Refused(Reason.WRONG_SHAPE, "not an object", b'"Rain fell."'),
    "no id": Refused(Reason.WRONG_SHAPE, "id: Field required", b'{"text": "x"}'),
    "no text": Refused(Reason.WRONG_SHAPE, "text: Field required", b'{"id": "a"}'),
    "number as id": Refused(Reason.WRONG_SHAPE, "id: ", article(id=7), b"7"),
    "long id": Refused(Reason.WRONG_SHAPE, "id: String should have at most 512", article(id="x" * 513)),
    "null text": Refused(Reason.WRONG_SHAPE, "text: ", article(text=None)),
    "list as title": Refused(Reason.WRONG_SHAPE, "title: ", article(title=["x"])),
    "words as date": Refused(Reason.WRONG_SHAPE, "published_at: ", article(published_at="yesterday")),
    "boolean as date": Refused(Reason.WRONG_SHAPE, "published_at: ", article(published_at=True)),
    "February 30": Refused(Reason.WRONG_SHAPE, "published_at: ", article(published_at="2012-02-30")),
    "empty text": Refused(Reason.EMPTY_TEXT, "'a': text is empty", article(text="")),
    "white text": Refused(Reason.EMPTY_TEXT, "text is empty", article(text=" \n\t\u00a0\u2003")),
    "long text": Refused(
        Reason.TEXT_TOO_LONG,
        "1001 characters, at most 1000 .*TIDINGS_MAX_TEXT_CHARS",
        article(text="x" * 1001),
    ),
    "5 MB of text": Refused(Reason.TEXT_TOO_LONG, "5000000 characters", article(text="x" * 5_000_000)),
    "year 1": Refused(
        Reason.DATE_OUT_OF_RANGE, "0001-01-01.* is before 1800", article(published_at="0001-01-01T00:00:00Z")
    ),
    "1799": Refused(Reason.DATE_OUT_OF_RANGE, "before 1800", article(published_at="1799-12-31T23:59:59Z")),
    "future": Refused(
        Reason.DATE_OUT_OF_RANGE, "in the future", article(published_at="2020-06-03T12:00:01Z")
    ),
    "year 9999": Refused(
        Reason.DATE_OUT_OF_RANGE, "in the future", article(published_at="9999-12-31T23:59:59Z")
    ),
    "German": Refused(Reason.LANGUAGE, "'de', the pipeline reads 'en'", article(language="de")),
    "English by another code": Refused(Reason.LANGUAGE, "'eng'", article(language="eng")),
}


@pytest.mark.parametrize("refused", REFUSED.values(), ids=REFUSED)
def test_a_bad_record_is_refused_with_its_reason(refused: Refused) -> None:
    """Whatever is wrong with a record is told as one of the reasons, in words that name the fault."""
    verdict = judged(refused.value, refused.key)
    assert isinstance(verdict, Fault)
    assert verdict.reason is refused.reason
    assert re.search(refused.said, verdict.error), verdict.error


def test_the_table_covers_every_reason_of_the_guard() -> None:
    """Each reason that is not the coder's or the counter's own is in the table above."""
    elsewhere = {
        Reason.UNREADABLE_SOURCE,
        Reason.CODER_CRASHED,
        Reason.CODER_TIMEOUT,
        Reason.CODED_TOO_LARGE,
        Reason.NOT_A_CODED_ARTICLE,
        Reason.NOT_A_TALLY,
        Reason.LYING_COORDINATES,
        Reason.DAY_OUT_OF_RANGE,
        Reason.IMPLAUSIBLE_COUNTS,
        Reason.BELOW_ZERO,
        Reason.UNKNOWN,
    }
    assert {refused.reason for refused in REFUSED.values()} == set(Reason) - elsewhere


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_that_utc_cannot_tell_is_refused(moment: str) -> None:
    """A date that leaves the calendar on its way to UTC is a fault of the record, not of the worker."""
    assert isinstance(judged(article(published_at=moment)), Fault)


@pytest.mark.parametrize("written", ["2012", "20120802"])
def test_a_date_of_digits_is_not_taken_for_seconds(written: str) -> None:
    """A year, or a date without dashes, never counts silently in January or August of 1970."""
    verdict = judged(article(published_at=written))
    assert isinstance(verdict, Fault) or (
        isinstance(verdict, Accepted)
        and verdict.article.published_at is not None
        and verdict.article.published_at.year == 2012
    )


_NAMED = set(Reason) - {Reason.NO_KEY, Reason.NOT_UTF8, Reason.NOT_JSON, Reason.TOO_DEEP}

ACCEPTED = {
    "as little as there is": article(),
    "every field": article(
        title="Rain", published_at="2012-08-02T10:00:00+03:00", source="s", url="u", language="en"
    ),
    "nulls": article(title=None, published_at=None, source=None, url=None, language=None),
    "escaped control characters": article(text="x\x00\x07\x1b[31m\u2028y"),
    "beyond the basic plane": article(text="\U0001f600" * 1000),
    "region": article(language="en-GB"),
    "region as POSIX writes it": article(language="en_US"),
    "capitals": article(language="EN"),
    "1800": article(published_at="1800-01-01T00:00:00Z"),
    "as far ahead as clocks may differ": article(published_at="2020-06-03T12:00:00Z"),
    "longest text": article(text="x" * 1000),
}


@pytest.mark.parametrize("value", ACCEPTED.values(), ids=ACCEPTED)
def test_a_good_record_is_accepted(value: bytes) -> None:
    """What keeps the limits, and what lies on them, is coded."""
    verdict = judged(value)
    assert isinstance(verdict, Accepted), verdict
    assert verdict.article == Article.model_validate_json(value)


def test_the_longest_id_is_accepted() -> None:
    """An id may have 512 characters."""
    assert isinstance(judged(article(id="x" * 512), b"x" * 512), Accepted)


def test_a_null_value_withdraws_the_story_of_its_key() -> None:
    """A null value with a key is a withdrawal, not a fault."""
    assert judged(None, "Zürich-1".encode()) == Withdrawn("Zürich-1")


def test_unknown_fields_are_counted() -> None:
    """Fields that no article has are ignored and told by number."""
    verdict = judged(article(author="x", tags=[1]))
    assert isinstance(verdict, Accepted)
    assert verdict.unknown_fields == 2
    assert judged(article()) == Accepted(verdict.article, verdict.content_hash, unknown_fields=0), (
        "unknown fields are no part of the content"
    )


@pytest.mark.parametrize("refused", [row for row in REFUSED.values() if row.reason in _NAMED])
def test_a_fault_names_the_article(refused: Refused) -> None:
    """A fault of an object with a key says which article it is."""
    verdict = judged(refused.value, refused.key)
    assert isinstance(verdict, Fault)
    assert verdict.error.startswith(("article '", "the value is a JSON "))


def test_the_hash_tells_contents_apart() -> None:
    """Articles that say the same have the same hash; another title, text, date or language changes it."""
    story = Article(id="a", text="Rain fell.", title="Rain", published_at=NOW, language="en")
    same = story.model_copy(update={"id": "b", "url": "u", "source": "s"})
    assert content_hash(same) == content_hash(story)
    others = [
        story.model_copy(update=change)
        for change in (
            {"title": "Snow"},
            {"text": "Rain fell. "},
            {"published_at": None},
            {"language": "fr"},
            {"title": None, "text": "Rain\x1fRain fell."},
        )
    ]
    assert len({content_hash(other) for other in [story, *others]}) == 6


def test_the_hash_of_a_moment_does_not_depend_on_its_zone() -> None:
    """The same moment written in another zone is the same content."""
    here, there = (
        Article.model_validate({"id": "a", "text": "x", "published_at": moment})
        for moment in ("2012-08-02T10:00:00Z", "2012-08-02T13:00:00+03:00")
    )
    assert content_hash(here) == content_hash(there)
