"""Articles as JSON: one, a list, or one a line."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO

import orjson
import pytest

from schemas.article import Article
from streams.replay import json_articles
from streams.replay.items import Item, Note, Origin, Reason, Sourced, Unreadable
from streams.replay.json_articles import read_json, read_json_lines

PATH = "news/feed"
RAIN = b'{"id": "r-1", "text": "Rain fell.", "published_at": "2012-08-02"}'


def lines(raw: bytes) -> list[Item]:
    return list(read_json_lines(BytesIO(raw), PATH))


def document(raw: bytes) -> list[Item]:
    return list(read_json(BytesIO(raw), PATH))


def ids(items: list[Item]) -> list[str]:
    return [item.article.id for item in items if isinstance(item, Sourced)]


@pytest.mark.parametrize(
    ("raw", "origins"),
    [
        (RAIN, [1]),
        (RAIN + b"\n", [1]),
        (RAIN + b"\r\n" + RAIN + b"\r\n", [1, 2]),
        (b"\xef\xbb\xbf" + RAIN + b"\n\n  \n" + RAIN, [1, 4]),
        (b"\n \t" + RAIN + b" \n", [2]),
        (b"", []),
        (b"\n\n", []),
    ],
)
def test_each_line_is_an_article(raw: bytes, origins: list[int]) -> None:
    """Byte order marks, blank lines and carriage returns are passed over, and lines counted with them."""
    items = lines(raw)
    assert ids(items) == ["r-1"] * len(items)
    assert [item.origin for item in items] == [Origin(PATH, line=number) for number in origins]


def test_a_bad_line_does_not_hide_the_next() -> None:
    """A line that is no article keeps its bytes and its number, and reading goes on."""
    first, bad, last = lines(RAIN + b"\n{oops\n" + RAIN)
    assert isinstance(bad, Unreadable)
    assert (bad.raw, bad.reason, bad.origin.line) == (b"{oops", Reason.NOT_JSON, 2)
    assert ids([first, last]) == ["r-1", "r-1"]


@pytest.mark.parametrize(
    ("line", "reason", "words"),
    [
        (b"{oops", Reason.NOT_JSON, "not JSON ("),
        (b'{"text": "x"} {"text": "y"}', Reason.NOT_JSON, "not JSON ("),
        (b'{"text": NaN}', Reason.NOT_JSON, "not JSON ("),
        (b'{"text": "\\ud83d"}', Reason.NOT_JSON, "not JSON ("),
        (b"[" * 5000, Reason.NOT_JSON, "not JSON ("),
        (b'{"text": "caf\xe9"}', Reason.NOT_UTF8, "byte 14 is not UTF-8; convert it"),
        (b"[]", Reason.NOT_AN_OBJECT, "not a JSON object; write"),
        (b'"Rain fell."', Reason.NOT_AN_OBJECT, "not a JSON object; write"),
        (b"null", Reason.NOT_AN_OBJECT, "not a JSON object; write"),
        (b"{}", Reason.NO_TEXT, "no text; give it as 'text'"),
        (b'{"text": 5}', Reason.WRONG_TYPE, "'text' is a number; give a string"),
        (b'{"text": "x", "source": {}}', Reason.WRONG_TYPE, "'source' is an object; give a string"),
        (b'{"text": "x", "date": "soon"}', Reason.UNKNOWN_DATE, "published_at: 'soon' is not a date; give"),
        (b'{"body": "x", "content": "y"}', Reason.AMBIGUOUS, "'body', 'content' differ"),
    ],
)
def test_a_line_that_is_no_article_says_why(line: bytes, reason: Reason, words: str) -> None:
    """Every kind of bad line has a reason of its own, and one line that says what, where and the remedy."""
    (item,) = lines(line)
    assert isinstance(item, Unreadable)
    assert (item.raw, item.reason) == (line, reason)
    assert item.error.startswith(f"{PATH}:1: {words}")
    assert "\n" not in item.error


def test_lines_are_read_one_at_a_time() -> None:
    """The first article is there before the second line is looked at, so that a pipe can be followed."""

    class Pipe(BytesIO):
        read_lines = 0

        def readline(self, size: int | None = -1, /) -> bytes:
            self.read_lines += 1
            return super().readline(size)

    pipe = Pipe((RAIN + b"\n") * 3)
    reading: Iterator[Item] = read_json_lines(pipe, "-")
    next(reading)
    assert pipe.read_lines == 1


def test_a_huge_line_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line beyond the limit is never held whole, and the line after it is read."""
    monkeypatch.setattr(json_articles, "LARGEST_ARTICLE_BYTES", 1024 * 1024)
    huge, last = lines(b'{"text": "' + b"x" * 5_000_000 + b'"}\n' + RAIN)
    assert isinstance(huge, Unreadable)
    assert (huge.reason, len(huge.raw), huge.origin.line) == (Reason.TOO_LARGE, 64 * 1024, 1)
    assert (ids([last]), last.origin.line) == (["r-1"], 2)


