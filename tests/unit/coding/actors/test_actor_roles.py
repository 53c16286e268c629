"""Unnamed people and bodies: the noun gives the sector, the words around it the country."""

import pytest

ROLES = [
    ("Turkish police arrested a banker.", ("Turkish police", "role:TUR:COP", "TURCOP")),
    ("Egyptian police fired tear gas.", ("Egyptian police", "role:EGY:COP", "EGYCOP")),
    ("Police in Cairo fired tear gas.", ("Police", "role:EGY:COP", "EGYCOP")),
    ("Police fired tear gas in Lagos.", ("Police", "role:NGA:COP", "NGACOP")),
    ("US troops left the base.", ("US troops", "role:USA:MIL", "USAMIL")),
    ("Syrian government forces shelled the town.", ("Syrian government forces", "role:SYR:MIL", "SYRMIL")),
    ("Israeli warplanes bombed the port.", ("Israeli warplanes", "role:ISR:MIL", "ISRMIL")),
    ("Russian airstrikes killed a nurse.", ("Russian airstrikes", "role:RUS:MIL", "RUSMIL")),
    ("Ukrainian drones hit a refinery.", ("Ukrainian drones", "role:UKR:MIL", "UKRMIL")),
    ("Kurdish rebels attacked a convoy.", ("Kurdish rebels", "role::REB", "REB")),
    ("Chechen rebels attacked a convoy.", ("Chechen rebels", "role:RUS:REB", "RUSREB")),
    ("Gunmen attacked a convoy.", ("Gunmen", "role::REB", "REB")),
    ("Militants attacked a convoy.", ("Militants", "role::REB", "REB")),
    ("A Pakistani court freed him.", ("Pakistani court", "role:PAK:JUD", "PAKJUD")),
    ("French lawmakers rejected the bill.", ("French lawmakers", "role:FRA:LEG", "FRALEG")),
    ("The Ukrainian parliament met.", ("Ukrainian parliament", "role:UKR:LEG", "UKRLEG")),
    ("Greek workers went on strike.", ("Greek workers", "role:GRC:LAB", "GRCLAB")),
    ("Iranian students protested.", ("Iranian students", "role:IRN:EDU", "IRNEDU")),
    ("Chinese journalists were detained.", ("Chinese journalists", "role:CHN:JRN", "CHNJRN")),
    ("Syrian refugees crossed the border.", ("Syrian refugees", "role:SYR:REF", "SYRREF")),
    ("Refugees from Syria crossed the border.", ("Refugees", "role:SYR:REF", "SYRREF")),
    ("Indian officials rejected the plan.", ("Indian officials", "gov:IND", "INDGOV")),
    ("The Russian foreign ministry rejected it.", ("Russian foreign ministry", "gov:RUS", "RUSGOV")),
    ("Turkey's foreign minister rejected it.", ("Turkey's foreign minister", "gov:TUR", "TURGOV")),
    ("The foreign minister of Turkey rejected it.", ("foreign minister of Turkey", "gov:TUR", "TURGOV")),
    ("Venezuelan opposition leaders marched.", ("Venezuelan opposition leaders", "role:VEN:OPP", "VENOPP")),
    ("A man attacked a nurse.", ("man", "role::CVL", "CVL")),
    ("Villagers blocked the road.", ("Villagers", "role::CVL", "CVL")),
    ("Iraqi civilians fled.", ("Iraqi civilians", "role:IRQ:CVL", "IRQCVL")),
    ("An army spokesman in Burundi denied it.", ("army spokesman", "role:BDI:MIL", "BDIMIL")),
    ("Four people were killed in Anambra State, Nigeria.", ("people", "role:NGA:CVL", "NGACVL")),
    ("A man in Setúbal, Portugal, fled.", ("man", "role:PRT:CVL", "PRTCVL")),
    ("A Berlin court freed him.", ("Berlin court", "role:DEU:JUD", "DEUJUD")),
    ("The governor of Texas refused.", ("governor of Texas", "role:USA:GOV", "USAGOV")),
    ("The Assad regime fell.", ("regime", "gov:SYR", "SYRGOV")),
    ("Texas police arrested a banker.", ("Texas police", "role:USA:COP", "USACOP")),
]


@pytest.mark.parametrize(("text", "expected"), ROLES)
def test_a_role_takes_its_country_from_the_words_around_it(resolve, text, expected):
    """Adjective, possessive, 'of', 'in' and the sentence's place give the country; nothing else does."""
    assert expected in resolve(text)


def test_a_dateline_sets_the_scene(resolve):
    """The police of a story from Minsk are those of Belarus."""
    found = resolve("MINSK, Aug 11 — Police fired rubber bullets. The government blamed foreigners.")
    assert ("Police", "role:BLR:COP", "BLRCOP") in found
    assert ("government", "gov:BLR", "BLRGOV") in found


def test_troops_have_no_country_of_their_own(resolve):
    """Soldiers may be abroad: the place where they are does not say whose they are."""
    assert ("soldiers", "role::MIL", "MIL") in resolve("In Mali, soldiers attacked a convoy.")


def test_two_adjectives_make_two_actors(resolve):
    """'Russian and Ukrainian officials' are two governments; the noun stays with the last."""
    found = resolve("Russian and Ukrainian officials met.")
    assert found == [("Russian", "gov:RUS", "RUSGOV"), ("Ukrainian officials", "gov:UKR", "UKRGOV")]


def test_the_head_carries_the_mention(nlp, resolver):
    """The mention of a role is found at its noun, that of a titled person at the name."""
    doc = nlp("Turkish police arrested Polish Foreign Minister Jan Kowal.")
    resolution = resolver.resolve(doc, on=None)
    heads = {doc[mention.head].text: mention.actor.id for mention in resolution.mentions}
    assert heads == {"police": "role:TUR:COP", "Kowal": "person:jan-kowal"}
    assert all(resolution.at(mention.head) is mention for mention in resolution.mentions)


def test_a_noun_that_needs_an_owner_is_nobody_without_one(resolve):
    """'Forces', 'leaders' or 'drones' of nobody in particular are no actors."""
    assert resolve("Market forces, thought leaders and drones are everywhere.") == []


def test_a_place_named_after_its_people_is_no_actor(resolve):
    """'The police station' is not the police."""
    assert resolve("The police station burned.") == []
