"""The fields of an article under the names that others give them."""

from datetime import UTC, datetime
from itertools import product

import pytest

from streams.replay.fields import FIELD_NAMES, article_of
from streams.replay.identity import content_id
from streams.replay.items import ArticleUnreadableError, Reason

WHOLE = {
    "id": "a-1",
    "title": "Rain",
    "text": "Rain fell.",
    "published_at": "2013-05-10",
    "source": "The Paper",
    "url": "https://paper.example/rain",
    "language": "en",
}


@pytest.mark.parametrize("field", FIELD_NAMES)
def test_each_synonym_stands_for_its_field(field: str) -> None:
    """A field under any of its names makes the same article."""
    for synonym in FIELD_NAMES[field]:
        renamed = {name: value for name, value in WHOLE.items() if name != field} | {synonym: WHOLE[field]}
        assert article_of(renamed) == article_of(WHOLE)


def test_a_name_stands_for_one_field_only() -> None:
    """No name is a synonym of two fields."""
    names = [name for synonyms in FIELD_NAMES.values() for name in synonyms]
    assert len(names) == len(set(names))


def test_a_fields_own_name_wins() -> None:
    """Beside a field under its own name, its synonyms are other things: a 'date' may be the harvest's."""
    assert article_of({**WHOLE, "date": "2020-01-01", "content": "Other."}) == article_of(WHOLE)


def test_synonyms_that_agree_are_one() -> None:
    """Two synonyms with the same value leave no doubt."""
    fields = {"body": "Rain fell.", "content": "Rain fell."}
    assert article_of(fields).text == "Rain fell."


def test_synonyms_that_differ_are_refused() -> None:
    """Which of two texts is the article's cannot be known, so neither is taken."""
    with pytest.raises(ArticleUnreadableError, match="'body', 'content' differ") as caught:
        article_of({"body": "Rain fell.", "content": "Rain"})
    assert caught.value.reason is Reason.AMBIGUOUS


@pytest.mark.parametrize("absent", [None, "", "  "])
def test_null_and_blank_are_absent(absent: str | None) -> None:
    """A null or blank field is as good as none, and gives way to a synonym."""
    article = article_of({**dict.fromkeys(WHOLE, absent), "body": "Rain fell.", "headline": "Rain"})
    assert (article.text, article.title) == ("Rain fell.", "Rain")
    assert (article.published_at, article.url) == (None, None)
    assert article.id.startswith("sha256:")


def test_other_fields_are_left_out() -> None:
    """Fields of no known name do not reach the article."""
    assert article_of({**WHOLE, "category": "weather", "mentions": [1]}) == article_of(WHOLE)


@pytest.mark.parametrize("number", [17, 0, 2**70])
def test_a_number_is_an_id(number: int) -> None:
    """Datasets number their articles; the number is the id, as a string."""
    assert article_of({**WHOLE, "id": number}).id == str(number)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *product(("title", "text", "source", "url", "language"), (5, 1.5, True, ["a"], {"name": "a"})),
        *product(("id",), (1.5, True, ["a"], {"name": "a"})),
        *product(("published_at",), (True, ["2013-05-10"], {"year": 2013})),
        ("text", "half \ud83d"),
        ("id", "x" * 513),
    ],
)
def test_a_wrong_type_is_refused_by_name(field: str, value: object) -> None:
    """A field of the wrong type makes no article, and the message names it."""
    with pytest.raises(ArticleUnreadableError, match=f"'{field}'") as caught:
        article_of({**WHOLE, field: value})
    assert caught.value.reason is Reason.WRONG_TYPE


@pytest.mark.parametrize("value", ["soon", 2013, "10/05/2013"])
def test_an_unknown_date_is_refused(value: object) -> None:
    """A date that cannot be read is not dropped in silence."""
    with pytest.raises(ArticleUnreadableError, match=r"published_at: .* is not a date") as caught:
        article_of({**WHOLE, "published_at": value})
    assert caught.value.reason is Reason.UNKNOWN_DATE


@pytest.mark.parametrize("fields", [{}, {"title": "Rain"}, {"text": None}, {"text": " \n"}, {"words": "x"}])
def test_without_text_there_is_no_article(fields: dict[str, object]) -> None:
    """A title alone, or a blank text, is nothing to code; the message says where text is looked for."""
    with pytest.raises(ArticleUnreadableError, match="no text; give it as 'text'") as caught:
        article_of(fields)
    assert caught.value.reason is Reason.NO_TEXT


def test_a_missing_id_is_the_hash_of_the_content() -> None:
    """The same content has the same id under any field names and date notation, other content another."""
    without = {name: value for name, value in WHOLE.items() if name != "id"}
    known = article_of(without).id
    assert article_of({"body": WHOLE["text"], **without, "published_at": 1368144000}).id == known
    changed = {
        article_of({**without, name: f"{without[name]}x"}).id for name in without.keys() - {"published_at"}
    }
    dated = article_of({**without, "published_at": "2013-05-11"}).id
    assert len({known, dated, *changed}) == 2 + len(changed) == 7


def test_the_hash_of_known_content_stays() -> None:
    """The id of an article without one is a promise: another would count every replayed file twice."""
    moment = datetime(2013, 5, 10, tzinfo=UTC)
    empty = {"source": None, "url": None, "language": None}
    dated = content_id(title="Rain", text="Rain fell.", published_at=moment, **empty)
    bare = content_id(title=None, text="Rain fell.", published_at=None, **empty)
    assert (dated, bare) == (
        "sha256:5361ba68e426d9494b0757fa2b7caec5",
        "sha256:7535c41cb6e651fe1adedd0c95fccc41",
    )


def test_a_hash_keeps_fields_apart() -> None:
    """Words that move from title to text make another article."""
    empty = {"published_at": None, "source": None, "url": None, "language": None}
    one = content_id(title="Rain fell", text=".", **empty)
    other = content_id(title="Rain", text=" fell.", **empty)
    assert one != other