def test_a_huge_last_line_ends_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file without any line end is one huge line, and no endless one."""
    monkeypatch.setattr(json_articles, "LARGEST_ARTICLE_BYTES", 1024 * 1024)
    (huge,) = lines(b"x" * 5_000_000)
    assert isinstance(huge, Unreadable)


def test_five_megabytes_of_text_are_an_article() -> None:
    """A text may have five megabytes, escaped or not."""
    text = "Дождь. " * 400_000
    for escaped in (orjson.dumps({"text": text}), orjson.dumps({"text": "x" * 5_000_000})):
        (item,) = lines(escaped)
        assert isinstance(item, Sourced)


def test_a_json_file_holds_an_article() -> None:
    """An object, over as many lines as it likes, is one article."""
    (item,) = document(b"\xef\xbb\xbf\n" + RAIN.replace(b",", b",\n") + b"\n")
    assert ids([item]) == ["r-1"]
    assert item.origin == Origin(PATH)


def test_a_json_file_holds_a_list_of_articles() -> None:
    """Each element is an item of its own, in order, with its place from 1; a bad one keeps its JSON."""
    first, bad, last = document(b'[{"id": "a", "text": "x"}, {"id": "b"}, {"id": "c", "text": "z"}]')
    assert ids([first, last]) == ["a", "c"]
    assert isinstance(bad, Unreadable)
    assert (bad.raw, bad.origin) == (b'{"id":"b"}', Origin(PATH, place=2))
    assert bad.error.startswith(f"{PATH}[2]: no text")


@pytest.mark.parametrize(
    ("raw", "reason", "words"),
    [
        (RAIN + b"\n" + RAIN, Reason.NOT_JSON, "name it .jsonl if each line is one"),
        (b"[" + RAIN, Reason.NOT_JSON, "correct it"),
        (b"[" * 5000, Reason.NOT_JSON, "correct it"),
        (b" \n", Reason.EMPTY, "empty; write an article into it"),
        (b"42", Reason.NOT_AN_OBJECT, "not a JSON object"),
    ],
)
def test_a_json_file_without_articles_says_why(raw: bytes, reason: Reason, words: str) -> None:
    """A .json file that cannot be read is one unreadable item with a remedy."""
    (item,) = document(raw)
    assert isinstance(item, Unreadable)
    assert item.reason is reason
    assert words in item.error


def test_a_huge_json_file_is_to_become_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """A .json file must be parsed whole, so beyond the limit JSON Lines are the remedy."""
    monkeypatch.setattr(json_articles, "LARGEST_JSON_FILE_BYTES", 1024 * 1024)
    (item,) = document(b"[" + b" " * 2_000_000 + b"1]")
    assert isinstance(item, Unreadable)
    assert (item.reason, len(item.raw)) == (Reason.TOO_LARGE, 64 * 1024)
    assert "JSON Lines" in item.error


def test_an_undated_article_has_a_note() -> None:
    """An article that gives no date says so."""
    undated, dated = lines(b'{"text": "Rain fell."}\n' + RAIN)
    assert isinstance(undated, Sourced)
    assert isinstance(dated, Sourced)
    assert (undated.note, dated.note) == (Note.NO_DATE, None)


def test_what_is_written_is_read_back() -> None:
    """Whatever article is written as JSON, in any characters, is read back the same, in each of the forms."""
    articles = tuple(_any_articles(random.Random(3), 200))
    written = [article.model_dump_json().encode() for article in articles]
    for items in (lines(b"\n".join(written)), document(b"[" + b",".join(written) + b"]")):
        assert tuple(item.article for item in items if isinstance(item, Sourced)) == articles
    assert [document(one)[0] for one in written] == [
        Sourced(article, Origin(PATH), None if article.published_at else Note.NO_DATE) for article in articles
    ]


def test_reading_twice_gives_the_same_ids() -> None:
    """Without ids in the file, each reading gives the same ids, and different articles different ones."""
    articles = _any_articles(random.Random(4), 200)
    written = b"\n".join(orjson.dumps({**article.model_dump(), "id": None}) for article in articles)
    once, twice = ids(lines(written)), ids(lines(written))
    assert once == twice
    assert len(set(once)) == len(once) == 200


def _any_articles(chance: random.Random, count: int) -> Iterator[Article]:
    def words() -> str:
        alphabet = 'aZ \t"\\\u0000\u2028\u00e9\u4e2d\U0001f327\r\n'
        return "x" + "".join(chance.choices(alphabet, k=chance.randrange(40)))

    def maybe(value: str) -> str | None:
        return chance.choice((value, None))

    for number in range(count):
        day = datetime(1900, 1, 1, 23, 59, 59, 999_999, UTC) + timedelta(days=chance.randrange(60_000))
        yield Article(
            id=f"{number} {words()}",
            text=f"{number} {words()}",
            title=maybe(words()),
            published_at=chance.choice((day, None)),
            source=maybe(words()),
            url=maybe(words()),
            language=maybe("en"),
        )
