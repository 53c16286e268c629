"""Articles in .md files."""

import pytest

from streams.replay.items import ArticleUnreadableError, Reason
from streams.replay.markdown import markdown_fields


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("---\ntitle: Rain\nid: r-1\n---\n\nIt fell.", {"title": "Rain", "id": "r-1", "text": "It fell."}),
        ('---\ntitle: "Rain: heavy"\n...\nIt fell.', {"title": "Rain: heavy", "text": "It fell."}),
        ("---\ntitle: Rain\n---\n# Other\n\nIt fell.", {"title": "Rain", "text": "It fell."}),
        ("---\nid: r-1\n---\n# Rain\n\nIt fell.", {"title": "Rain", "id": "r-1", "text": "It fell."}),
        ("---\nid: r-1\n---\nRain\n\nIt fell.", {"id": "r-1", "text": "Rain\n\nIt fell."}),
        ("---\n---\nRain\n\nIt fell.", {"title": "Rain", "text": "It fell."}),
        ("# Rain #\n\nIt fell.\n\n---\n\nMore.", {"title": "Rain", "text": "It fell.\n\n---\n\nMore."}),
        ("Rain\n\nIt fell.", {"title": "Rain", "text": "It fell."}),
        ("It fell.", {"text": "It fell."}),
        ("#hashtag is no heading.\nIt fell.", {"text": "#hashtag is no heading.\nIt fell."}),
        ("---\ntext: Not this.\ntitle: Rain\n---\nIt fell.", {"title": "Rain", "text": "It fell."}),
        ("---\n1: one\ntitle: Rain\n---\nIt fell.", {"1": "one", "title": "Rain", "text": "It fell."}),
    ],
)
def test_front_matter_gives_fields_and_the_rest_is_text(text: str, fields: dict[str, object]) -> None:
    """Front matter gives the fields, a heading the title where there is none, and the body is the text."""
    assert markdown_fields(text) == fields


@pytest.mark.parametrize(
    ("front_matter", "message"),
    [
        ("title: Rain: heavy", "not YAML .* in quotation marks"),
        ("title: [", "not YAML"),
        ("date: 2013-13-45", "not YAML .*month must be in"),
        ("!!python/object/apply:os.getcwd []", "not YAML"),
        ("a: " + "[" * 5000, "not YAML"),
        ("- Rain", "no mapping; write 'title: ...'"),
        ("Rain fell.", "no mapping"),
        ("a: " + "x" * 70_000, "longer than 65536 characters"),
    ],
)
def test_front_matter_that_is_none_is_refused(front_matter: str, message: str) -> None:
    """Front matter that cannot be read, or that would run code or exhaust the reader, makes no article."""
    with pytest.raises(ArticleUnreadableError, match=message) as caught:
        markdown_fields(f"---\n{front_matter}\n---\nIt fell.")
    assert caught.value.reason is Reason.FRONT_MATTER
    assert "\n" not in str(caught.value)


def test_front_matter_must_end() -> None:
    """Without its closing line the article cannot be told from its front matter."""
    with pytest.raises(ArticleUnreadableError, match="has no end; close it with a line of three dashes"):
        markdown_fields("---\ntitle: Rain\n\nIt fell.")
