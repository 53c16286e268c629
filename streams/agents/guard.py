"""Raw bytes to an article, or the reason why they are none: no input passes that could stop a coder."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import from_json

from schemas.article import MAX_ID_CHARS, Article
from schemas.dead_letter import Reason
from schemas.wire import explain
from streams.counting.plausibility import is_plausible_moment
from streams.dead_letters import Fault

WITHDRAWN: Final = "withdrawn"


@dataclass(frozen=True, slots=True)
class Accepted:
    """An article that may be coded, the hash of its content, and fields of no known meaning."""

    article: Article
    content_hash: str
    unknown_fields: int


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A null value: the story of this id is withdrawn."""

    article_id: str


@dataclass(frozen=True, slots=True)
class Guard:
    """The limits that an article must keep; `language` is the one that the spaCy pipeline reads."""

    max_text_chars: int
    language: str

    def read(self, key: bytes | None, value: bytes | None, *, now: datetime) -> Accepted | Withdrawn | Fault:
        """Judge one record of the articles topic."""
        article_id = _text(key) if key else None
        if article_id is None or len(article_id) > MAX_ID_CHARS:
            return Fault(
                Reason.NO_KEY,
                f"no key, or one that is not UTF-8 or longer than {MAX_ID_CHARS} characters; "
                "it must be the article's id",
            )
        if value is None:
            return Withdrawn(article_id)
        fields = _fields(value)
        return fields if isinstance(fields, Fault) else self._article(article_id, fields, now)

    def _article(self, article_id: str, fields: dict[str, Any], now: datetime) -> Accepted | Fault:
        try:
            article = Article.model_validate(fields)
        except ValidationError as error:
            return Fault(
                Reason.WRONG_SHAPE,
                f"article {article_id!r}: {explain(error)}; see schemas/json/article.v1.json",
            )
        if article.id != article_id:
            return Fault(
                Reason.KEY_MISMATCH,
                f"article {article.id!r}: the record's key is {article_id!r}; it must be the article's id",
            )
        fault = self._outside_limits(article, now)
        unknown = len(fields.keys() - Article.model_fields.keys())
        return fault or Accepted(article, content_hash(article), unknown)

    def _outside_limits(self, article: Article, now: datetime) -> Fault | None:
        if not article.text.strip():
            return Fault(Reason.EMPTY_TEXT, f"article {article.id!r}: text is empty")
        if len(article.text) > self.max_text_chars:
            return Fault(
                Reason.TEXT_TOO_LONG,
                f"article {article.id!r}: text has {len(article.text)} characters, at most "
                f"{self.max_text_chars} are coded; raise TIDINGS_MAX_TEXT_CHARS or split the text",
            )
        if article.published_at and not is_plausible_moment(article.published_at, now):
            return Fault(
                Reason.DATE_OUT_OF_RANGE,
                f"article {article.id!r}: published_at {article.published_at.isoformat()} is before 1800 or "
                "in the future; correct it, or leave it out",
            )
        return self._foreign(article)

    def _foreign(self, article: Article) -> Fault | None:
        told = (article.language or self.language).replace("_", "-").lower()
        if told.split("-")[0] == self.language:
            return None
        return Fault(
            Reason.LANGUAGE,
            f"article {article.id!r}: language {article.language!r}, the pipeline reads {self.language!r}; "
            "TIDINGS_SPACY_PIPELINE names another",
        )


def content_hash(article: Article) -> str:
    """A hash of what is coded: two articles with the same hash say the same."""
    said = (article.title or "", article.text, str(article.published_at or ""), article.language or "")
    return hashlib.sha256("\x1f".join(said).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _fields(value: bytes) -> dict[str, Any] | Fault:
    if _text(value) is None:
        return Fault(Reason.NOT_UTF8, "the value is not UTF-8")
    try:
        parsed = from_json(value)
    except ValueError as error:
        reason = Reason.TOO_DEEP if "recursion limit" in str(error) else Reason.NOT_JSON
        return Fault(reason, f"the value is not JSON that can be read: {error}")
    if not isinstance(parsed, dict):
        return Fault(Reason.WRONG_SHAPE, f"the value is a JSON {type(parsed).__name__}, not an object")
    return parsed


def _text(raw: bytes) -> str | None:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None
