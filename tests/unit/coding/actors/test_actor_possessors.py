"""Envoys, possessive pronouns, capitals and strangers: from which words their country comes."""

import pytest

ENVOYS = [
    ("Iran is willing to talk, its ambassador in London said.", "IRN"),
    ("Spain will not give up the rocks off Morocco, its foreign minister said.", "ESP"),
    ("Japan's embassy in Beijing was stoned.", "JPN"),
    ("Saudi Arabia was angry after a crowd burned its embassy in Tehran.", "SAU"),
    ("Russia said it would keep its San Francisco consulate.", "RUS"),
]


@pytest.mark.parametrize(("text", "country"), ENVOYS)
def test_an_envoy_is_of_the_country_that_sent_him(resolution_of, text, country):
    """The place where he sits does not make him the host's; 'its' means the sentence's subject."""
    governments = [each.actor.country for each in resolution_of(text).mentions if each.actor.sector == "GOV"]
    assert governments == [country]


def test_holders_of_one_office_who_meet_are_not_the_hosts(resolution_of):
    """Foreign ministers who meet in Oslo are not all Norway's."""
    mentions = resolution_of("Foreign ministers met in Oslo.").mentions
    assert [each.actor.country for each in mentions] == [None]


CAPITALS = [
    ("Denmark's partners rallied behind Copenhagen.", ("Copenhagen", "gov:DNK", "DNKGOV")),
    ("Ministers discussed a Havana plea on sugar.", ("Havana", "gov:CUB", "CUBGOV")),
    ("The minister flew to Tehran.", ("Tehran", "country:IRN", "IRN")),
    ("Jets bombed Baghdad.", ("Baghdad", "country:IRQ", "IRQ")),
]


@pytest.mark.parametrize(("text", "expected"), CAPITALS)
def test_a_capital_that_is_dealt_with_or_reached_is_its_country(resolve, text, expected):
    """As a will it is the government, as a goal the bare country."""
    assert expected in resolve(text)


def test_a_capital_where_something_happens_is_nobody(resolve):
    """Neither 'in' a capital nor a bombing named after one is a party."""
    assert resolve("The shops of the old town burned in Baghdad.") == []
    assert "gov:IRQ" not in [actor for _, actor, _ in resolve("The Baghdad bombing was condemned.")]


def test_a_stranger_is_of_the_only_country_that_the_text_names(resolve):
    """Of two countries neither is taken."""
    assert ("Jan Kowal", "person:jan-kowal", "POL") in resolve("Jan Kowal was arrested in Poland.")
    assert ("Jan Kowal", "person:jan-kowal", None) in resolve("Poland and Latvia spoke of Jan Kowal.")


def test_an_unlisted_body_is_of_the_country_beside_it(resolution_of):
    """The possessive before its name, 'of' and 'in' behind it tell, in this order."""
    for text in (
        "Kenya's Coffee Growers Association protested.",
        "The Coffee Growers Association of Kenya left.",
    ):
        assert "KEN" in [each.actor.country for each in resolution_of(text).mentions]


def test_a_town_of_two_words_is_not_the_town_of_its_last(resolve):
    """The police of Los Angeles are not those of the Philippines' Angeles."""
    assert ("Los Angeles police", "role:USA:COP", "USACOP") in resolve("Los Angeles police freed him.")


def test_a_listed_surname_gives_way_to_a_longer_name(resolve):
    """'Trump' alone is the president; at the end of another name it is not."""
    assert "person:donald-trump" in [actor for _, actor, _ in resolve("Trump threatens to leave.")]
    found = resolve("Mary Trump, a psychologist, sued a bank.")
    assert "person:donald-trump" not in [actor for _, actor, _ in found]


def test_of_two_with_one_surname_the_text_tells_which(resolve):
    """A Kim in news of Pyongyang is not a Kim of Seoul."""
    found = resolve("Kim met envoys of Pyongyang, North Korea said.")
    assert [code for words, _, code in found if words == "Kim"] == ["PRKGOV"]


def test_the_pope_is_the_vaticans(resolve):
    """His country needs no naming, and is not the place where he is."""
    assert "VATREL" in [code for _, _, code in resolve("The Pope prayed in Ireland.")]


def test_a_sum_beside_a_country_does_not_hide_it(resolve):
    """spaCy takes a country with the money it is given for the name of an event."""
    found = resolve(
        "NATO nations agree to grant Ukraine €40 billion (US$43 billion) in military aid in 2025."
    )
    assert ("Ukraine", "country:UKR", "UKR") in found
