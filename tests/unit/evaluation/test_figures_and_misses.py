"""All figures together, as JSON, and the texts that were misread."""

import orjson
import pytest
from hand_labelled import coded, labelled, reading

from schemas.plover import EventType
from streams.evaluation.encoder_alone import encoder_codings
from streams.evaluation.figures import as_json, figures_of
from streams.evaluation.misses import Fault, misses, told

ACCUSE, ASSAULT = EventType.ACCUSE, EventType.ASSAULT
WAR = "medtop:20000053"

READINGS = [
    reading((labelled(ASSAULT, "RUS", "UKR"),), coded(ASSAULT, "RUS", "UKR")),
    reading((labelled(ASSAULT, "RUS", "UKR"),), coded(ASSAULT, "RUS")),
    reading((labelled(ASSAULT, "RUS", "UKR"),), coded(ACCUSE, "RUS", "UKR")),
    reading((), coded(ACCUSE)),
    reading(None, topics=(WAR,)),
]


def test_figures_as_json_are_shares_with_their_counts() -> None:
    """What a program reads is what the tables show."""
    told_ = orjson.loads(orjson.dumps(as_json(figures_of(READINGS))))
    assert told_["texts"] == 4
    assert told_["type"] == {
        "share": 0.5, "right": 2, "of": 4, "interval_95": pytest.approx([0.15, 0.85], abs=0.001),
    }  # fmt: skip
    assert told_["false_events"] == {"share": 1.0, "right": 1, "of": 1}
    assert told_["missed"]["share"] == 0
    assert told_["triples"]["source, type, target"]["f1"] == pytest.approx(2 / 7)
    assert told_["sides"]["code"] == {"share": 0.75, "right": 3, "of": 4}
    assert told_["topics"] == {
        "texts": 1,
        "micro": {
            "labelled": 1, "right": 0, "wrong": 0, "missed": 1, "precision": 0, "recall": 0, "f1": 0,
        },
        "by_topic": told_["topics"]["by_topic"],
    }  # fmt: skip
    assert told_["actors"] is None
    assert sum(map(sum, told_["confusion"]["labelled_by_coded"])) == 4


def test_a_reader_of_types_alone_is_not_blamed_for_the_rest() -> None:
    """Nothing is said of parties, actors and topics that the encoder alone does not tell."""
    figures = figures_of(READINGS, types_only=True)
    assert (figures.parties, figures.actors, figures.topics) == (None, None, None)
    assert [miss.fault for miss in misses(READINGS, types_only=True)] == [Fault.TYPE, Fault.TYPE]


def test_each_misread_text_is_a_miss_once_by_its_first_fault() -> None:
    """A wrong type, then wrong parties, then wrong topics."""
    assert [(READINGS.index(miss.reading), miss.fault) for miss in misses(READINGS)] == [
        (1, Fault.WHO),
        (2, Fault.TYPE),
        (3, Fault.TYPE),
        (4, Fault.TOPICS),
    ]


def test_an_event_is_told_in_one_line() -> None:
    """Triple by country, mode, trigger, words with codes, and the coder's confidence."""
    assert told(labelled(ASSAULT, "RUSMIL", mode="aerial")) == "RUS ASSAULT -.aerial | did | x=RUSMIL > -"
    assert told(coded(ACCUSE, None, "UKR", confidence=0.5)) == "- ACCUSE UKR | did | - > x=UKR 0.50"


class FakeEncoder:
    """Gives each text the probability that it names, of ASSAULT (the last type)."""

    def read(self, texts: list[str]) -> list["FakeSentence"]:
        return [FakeSentence(float(text)) for text in texts]


class FakeSentence:
    def __init__(self, probability: float) -> None:
        self.types = [1 - probability, *[0.0] * 15, probability]


def test_the_encoder_alone_gives_its_likeliest_type() -> None:
    """No event where that is likeliest; its probability is the confidence, and nobody takes part."""
    first, second = encoder_codings(FakeEncoder(), ["0.4", "0.75"])  # type: ignore[arg-type]
    assert first.events == ()
    (event,) = second.events
    assert (event.type, event.confidence, event.source, event.target) == (ASSAULT, 0.75, None, None)
