"""What the encoder learns from, and what is kept from it."""

from pathlib import Path

import pytest

from training import labels


def test_what_is_held_out_is_never_trained_on() -> None:
    """One written sentence in ten measures, and no gold sentence teaches."""
    trained = {example.text for example in labels.training_set()}
    held_out = {example.text for example in labels.written(held_out=True)}
    assert trained & held_out == set()
    assert trained & {example.text for example in labels.gold(None)} == set()
    assert 0.08 < len(held_out) / (len(held_out) + len(labels.written(held_out=False))) < 0.12


def test_each_sentence_is_learned_once() -> None:
    """A sentence of two files counts once, with the labels that name its parties."""
    texts = [example.text for example in labels.training_set()]
    assert len(texts) == len(set(texts))


def test_without_the_corpora_the_written_sentences_are_enough(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A clone alone can train: ten thousand sentences are its own."""
    monkeypatch.setattr(labels, "SHARED", tmp_path / "absent")
    examples = labels.training_set()
    assert len(examples) >= 10_000
    assert labels.gold("dev") == []
    assert all(example.events is not None for example in examples)


def test_an_example_knows_its_types() -> None:
    """The main one decides, all are right, and none is a type of its own."""
    two = labels.Example("x", "ACCUSE", ({"type": "ACCUSE"}, {"type": "REJECT"}), "k")
    assert two.types == {"ACCUSE", "REJECT"}
    assert labels.Example("x", "NONE", (), "k").types == {"NONE"}
    assert labels.Example("x", "AID", None, "typed").types == {"AID"}
