"""Datelines are sentences of their own."""

import pytest
import spacy

from streams.coding import datelines

BLANK = spacy.blank("en")


@pytest.mark.parametrize(
    ("text", "first_word"),
    [
        ("LONDON, Aug 2 — Putin came to Britain.", "Putin"),
        ("KYIV, Ukraine (AP) — Troops advanced.", "Troops"),
        ("ST. PETERSBURG, Russia, Sept. 14, 2001 (Agency) -- Leaders met.", "Leaders"),
        ("TEL AVIV - Police arrested a man.", "Police"),
        ("  BOGOTA, March 3 — Ecuador expelled the envoy.", "Ecuador"),
    ],
)
def test_a_sentence_begins_behind_the_dateline(text: str, first_word: str) -> None:
    """The word behind the dateline starts a sentence, whatever form the dateline has."""
    doc = BLANK.make_doc(text)
    datelines.set_apart(doc)
    assert [token.text for token in doc if token.is_sent_start][-1] == first_word


@pytest.mark.parametrize(
    "text",
    [
        "Putin came to Britain.",
        "The UN - which has no army - sent monitors.",
        "Anglo-Irish talks began.",
        "",
        "PARIS",
        "LONDON, Aug 2 — ",
    ],
)
def test_what_has_no_dateline_is_left_alone(text: str) -> None:
    """Without a dateline no boundary is set beyond the first word."""
    doc = BLANK.make_doc(text)
    datelines.set_apart(doc)
    assert not any(token.is_sent_start for token in list(doc)[1:])
