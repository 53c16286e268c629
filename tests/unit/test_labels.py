"""The labelled sample keeps its shape, and says of every sentence what the corpora still hold."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bench import label_seeds
from bench.label_sample import SENTENCES_DRAWN, SHARED, article_texts, draw, hash_of, sentence_spans
from schemas.plover import MODES, EventType
from streams.evaluation.countries import country_of

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "labels/sample.jsonl"

LABELS: list[dict[str, Any]] = [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]
SEED_LABELS: list[dict[str, Any]] = [
    json.loads(line) for line in (ROOT / "labels/seeds.jsonl").read_text(encoding="utf-8").splitlines()
]
EVENTS = [(label["article"], event) for label in LABELS for event in label["events"]]
needs_corpora = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the corpora in ../shared, beside the checkout, are absent"
)


def test_as_many_sentences_are_labelled_as_are_drawn() -> None:
    """Each corpus gives the number of sentences that the drawing asks for, and no other corpus any."""
    assert {corpus: sum(label["corpus"] == corpus for label in LABELS) for corpus in SENTENCES_DRAWN} == (
        SENTENCES_DRAWN
    )
    assert len(LABELS) == sum(SENTENCES_DRAWN.values())


def test_no_article_gives_two_sentences() -> None:
    """Sentences of one article would not be independent of one another."""
    assert len({label["article"] for label in LABELS}) == len(LABELS)


def test_a_line_says_where_the_sentence_stands_and_no_more() -> None:
    """No line carries the sentence itself, and every place is a stretch of text with a hash."""
    for label in LABELS:
        assert label.keys() == {"article", "corpus", "start", "end", "sha256", "events"}, label["article"]
        assert 0 <= label["start"] < label["end"], label["article"]
        assert len(bytes.fromhex(label["sha256"])) == 32, label["article"]


def test_types_and_modes_are_of_plover() -> None:
    """A mode is one of its type's, or none."""
    for article, event in EVENTS:
        assert event["mode"] in {None, *MODES[EventType(event["type"])]}, article


def test_an_event_has_a_trigger_two_sides_and_two_flags() -> None:
    """Both sides are written, if only as null, and a side has words and perhaps a code."""
    for article, event in EVENTS:
        assert event.keys() == {
            "type", "mode", "trigger", "source", "target", "historical", "hypothetical",
        }, article  # fmt: skip
        assert event["trigger"], article
        assert isinstance(event["historical"], bool), article
        assert isinstance(event["hypothetical"], bool), article
        for side in filter(None, (event["source"], event["target"])):
            assert side.keys() == {"text", "code"}, article
            assert side["text"], article


def test_codes_are_upper_case_and_begin_with_a_country_or_a_sector() -> None:
    """A code is one or two groups of three letters; two groups begin with a country."""
    for article, event in EVENTS:
        for side in filter(None, (event["source"], event["target"])):
            code = side["code"]
            if code is not None:
                assert code.isalpha(), (article, code)
                assert code.isupper(), (article, code)
                assert len(code) == 3 or (len(code) == 6 and country_of(code)), (article, code)


def test_no_event_is_labelled_twice() -> None:
    """The same trigger between the same two sides, of the same type, is one event."""
    for label in LABELS:
        events = [json.dumps(event, sort_keys=True) for event in label["events"]]
        assert len(set(events)) == len(events), label["article"]


@needs_corpora
def test_the_corpora_hold_the_labelled_sentences() -> None:
    """Each sentence hashes to what was labelled."""
    for label in LABELS:
        assert hash_of(_sentence(label)) == label["sha256"], label["article"]


@needs_corpora
def test_triggers_and_sides_are_words_of_their_sentence() -> None:
    """Whatever a label quotes stands in the sentence."""
    for label in LABELS:
        sentence = _sentence(label)
        for event in label["events"]:
            sides = [side["text"] for side in (event["source"], event["target"]) if side]
            for words in (event["trigger"], *sides):
                assert words in sentence, (label["article"], words)


@needs_corpora
def test_the_sample_is_what_the_seed_draws() -> None:
    """Nothing was put in or left out by hand."""
    drawn = [(place.article, place.start, place.end) for place, _ in draw()]
    assert [(label["article"], label["start"], label["end"]) for label in LABELS] == drawn


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "Gen. Ana B. Ruiz of the U.S. Army fell ill today. Ürümqi, the next stop, lies under deep snow.",
            [
                "Gen. Ana B. Ruiz of the U.S. Army fell ill today.",
                "Ürümqi, the next stop, lies under deep snow.",
            ],
        ),
        ("A heading without a full stop that runs on\n\nToo short.", []),
        ('The mayor said that the bridge would "stay closed. Nobody', []),
        (
            'He asked, "Who will pay for the bridge?" Nobody in the hall that night had an answer.',
            [
                'He asked, "Who will pay for the bridge?"',
                "Nobody in the hall that night had an answer.",
            ],
        ),
    ],
)
def test_only_whole_sentences_are_drawn(text: str, sentences: list[str]) -> None:
    """Abbreviations end no sentence; headings, scraps and half quotations are left out."""
    assert [text[slice(*span)] for span in sentence_spans(text)] == sentences


@cache
def _texts(corpus: str) -> dict[str, str]:
    return article_texts(corpus)


def _sentence(label: dict[str, Any]) -> str:
    return _texts(label["corpus"])[label["article"]][label["start"] : label["end"]]


def test_the_labelled_sentences_of_our_articles_are_what_the_seed_draws() -> None:
    """Nothing was put in or left out by hand, and each sentence stands in its article."""
    assert [(label["article"], label["text"]) for label in SEED_LABELS] == list(label_seeds.draw())


def test_labels_of_our_articles_quote_their_sentence() -> None:
    """Triggers and sides are words of it, modes are of their type, and no event is labelled twice."""
    for label in SEED_LABELS:
        events = label["events"]
        for event in events:
            sides = [side["text"] for side in (event["source"], event["target"]) if side]
            assert all(words in label["text"] for words in (event["trigger"], *sides)), label["text"]
            assert event["mode"] in {None, *MODES[EventType(event["type"])]}, label["text"]
        assert len({json.dumps(event) for event in events}) == len(events), label["text"]
