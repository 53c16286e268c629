"""Rules and encoder heard together: who wins, when both may be wrong, and what each alone may do."""

import numpy as np
import pytest
from actors_at_hand import resolve
from encoder_readings import reading
from spacy.language import Language

from schemas.coding import Event
from schemas.plover import EventType
from streams.coding.encoder import Role, SentenceReading
from streams.coding.events import EventExtractor
from streams.coding.events.judging import BESIDE, MAIN, Weights

T = EventType
WEIGHTS = Weights.of(
    {
        "main": dict.fromkeys(MAIN, 0.0)
        | {"sentence": 0.6, "told": 0.3, "ruled": 1.0, "strength": 0.5, "strongest": 0.8, "silence": 0.8},
        "beside": dict.fromkeys(BESIDE, 0.0)
        | {"sentence": 0.2, "trigger": 0.5, "ruled": 2.0, "silence": 1.5},
    }
)


class FakeEncoder:
    """Says of every sentence what a test has it say; keeps what it was asked."""

    version = "fake"

    def __init__(self, **said: object) -> None:
        self._said = said
        self.asked: list[str] = []

    def read(self, sentences: list[str]) -> list[SentenceReading]:
        self.asked += sentences
        return [reading(sentence, **self._said) for sentence in sentences]  # type: ignore[arg-type]


def events(parser: Language, sentence: str, **said: object) -> tuple[Event, ...]:
    extractor = EventExtractor(encoder=FakeEncoder(**said), weights=WEIGHTS)  # type: ignore[arg-type]
    doc = parser(sentence)
    return extractor.extract(doc, resolve(doc), on=None)


def test_where_both_agree_the_event_is_surer_than_where_they_differ(parser: Language) -> None:
    """Confidence follows the encoder's probability of the rules' type."""
    sentence = "Turkey condemned Israel."
    told = {"condemned": {T.ACCUSE: 0.95, None: 0.05}}
    (sure,) = events(parser, sentence, main={T.ACCUSE: 0.95}, told=told)
    (unsure,) = events(parser, sentence, main={T.ACCUSE: 0.4, None: 0.5}, told=told)
    assert sure.type is unsure.type is T.ACCUSE
    assert sure.confidence > unsure.confidence


def test_a_certain_encoder_silences_the_rules(parser: Language) -> None:
    """A sentence that it takes for none tells nothing, whatever the lexicon knows."""
    silent = {"condemned": {None: 0.999}}
    assert events(parser, "Turkey condemned Israel.", main={None: 0.999}, told=silent) == ()


def test_an_encoder_that_is_unsure_does_not(parser: Language) -> None:
    """Where it leaves both open, the rules' event stands."""
    said = {"main": {None: 0.5, T.ACCUSE: 0.5}, "told": {"condemned": {T.ACCUSE: 0.5, None: 0.5}}}
    (event,) = events(parser, "Turkey condemned Israel.", **said)
    assert event.type is T.ACCUSE


def test_another_type_than_the_rules_has_neither_mode_nor_code(parser: Language) -> None:
    """What the lexicon says of mode and CAMEO code belongs to its own type."""
    said = {"main": {T.COERCE: 0.999}, "told": {"attacked": {T.COERCE: 0.999}}}
    (event,) = events(parser, "Russia attacked Ukraine.", **said)
    assert (event.type, event.mode, event.cameo) == (T.COERCE, None, None)


def test_the_encoder_proposes_what_the_lexicon_passes_over(parser: Language) -> None:
    """An unknown verb that it takes for an event is one, with the parties that its type usually has."""
    sentence = "Turkey flummoxed Israel."
    assert events(parser, sentence, main={None: 0.9}, told={}) == ()
    (event,) = events(parser, sentence, main={T.REJECT: 0.95}, told={"flummoxed": {T.REJECT: 0.95}})
    assert (event.type, event.trigger) == (T.REJECT, "flummoxed")
    assert (event.source.code, event.target.code) == ("TUR", "ISR")  # type: ignore[union-attr]


def test_a_proposal_beside_a_known_trigger_is_the_same_event(parser: Language) -> None:
    """'imposed sanctions' is one act, on whichever of both words the encoder hears it."""
    said = {"main": {T.SANCTION: 0.9}, "told": {"sanctions": {T.SANCTION: 0.9}, "imposed": {T.SANCTION: 0.4}}}
    found = events(parser, "Turkey imposed sanctions on Israel.", **said)
    assert [event.type for event in found] == [T.SANCTION]


def test_the_encoder_fills_a_party_that_the_rules_miss(parser: Language) -> None:
    """A phrase that it takes for the target is one where the frame found none."""
    sentence = "Amid talk of Israel, Turkey protested."
    said = {"main": {T.ACCUSE: 0.9}, "told": {"protested": {T.ACCUSE: 0.9}}}
    alone = events(parser, sentence, **said)
    linked = events(
        parser, sentence, **said, parties={("protested", Role.TARGET): {"Israel": 0.9, None: 0.1}}
    )
    assert all(event.target is None for event in alone)
    assert {event.target.code for event in linked if event.target} == {"ISR"}


def test_a_party_that_the_encoder_supports_is_kept(parser: Language) -> None:
    """Where it gives the rules' own a fair share, nothing is changed."""
    parties = {("condemned", Role.TARGET): {"Israel": 0.4, "Iran": 0.6}}
    said = {"main": {T.ACCUSE: 0.9}, "told": {"condemned": {T.ACCUSE: 0.9}}, "parties": parties}
    (event,) = events(parser, "Turkey condemned Israel near Iran.", **said)
    assert event.target is not None
    assert event.target.code == "ISR"


def test_what_is_told_beside_the_main_event_needs_its_own_trigger(parser: Language) -> None:
    """A second act that the encoder hears is an event; the main one comes first."""
    sentence = "Turkey condemned Israel, which bombed Iran."
    told = {"condemned": {T.ACCUSE: 0.95, None: 0.05}, "bombed": {T.ASSAULT: 0.95, None: 0.05}}
    found = events(parser, sentence, main={T.ACCUSE: 0.8, T.ASSAULT: 0.2}, told=told)
    assert [event.type for event in found] == [T.ACCUSE, T.ASSAULT]
    told["bombed"] = {None: 0.99}
    found = events(parser, sentence, main={T.ACCUSE: 0.99}, told=told)
    assert [event.type for event in found] == [T.ACCUSE]


def test_weights_without_a_name_are_refused() -> None:
    """A file of another version than the code fails at once, not with zeros."""
    with pytest.raises(KeyError):
        Weights.of({"main": {"sentence": 1.0}, "beside": {}})


def test_an_explanation_tells_what_both_said(parser: Language) -> None:
    """Entry and frame of the rules, probabilities of the encoder, and the way in the tree to each party."""
    said = {"main": {T.ACCUSE: 0.9}, "told": {"condemned": {T.ACCUSE: 0.8}}}
    extractor = EventExtractor(encoder=FakeEncoder(**said), weights=WEIGHTS)  # type: ignore[arg-type]
    doc = parser("Turkey condemned Israel.")
    ((event, why),) = extractor.explain(doc, resolve(doc), on=None)
    assert why.entry.split()[0].split("|").count("condemn") == 1
    assert why.ruled == "ACCUSE"
    assert why.sentence_types is not None
    assert np.isclose(why.sentence_types["ACCUSE"], 0.9, atol=0.01)
    assert why.source_path == "condemned -nsubj-> Turkey"
    assert why.target_path == "condemned -dobj-> Israel"
    assert why.verdict is not None
    assert np.isclose(why.verdict, event.confidence, atol=0.001)
