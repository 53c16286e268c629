"""Ugly, long and foreign texts: no crash, no quadratic time."""

import sys

import pytest
import spacy
from actors_at_hand import resolve
from spacy.tokens import Doc

from streams.coding.events import EventExtractor
from streams.coding.mentions import Resolution

NOBODY = Resolution((), {})
UGLY = [
    "",
    " ",
    "\n\n\t\n",
    ".",
    "!!! ??? ... ---",
    "ATTACK ATTACK ATTACK " * 50,
    "and " * 300,
    "said said said said that that that",
    "https://example.org/a?b=c&d=e#f <br/> &amp; \x00 \ufeff \u200b",
    "俄罗斯袭击了乌克兰。 日本と中国は会談した。",
    "Россия напала на Украину вчера вечером.",
    "La policía detuvo a dos periodistas en la capital.",
    "- - - sit-in - - test-fired - - -",
    "((((((((((to to to to))))))))))",
    "🚀🚀 Russia 🚀 bombs 🚀 Ukraine 🚀",
]


@pytest.mark.parametrize("text", UGLY)
def test_no_text_breaks_the_extractor(code, text):
    """Whatever a parser can take, the extractor can."""
    for told in code(text):
        assert text[told.event.start : told.event.end] == told.event.trigger


def test_a_text_without_a_parse_has_no_events(extractor):
    """Words without a tree tell nothing, and break nothing."""
    doc = Doc(spacy.blank("en").vocab, words=["Russia", "bombed", "Ukraine"])
    assert extractor.extract(doc, NOBODY, on=None) == ()


def test_long_enumerations_give_few_pairs(code):
    """Twenty sources and twenty targets are not four hundred events."""
    many = ", ".join(["Russia", "China", "Japan", "Brazil", "Chile"] * 4)
    assert len(code(f"{many} and Kenya accused {many} and Mali of lying.")) <= 40


def test_work_grows_with_length_only(parser, extractor: EventExtractor):
    """Eight times the sentence takes about eight times the function calls."""
    short, long = (parser(_chain(times)) for times in (40, 320))
    assert _calls(extractor, long) < 8 * 1.5 * _calls(extractor, short)


def _chain(times: int) -> str:
    return (
        "The minister said that "
        + "the army which attacked the rebels, who urged Kenya to " * times
        + "leave."
    )


def _calls(extractor: EventExtractor, doc: Doc) -> int:
    resolution, count = resolve(doc), 0

    def note(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        extractor.extract(doc, resolution, on=None)
    finally:
        sys.setprofile(None)
    return count
