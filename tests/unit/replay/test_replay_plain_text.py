"""Articles in .txt files."""

from datetime import UTC, datetime

import pytest

from streams.replay.items import Note
from streams.replay.plain_text import dated, plain_text_fields

AUGUST = datetime(2012, 8, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("Rain\n\nIt fell.", "Rain", "It fell."),
        ("Rain 'Likely' to Fall?\n\n\nIt fell.\n\nMore.", "Rain 'Likely' to Fall?", "It fell.\n\nMore."),
        ("  Rain \n \nIt fell.", "Rain", "It fell."),
        ("It fell.\n\nMore.", None, "It fell.\n\nMore."),
        ("Rain\nIt fell.", None, "Rain\nIt fell."),
        ("Rain", None, "Rain"),
        ("Rain\n\n", None, "Rain\n\n"),
        (" \n\t\nRain\n\n \n\tIt fell.", "Rain", "\tIt fell."),
        ("x" * 201 + "\n\nIt fell.", None, "x" * 201 + "\n\nIt fell."),
        ("x" * 200 + "\n\nIt fell.", "x" * 200, "It fell."),
        ("2 August 2012\n\nIt fell.", None, "2 August 2012\n\nIt fell."),
    ],
)
def test_a_short_first_line_is_the_title(text: str, title: str | None, body: str) -> None:
    """A short first line without a full stop, above a blank one, is the title; else all is text."""
    fields = plain_text_fields(text)
    assert (fields.get("title"), fields["text"]) == (title, body)


def test_the_text_below_the_title_stays_as_it_is() -> None:
    """Nothing is cut from the text, not even an agency's last lines."""
    body = "It fell.\n\n  Indented,\tand – dashed.\n\n\nSource: The Agency\n\nDate: 2 August 2012"
    assert plain_text_fields(f"Rain\n\n{body}")["text"] == body


@pytest.mark.parametrize(
    "text",
    [
        "Title: Rain\nDate: 2 August 2012\nSource: The Paper\n\nIt fell.",
        "Date: 2 August 2012\nSource: The Paper\n\nRain\n\nIt fell.",
        "Rain\n\nDate: 2 August 2012\nSource: The Paper\n\nIt fell.",
        "HEADLINE: Rain\npubDate: 2 August 2012\nsource: The Paper\nIt fell.",
    ],
)
def test_header_lines_are_fields(text: str) -> None:
    """Header lines at the top, or below the title, are fields and not text."""
    assert plain_text_fields(text) == {
        "title": "Rain",
        "published_at": "2 August 2012",
        "source": "The Paper",
        "text": "It fell.",
    }


@pytest.mark.parametrize("line", ["Date: last Tuesday", "Date:", "Weather: rain", "Source:x", "Text: It."])
def test_a_line_that_is_no_header_is_text(line: str) -> None:
    """A line that looks like a header but names no field, or no date, stays in the text."""
    text = f"{line}\nIt fell."
    assert plain_text_fields(text) == {"text": text}


@pytest.mark.parametrize(
    ("fields", "path", "found", "note"),
    [
        ({"published_at": "2012-08-02", "text": "1 May 2001\n\nRain."}, "2002-01-01.txt", "2012-08-02", None),
        ({"date": "2012-08-02", "text": "1 May 2001\n\nRain."}, "2002-01-01.txt", None, None),
        ({"text": "2 August 2012\n\nRain."}, "2002-01-01.txt", AUGUST, Note.DATELINE_DATE),
        ({"text": "Rain."}, "2012-08-02.txt", AUGUST, Note.FILE_NAME_DATE),
        ({"text": "Rain."}, "rain.txt", None, Note.NO_DATE),
    ],
)
def test_a_date_comes_from_the_nearest_place(
    fields: dict[str, object], path: str, found: object, note: Note | None
) -> None:
    """A given date comes before the dateline's, that before the file name's, and a guess is never made."""
    filled, said = dated(fields, path)
    assert (filled.get("published_at"), said) == (found, note)
