"""An article in a Markdown file: YAML front matter with the fields of an article, then the text."""

import re

import yaml

from streams.replay.items import ArticleUnreadableError, Reason
from streams.replay.plain_text import plain_text_fields

_OPENING = re.compile(r"---[ \t]*\n")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*$\n?", re.MULTILINE)
_HEADING = re.compile(r"\n*#[ \t]+(\S.*?)[ \t#]*(?:\n|$)")

# Nested brackets by the thousand would take the parser's stack, a megabyte of YAML its seconds.
_LONGEST_FRONT_MATTER = 64 * 1024


def markdown_fields(text: str) -> dict[str, object]:
    """Split a Markdown file into front matter and text; a heading on top is the title where none is given."""
    front, body = _split_front_matter(text)
    if heading := _HEADING.match(body):
        found: dict[str, object] = {"title": heading[1], "text": body[heading.end() :].lstrip("\n")}
    elif front:
        found = {"text": body.lstrip("\n")}
    else:
        found = plain_text_fields(body)
    return {**found, **front, "text": found["text"]}


def _split_front_matter(text: str) -> tuple[dict[str, object], str]:
    opening = _OPENING.match(text)
    if opening is None:
        return {}, text
    closing = _CLOSING.search(text, opening.end())
    if closing is None:
        raise ArticleUnreadableError(
            Reason.FRONT_MATTER, "the front matter has no end; close it with a line of three dashes"
        )
    return _mapping(text[opening.end() : closing.start()]), text[closing.end() :]


def _mapping(front_matter: str) -> dict[str, object]:
    fields = _parsed(front_matter)
    if fields is None:
        return {}
    if not isinstance(fields, dict):
        raise ArticleUnreadableError(
            Reason.FRONT_MATTER, "the front matter is no mapping; write 'title: ...' lines between the dashes"
        )
    return {str(name): value for name, value in fields.items()}


def _parsed(front_matter: str) -> object:
    if len(front_matter) > _LONGEST_FRONT_MATTER:
        raise ArticleUnreadableError(
            Reason.FRONT_MATTER,
            f"the front matter is longer than {_LONGEST_FRONT_MATTER} characters; shorten it",
        )
    try:
        return yaml.safe_load(front_matter)
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        cause = " ".join(str(fault).split())
        raise ArticleUnreadableError(
            Reason.FRONT_MATTER,
            f"the front matter is not YAML ({cause}); put text with ':' in quotation marks",
        ) from fault
