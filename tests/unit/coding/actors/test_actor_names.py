"""Names: how they are compared, shortened and found."""

import pytest

from streams.coding.actors.names import cased, fold, slug
from streams.coding.actors.phrase_tree import PhraseTree
from streams.coding.actors.surnames import surnames


@pytest.mark.parametrize(
    ("name", "pieces"),
    [
        ("U.N.", ("un",)),
        ("Côte d'Ivoire", ("cote", "d", "ivoire")),
        ("al-Assad", ("al", "assad")),
        ("People's", ("people",)),
        ("Łódź", ("lodz",)),
        ("U.S.-led", ("us", "led")),
    ],
)
def test_names_compare_without_case_accents_dots_and_hyphens(name, pieces):
    """The pieces are what two spellings of a name have in common."""
    assert fold(name) == pieces
    assert tuple(piece.lower() for piece in cased(name)) == pieces


@pytest.mark.parametrize(
    ("name", "country", "expected"),
    [
        ("Vladimir Putin", "RUS", ("Putin",)),
        ("Xi Jinping", "CHN", ("Xi",)),
        ("Ursula von der Leyen", "DEU", ("von der Leyen", "Leyen")),
        ("Bashar al-Assad", "SYR", ("al-Assad", "Assad")),
        ("Luiz Inácio Lula da Silva", "BRA", ("da Silva", "Silva")),
        ("Ferdinand Marcos Jr.", "PHL", ("Marcos",)),
        ("Tsai Ing-wen", "TWN", ("Tsai",)),
        ("Carrie Lam", "HKG", ("Lam",)),
        ("Pelé", "BRA", ()),
    ],
)
def test_a_surname_is_what_news_calls_a_person_later(name, country, expected):
    """With particles and without; the first word where the family name comes first."""
    assert surnames(name, country) == expected


def test_a_slug_is_plain():
    """Identifiers hold small letters, digits and hyphens."""
    assert slug("Nicolás Maduro") == "nicolas-maduro"
    assert slug("Sana'a") == "sanaa"


def test_phrases_are_found_longest_first():
    """All phrases that begin at a piece are told, the longest first."""
    tree = PhraseTree()
    for phrase in ("world", "world bank", "world bank group"):
        tree.add(phrase.split(), phrase)
    found = tree.find(["the", "world", "bank", "said"], 1)
    assert found == [(3, ["world bank"]), (2, ["world"])]
