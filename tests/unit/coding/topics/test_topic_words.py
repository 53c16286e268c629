"""Every form under which a word may be listed."""

import pytest
import spacy

from streams.coding.topics.words import word_forms, words_of_doc, words_of_title


@pytest.mark.parametrize(
    ("word", "base"),
    [
        ("Airstrikes", "airstrike"),
        ("parties", "party"),
        ("clashes", "clash"),
        ("arrested", "arrest"),
        ("seized", "seize"),
        ("bombing", "bomb"),
        ("freezing", "freeze"),
        ("robbed", "rob"),
        ("allied", "ally"),
        ("U.N.", "UN"),
        ("d’état", "d'etat"),
    ],
)
def test_a_word_is_found_under_its_base(word, base):
    """Headlines come without lemmas, so endings are undone by rule."""
    assert base in word_forms(word, "")


def test_a_lemma_is_one_of_the_forms():
    """Irregular forms are the tagger's business."""
    assert "strike" in word_forms("struck", "strike")


def test_title_and_text_are_cut_alike():
    """A term is found in a title wherever it is found in a text."""
    line = "Cease-fire talks: Iran's envoy, U.N. chief meet; 20% of oil-rich state's output hit"
    in_text = [forms[0] for forms in words_of_doc(spacy.blank("en")(line))]
    in_title = [forms[0] for forms in words_of_title(line)]
    assert [word for word in in_text if word[0].isalpha()] == [word for word in in_title if word[0].isalpha()]
