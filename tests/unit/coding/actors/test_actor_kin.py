"""Peoples, parts of countries and bodies that several countries have: whose they are."""

import pytest

PEOPLES = [
    ("Kosovo Albanians protested.", ("Albanians", "role:XKX:ETH", "XKXETH")),
    ("Kosovo Albanian guerrillas freed a priest.", ("Kosovo Albanian guerrillas", "role:XKX:REB", "XKXREB")),
    ("The Macedonian Albanians rejected the plan.", ("Albanians", "role:MKD:ETH", "MKDETH")),
    ("Serb troops shelled Gorazde from the hills.", ("Serb troops", "role:BIH:MIL", "BIHMIL")),
    ("Bosnia said that Serb troops shelled the town.", ("Serb troops", "role:BIH:MIL", "BIHMIL")),
    ("Serb troops left Belgrade, Bosnia said.", ("Serb troops", "role:SRB:MIL", "SRBMIL")),
    ("Serbian troops shelled Sarajevo.", ("Serbian troops", "role:SRB:MIL", "SRBMIL")),
    ("Guatemala's Indians marched on the capital.", ("Indians", "role:GTM:ETH", "GTMETH")),
    ("Three Indians were freed in Pakistan.", ("Indians", "role:IND:CVL", "INDCVL")),
    ("Indian Muslims rejected the plan.", ("Muslims", "role:IND:REL", "INDREL")),
    (
        "Kurdish rebels attacked a convoy near Diyarbakir, Turkey.",
        ("Kurdish rebels", "role:TUR:REB", "TURREB"),
    ),
    ("Tuareg rebels in Niger freed a nun.", ("Tuareg rebels", "role:NER:REB", "NERREB")),
    ("Tuareg rebels freed a nun.", ("Tuareg rebels", "role:MLI:REB", "MLIREB")),
    ("Korean Americans protested.", ("Americans", "role:USA:CVL", "USACVL")),
]


@pytest.mark.parametrize(("text", "expected"), PEOPLES)
def test_a_people_belongs_to_the_state_where_it_lives(resolve, text, expected):
    """The land named before it tells, or the neighbour that the text is set in; else its own state."""
    assert expected in resolve(text)


def test_a_minority_is_not_the_neighbours(resolve):
    """Slovakia's Hungarian minority is Slovakia's."""
    found = resolve("Slovakia's Hungarian minority rejected the law.")
    assert [code for _, _, code in found] == ["SVKETH"]


def test_a_language_is_nobody(resolve):
    """People who speak Russian are not Russia."""
    assert "country:RUS" not in [actor for _, actor, _ in resolve("Russian-speaking miners blocked a road.")]


REGIONS = [
    ("Chechnya rejected the offer.", ("Chechnya", "region:chechnya", "RUS")),
    ("Somaliland accused Mogadishu.", ("Somaliland", "region:somaliland", "SOM")),
    ("Texas sued a bank.", ("Texas", "region:texas", "USA")),
    ("Abkhaz positions were shelled.", ("Abkhaz", "region:abkhazia", "GEO")),
    ("Kashmiris protested.", ("Kashmiris", "role:IND:CVL", "INDCVL")),
]


@pytest.mark.parametrize(("text", "expected"), REGIONS)
def test_a_part_of_a_country_has_its_country(resolve, text, expected):
    """It is an actor of its own, for it may quarrel with its state, but its code tells the state."""
    assert expected in resolve(text)


SHARED = [
    ("Austria's Social Democratic Party rejected it.", "AUT"),
    ("The Turkish Red Crescent sent tents.", "TUR"),
    ("The Senate of Colombia approved it.", "COL"),
    ("Congress approved arms for Liberia.", "USA"),
    ("Peru's Congress approved the budget.", "PER"),
    ("The Commerce Department put duties on Canadian lumber.", "USA"),
    ("Uganda People's Defence Force units shelled a village.", "UGA"),
    ("The Congress of South African Trade Unions called a strike.", "ZAF"),
    ("Colombia said the National Liberation Army freed a nun.", "COL"),
    ("Macedonia said the National Liberation Army freed a nun.", "MKD"),
    ("Maoist rebels in Nepal freed a nun.", "NPL"),
    ("Maoist rebels in the Philippines freed a nun.", "PHL"),
]


@pytest.mark.parametrize(("text", "country"), SHARED)
def test_of_bodies_with_one_name_the_text_tells_which(resolution_of, text, country):
    """The words beside a shared name, else the country that the text names, tell whose body it is."""
    mentions = resolution_of(text).mentions
    assert country in [each.actor.country for each in mentions if each.actor.kind.value != "country"]


def test_ministers_of_a_body_are_no_countrys_government(resolve):
    """The foreign ministers of an association of states are the association's."""
    found = resolve("Foreign ministers of the Association of South East Asian Nations met.")
    assert [code for _, _, code in found] == ["IGO"]


def test_the_halves_of_korea(resolve):
    """'The North' is North Korea where the text speaks of Korea, and nobody elsewhere."""
    korean = resolve("South Korea urged the North to free a nun.")
    assert ("North", "country:PRK", "PRK") in korean
    assert "country:PRK" not in [actor for _, actor, _ in resolve("Sudan urged the North to free a nun.")]
    assert "country:PRK" not in [actor for _, actor, _ in resolve("Rome urged the North to free a nun.")]


def test_a_rebel_group_that_became_a_state_is_what_the_text_names(resolve):
    """Without a date the SPLA of a text on Sudan is Sudan's, that of one on South Sudan its own."""
    assert "SDNREB" in [code for _, _, code in resolve("Sudan bombed SPLA positions.")]
    assert "SSDGOV" in [code for _, _, code in resolve("In South Sudan the SPLA freed a nun.")]
