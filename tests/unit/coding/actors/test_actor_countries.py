"""Countries, their peoples, capitals, seats and parts."""

import pytest

ACTING = [
    ("Russia said it would leave.", ("Russia", "country:RUS", "RUS")),
    ("The U.S. imposed sanctions.", ("U.S.", "country:USA", "USA")),
    ("The US imposed sanctions.", ("US", "country:USA", "USA")),
    ("Ivory Coast expelled two envoys.", ("Ivory Coast", "country:CIV", "CIV")),
    ("Côte d'Ivoire expelled two envoys.", ("Côte d'Ivoire", "country:CIV", "CIV")),
    ("Turkey rejected the plan.", ("Turkey", "country:TUR", "TUR")),
    ("Türkiye rejected the plan.", ("Türkiye", "country:TUR", "TUR")),
    ("Burma released two monks.", ("Burma", "country:MMR", "MMR")),
    ("Kosovo declared its independence.", ("Kosovo", "country:XKX", "XKX")),
    ("North Korea fired a missile.", ("North Korea", "country:PRK", "PRK")),
    ("Zaire closed its border.", ("Zaire", "country:COD", "COD")),
    ("The Soviet Union withdrew its envoy.", ("Soviet Union", "country:RUS", "RUS")),
    ("Czechoslovakia withdrew its envoy.", ("Czechoslovakia", "country:CZE", "CZE")),
    ("Yugoslavia withdrew its envoy.", ("Yugoslavia", "country:SRB", "SRB")),
    ("Israel shelled the West Bank.", ("West Bank", "country:PSE", "PSE")),
    ("Scotland rejected the offer.", ("Scotland", "country:GBR", "GBR")),
    ("Moscow accused the West of lying.", ("Moscow", "gov:RUS", "RUSGOV")),
    ("Sanctions against Tehran were lifted.", ("Tehran", "gov:IRN", "IRNGOV")),
    ("Talks with Pyongyang collapsed.", ("Pyongyang", "gov:PRK", "PRKGOV")),
    ("Beijing's decision angered Manila.", ("Beijing", "gov:CHN", "CHNGOV")),
    ("Kyiv accused Minsk of lying.", ("Minsk", "gov:BLR", "BLRGOV")),
    ("The Kremlin denied the report.", ("Kremlin", "gov:RUS", "RUSGOV")),
    ("Downing Street declined to comment.", ("Downing Street", "gov:GBR", "GBRGOV")),
    ("The White House rejected the offer.", ("White House", "gov:USA", "USAGOV")),
    ("Brussels fined the company.", ("Brussels", "org:eu", "IGO")),
    ("The Russian government resigned.", ("Russian government", "gov:RUS", "RUSGOV")),
    ("Russian authorities closed the office.", ("Russian authorities", "gov:RUS", "RUSGOV")),
    ("The Polish decision angered Germany.", ("Polish", "country:POL", "POL")),
    ("Police arrested 12 Russians on Monday.", ("Russians", "role:RUS:CVL", "RUSCVL")),
    ("The Palestinians rejected the offer.", ("Palestinians", "country:PSE", "PSE")),
    ("Ethnic Albanians fled.", ("Albanians", "role::ETH", "ETH")),
    ("Kurds protested in Berlin.", ("Kurds", "group:kurds", "ETH")),
]


@pytest.mark.parametrize(("text", "expected"), ACTING)
def test_a_country_or_its_government_is_known_by_any_of_its_names(resolve, text, expected):
    """Names, old names, spellings, demonyms, capitals that act and seats of power lead to one code."""
    assert expected in resolve(text)


PLACES = [
    "The two men met in Moscow.",
    "The envoy arrived in London on Friday.",
    "Drones hit Kyiv overnight.",
    "She flew to Paris.",
    "Protesters gathered outside the White House.",
    "Moscow was bombed.",
    "Air Astana suspended flights.",
]


@pytest.mark.parametrize("text", PLACES)
def test_a_capital_that_is_a_place_is_no_government(resolve, text):
    """What happens in, to or on the way to a capital is not done by its government."""
    assert not any(actor.startswith("gov:") for _, actor, _ in resolve(text))


NOBODY = [
    "The war went on.",
    "They told us to eat the turkey on a china plate.",
    "The South China Sea is deep.",
    "He lives in New Mexico.",
    "The Geneva Conventions apply.",
]


@pytest.mark.parametrize("text", NOBODY)
def test_words_that_name_nobody_give_no_actor(resolve, text):
    """Topic nouns, lower-case homographs and names inside longer names are no actors."""
    assert resolve(text) == []


def test_an_adjective_of_opposition_gives_no_country(resolve):
    """'pro-Russian' rebels are not Russia's, 'US-backed' ones not those of the US."""
    assert [code for _, _, code in resolve("Pro-Russian separatists met US-backed rebels.")] == ["SEP", "REB"]
