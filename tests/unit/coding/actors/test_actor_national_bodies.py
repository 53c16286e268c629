"""Unlisted bodies with a country in their name, and the names of countries beside them."""

import pytest

from streams.coding.actors.introductions import introduced_names
from streams.coding.actors.words import Words

INTRODUCED = [
    ("The Congo Reform Initiative (CRI) condemned the raid.", "Congo Reform Initiative", "COD"),
    ("The Reform Initiative of Congo (RIC) condemned the raid.", "Reform Initiative of Congo", "COD"),
    ("The Congo Workers Initiative (CWI) condemned the raid.", "Congo Workers Initiative", "COD"),
    ("The U.S. Peace Alliance (USPA) condemned Iran.", "U.S. Peace Alliance", "USA"),
    ("The Kenyan Coffee Growers Board (KCGB) sued Uganda.", "Kenyan Coffee Growers Board", "KEN"),
]


@pytest.mark.parametrize(("text", "name", "country"), INTRODUCED)
def test_a_body_introduced_with_its_acronym_is_not_its_country(resolution_of, text, name, country):
    """It keeps its name; the acronym in the brackets is the same actor."""
    body, acronym = (each.actor for each in resolution_of(text).mentions[:2])
    assert (body.kind.value, body.name, body.country) == ("organisation", name, country)
    assert acronym == body
    assert not any(each.actor.id == f"country:{country}" for each in resolution_of(text).mentions)


def test_a_body_with_a_country_in_its_name_is_one_actor_across_the_story(resolve):
    """By its name before and behind the brackets, its acronym, and the word that says what it is."""
    text = (
        "The Congo Reform Initiative (CRI) condemned the raid. The CRI called on Kinshasa to apologise. "
        "The initiative blamed Rwanda. Congo expelled the Congo Reform Initiative."
    )
    assert [(words, actor) for words, actor, _ in resolve(text)] == [
        ("Congo Reform Initiative", "org:congo-reform-initiative"),
        ("CRI", "org:congo-reform-initiative"),
        ("CRI", "org:congo-reform-initiative"),
        ("Kinshasa", "gov:COD"),
        ("initiative", "org:congo-reform-initiative"),
        ("Rwanda", "country:RWA"),
        ("Congo", "country:COD"),
        ("Congo Reform Initiative", "org:congo-reform-initiative"),
    ]


def test_without_an_acronym_a_word_of_the_name_tells_the_body(resolve):
    """The word before 'of' has the sector: a commission for energy is no company."""
    found = resolve("The Kenyan Atomic Energy Commission warned Uganda.")
    assert found[0] == ("Kenyan Atomic Energy Commission", "org:kenyan-atomic-energy-commission", "KENGOV")
    found = resolve("The Uganda Reform Initiative protested.")
    assert found == [("Uganda Reform Initiative", "org:uganda-reform-initiative", "UGA")]


COUNTRIES = [
    ("Congo government troops shelled a town.", "role:COD:MIL"),
    ("Congo troops attacked Rwanda.", "country:COD"),
    ("The Russia Sanctions worried Germany.", "country:RUS"),
    ("The Russian Ministry of Defense denied it.", "gov:RUS"),
    ("The Russian Foreign Ministry (RFM) denied it.", "gov:RUS"),
    ("The US accused the Ukrainian Armed Forces (UAF).", "role:UKR:MIL"),
    ("The United Arab Emirates (UAE) condemned it.", "country:ARE"),
]


@pytest.mark.parametrize(("text", "actor"), COUNTRIES)
def test_a_country_with_an_ordinary_word_stays_what_it_is(resolve, text, actor):
    """Governments, forces and things that are named after a country are no unlisted bodies."""
    found = [each for _, each, _ in resolve(text)]
    assert actor in found
    assert not any(each.startswith("org:") for each in found)


def test_a_law_with_an_acronym_is_no_body(resolve):
    """A code of law does nothing."""
    assert not any(
        actor.startswith("org:") for _, actor, _ in resolve("India amended the Indian Penal Code (IPC).")
    )


SPELT = [
    ("The Congo Reform Initiative ( CRI ) left", ["Congo Reform Initiative"]),
    ("The Front for the Liberation of Congo ( FLC ) left", ["Front for the Liberation of Congo"]),
    ("The Front for the Liberation of Congo ( FFTLOC ) left", ["Front for the Liberation of Congo"]),
    ("the Congo reform initiative ( CRI ) left", []),
    ("The Congo Reform Initiative ( XYZ ) left", []),
    ("The Congo Reform Initiative ( CRI", []),
]


@pytest.mark.parametrize(("text", "names"), SPELT)
def test_an_acronym_introduces_the_words_that_it_is_made_of(text, names):
    """Small words may count or not; names are in capitals."""
    tokens = text.split()
    words = Words(text=tokens, lower=[token.lower() for token in tokens])
    assert [" ".join(tokens[start:end]) for start, end in introduced_names(words)] == names


FLAGGED = [
    ("🇺🇦 Ukraine attacked Russia.", "Ukraine"),
    ("▶ Ukraine attacked Russia.", "Ukraine"),
    ("🇺🇦 Ukrainian troops attacked Russia.", "Ukrainian troops"),
    ("⚡️ Ukrainian forces attacked Russia.", "Ukrainian forces"),
    ("⚡️Ukrainian forces attacked Russia.", "\ufe0fUkrainian forces"),
    ("🇨🇩 Congo Reform Initiative (CRI) condemned Russia.", "Congo Reform Initiative"),
]


@pytest.mark.parametrize(("text", "words"), FLAGGED)
def test_flags_and_signs_are_no_part_of_a_mention(resolve, text, words):
    """Neither of its words nor of its actor's id; a selector that spaCy leaves on a word does not hide it."""
    assert resolve(text)[0][0] == words
