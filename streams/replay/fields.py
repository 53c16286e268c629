"""The fields of an article under the names that feeds and datasets give them."""

import re
from collections.abc import Mapping
from datetime import datetime

from pydantic import ValidationError

from schemas.article import Article
from streams.replay.identity import content_id
from streams.replay.items import ArticleUnreadableError, Reason
from streams.replay.moments import UnknownMomentError, moment_of

FIELD_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id",),
    "title": ("title", "headline"),
    "text": ("text", "body", "content", "content_text", "articleBody"),
    "published_at": (
        "published_at",
        "publishedAt",
        "published",
        "pubDate",
        "date",
        "datePublished",
        "date_published",
    ),
    "source": ("source",),
    "url": ("url", "link"),
    "language": ("language", "lang", "inLanguage"),
}

# YAML's "\ud800" yields one, and UTF-8 cannot hold it.
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")

_JSON_TYPES: Mapping[type, str] = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "an object",
}


def article_of(fields: Mapping[str, object]) -> Article:
    """Make an article of fields under any known name; raise `ArticleUnreadableError` where that fails.

    An article without an id is given a hash of its content.
    """
    title, text = _string("title", fields), _text(fields)
    published_at = _published_at(fields)
    source, url, language = (_string(name, fields) for name in ("source", "url", "language"))
    given_id = _id(fields) or content_id(
        title=title, text=text, published_at=published_at, source=source, url=url, language=language
    )
    try:
        return Article(
            id=given_id,
            title=title,
            text=text,
            published_at=published_at,
            source=source,
            url=url,
            language=language,
        )
    except ValidationError as fault:
        raise _not_valid(fault) from fault


def given(name: str, fields: Mapping[str, object]) -> object:
    """Look a field up under its own name, else under its synonyms; a null or blank one is not there."""
    found = {key: fields[key] for key in FIELD_NAMES[name] if key in fields and not _blank(fields[key])}
    if name in found or not found:
        return found.get(name)
    first, *others = found.values()
    if any(other != first for other in others):
        raise ArticleUnreadableError(
            Reason.AMBIGUOUS,
            f"{_listed(found)} differ, and each may be {name!r}; name the right one {name!r}",
        )
    return first


def _text(fields: Mapping[str, object]) -> str:
    text = given("text", fields)
    if text is None:
        raise ArticleUnreadableError(
            Reason.NO_TEXT, f"no text; give it as 'text' (or {_listed(FIELD_NAMES['text'][1:])})"
        )
    return _checked_string("text", text)


def _string(name: str, fields: Mapping[str, object]) -> str | None:
    value = given(name, fields)
    return None if value is None else _checked_string(name, value)


def _checked_string(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise ArticleUnreadableError(
            Reason.WRONG_TYPE, f"{name!r} is {_kind(value)}; give a string (in quotation marks)"
        )
    if not value.isascii() and _HALF_CHARACTER.search(value):
        raise ArticleUnreadableError(
            Reason.WRONG_TYPE, f"{name!r} holds half a character (a lone surrogate); remove it"
        )
    return value


def _id(fields: Mapping[str, object]) -> str | None:
    value = given("id", fields)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _string("id", fields)


def _published_at(fields: Mapping[str, object]) -> datetime | None:
    value = given("published_at", fields)
    if value is None:
        return None
    if isinstance(value, list | dict | bool):
        raise ArticleUnreadableError(
            Reason.WRONG_TYPE, f"'published_at' is {_kind(value)}; give a string such as \"2013-05-10\""
        )
    try:
        return moment_of(value)
    except UnknownMomentError as fault:
        raise ArticleUnreadableError(Reason.UNKNOWN_DATE, f"published_at: {fault}") from fault


def _blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _kind(value: object) -> str:
    return _JSON_TYPES.get(type(value), f"a {type(value).__name__}")


def _listed(names: Mapping[str, object] | tuple[str, ...]) -> str:
    return ", ".join(repr(name) for name in names)


def _not_valid(fault: ValidationError) -> ArticleUnreadableError:
    first = fault.errors(include_url=False, include_input=False)[0]
    name = ".".join(str(part) for part in first["loc"])
    return ArticleUnreadableError(
        Reason.WRONG_TYPE, f"{name!r}: {first['msg']}; see schemas/json/article.v1.json"
    )
