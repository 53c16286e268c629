"""Whose the people and the places are that a text names without a country."""

import pytest

from streams.coding.coder import Coder


@pytest.mark.parametrize(
    ("sentence", "target"),
    [
        ("Gunmen killed nine villagers near the town of Mopti, Mali.", "MLI"),
        ("Nine villagers were killed when gunmen attacked the market of Gao, Mali.", "MLI"),
        ("A bomb killed two people at a bakery in Zaporizhzhia.", "UKR"),
        ("Three people died in a Russian missile attack on Kryvyi Rih.", "UKR"),
        ("Two guards were shot and three others were wounded outside a bank in Arequipa, Peru.", "PER"),
    ],
)
def test_those_harmed_are_of_the_place(code, sentence, target):
    """People without a country are taken for those of the place that their clause or sentence names."""
    assert code(sentence)[0].target_name == target


@pytest.mark.parametrize(
    ("sentence", "target"),
    [
        ("Russia attacked Odesa with drones.", "UKR"),
        ("Russia captured the settlement of Dibrova in Donetsk, Ukraine.", "UKR"),
        ("Russia shelled a hospital in Kharkiv.", "UKR"),
        ("Rebels ambushed a convoy near Gao, Mali.", "MLI"),
    ],
)
def test_what_is_struck_is_of_the_place(code, sentence, target):
    """A town has the country it lies in, and a thing under attack that of the place."""
    assert code(sentence)[0].target_name == target


def test_a_neighbouring_sentence_tells_the_place(code):
    """Where a sentence names no place, the only one in the text counts."""
    told = code("A market was bombed in Peru. Gunmen killed four traders.")
    assert {each.target_name for each in told} == {"PER"}


def test_two_countries_leave_the_place_open(code):
    """Where a sentence is set in two countries, nobody is taken to be of either."""
    told = code("Gunmen killed ten people in Mali and in Kenya.")
    assert told[0].target_name == "ten people"


def test_whoever_police_hold_is_of_their_country(parser):
    """Without a place, those arrested are of the country whose forces arrest them."""
    (event,) = Coder(parser).code("Forty people were arrested by the Greek police.").events
    assert event.target is not None
    assert event.target.code == "GRCCVL"


@pytest.mark.parametrize(
    "sentence",
    ["Poland will pay if talks with Germany are not resumed.", "Kenya votes unless Mali does not resign."],
)
def test_what_may_not_happen_is_not_told(code, sentence):
    """A negated condition tells neither of the act nor of its refusal."""
    assert "REJECT" not in {each.type.value for each in code(sentence)}


def test_a_place_in_another_counts_as_the_wider(parser):
    """The last of a chain of places tells the country, whatever the first is called elsewhere."""
    told = Coder(parser).code("Gunmen killed two people at a bar in Nueva Florida, Guatemala.").events
    assert [event.target and event.target.code for event in told] == ["GTMCVL"]


def test_somebody_is_of_the_country_told_beside(code):
    """An apposition tells the country of a person whom nothing else places."""
    told = code("Anna Kowal, the sister of a Polish writer, was arrested on Monday.")
    assert told[0].triple == ("COERCE", None, "POL")


def test_missiles_shot_down_are_not_of_the_place(code):
    """What flies in is not taken to be of the country where it comes down."""
    told = code("Soldiers outside Odesa, Ukraine, destroyed twelve missiles.")
    assert all(each.target_name != "UKR" for each in told)


def test_a_town_is_in_the_country_of_its_state(parser):
    """Of towns with one name the one in the state that follows is meant."""
    told = Coder(parser).code("Ten people were killed by gunmen in Villanueva, Zacatecas.").events
    assert [event.target and event.target.code for event in told] == ["MEXCVL"]
