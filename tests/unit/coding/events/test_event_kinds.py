"""Kinds of events that look like another kind, or like none."""

import pytest

TOLD = {
    "fire is somebody's": [
        ("Nine Syrians are killed by Israeli fire in the village.", "ASSAULT", "ISR"),
        ("Two Indian soldiers were killed when they came under fire from Pakistan.", "ASSAULT", None),
        ("Four people were killed during protests between police and Kenyan students.", "ASSAULT", None),
        ("Two officers are killed in a shootout in Kenya.", "ASSAULT", None),
        ("Seven civilians are killed in a Sudanese Armed Forces strike on a town.", "ASSAULT", None),
        ("Ten civilians are killed in a security operation in Pakistan.", "ASSAULT", None),
    ],
    "fights and tolls": [
        ("Heavy street fighting takes place between Russian and Ukrainian troops.", "ASSAULT", "RUS"),
        ("The death toll from the ongoing Israeli airstrikes across Syria increases.", "ASSAULT", "ISR"),
    ],
    "verbs among names": [
        ("President John Fuller pardons Ross Miller, the owner of the market.", "CONCEDE", None),
        ("Norway, Egypt and Poland expel Russian diplomats.", "SANCTION", "NOR"),
    ],
    "courts": [
        ("The Kenyan parliament orders the company to halt the sale.", "REQUEST", "KEN"),
        ("A Polish judge blocks restrictions on the press.", "REJECT", "POL"),
        ("A Turkish court acquits a Greek editor.", "CONCEDE", "TUR"),
        ("A Greek editor was arrested and jailed in Turkey.", "COERCE", None),
        ("A Kenyan court rules that the closure is unlawful.", "REJECT", "KEN"),
    ],
    "accusing": [
        ("Poland says that Russia violated its airspace.", "ACCUSE", "POL"),
        ("Kenya said that Somalia had broken the agreement.", "ACCUSE", "KEN"),
        ("Poland's president calls Russia a terrorist state.", "ACCUSE", "POL"),
        ("France says that the strikes by Russia could be a war crime.", "ACCUSE", "FRA"),
    ],
    "policy": [
        ("France says that it will lift its mask mandate.", "CONCEDE", "FRA"),
        ("Germany plans to halve its aid to Mali.", "THREATEN", "DEU"),
        ("France and Germany remove Russian banks from SWIFT.", "SANCTION", "FRA"),
        ("A president granted Paul Miller a full pardon.", "CONCEDE", None),
        ("The Polish minister announces his resignation.", "RETREAT", "POL"),
    ],
    "warnings": [
        ("Russia's president warns that Russia will respond to the bases in Poland.", "THREATEN", "RUS"),
        ("Russia warns that it will react to the exercises.", "THREATEN", "RUS"),
    ],
    "warnings on a condition": [
        ("Egypt warned that Sudanese traders would be expelled if they came back.", "THREATEN", "EGY"),
    ],
    "taking ground": [
        ("Russian forces take control of the city of Kharkiv.", "ASSAULT", "RUS"),
        ("Russian troops enter the city of Kharkiv.", "ASSAULT", "RUS"),
        ("Israeli settlers attack houses in Syria.", "ASSAULT", "ISR"),
        ("Several Egyptian troops are taken prisoner by Kenyan rebels.", "ASSAULT", "KEN"),
    ],
    "warning shots": [
        ("Turkish soldiers fired warning shots at a Greek boat.", "MOBILIZE", "TUR"),
    ],
    "announcements": [
        ("Egypt announced the resumption of talks with Sudan.", "AGREE", "EGY"),
        ("Germany announces an easing of sanctions on Iran.", "CONCEDE", "DEU"),
    ],
    "exchanges": [
        ("Russia and Ukraine conduct a prisoner exchange.", "RETREAT", "RUS"),
    ],
}


@pytest.mark.parametrize(("sentence", "kind", "source"), [case for cases in TOLD.values() for case in cases])
def test_the_kind_that_the_words_tell(code, sentence, kind, source):
    """Every event of the sentence is of its kind, and its source is told."""
    told = code(sentence)
    assert {each.type.value for each in told} == {kind}
    if source is not None:
        assert source in {each.source_name for each in told}


def test_an_exchange_goes_both_ways(code):
    """Each side of an exchange of prisoners releases those of the other."""
    told = code("Russia and Ukraine conduct a prisoner exchange.")
    assert {each.triple for each in told} == {("RETREAT", "RUS", "UKR"), ("RETREAT", "UKR", "RUS")}


NONE = {
    "accidents": [
        "An airliner collides with a helicopter over Kenya, killing 40 people.",
        "A second earthquake in a week strikes southern Peru, killing one person.",
        "A fire in a Polish factory killed three workers.",
        "At least six people are killed after a boat sinks off Greece.",
        "Three people are killed in a gas explosion in Poland.",
    ],
    "rescue and hospitals": [
        "Nine people were injured and treated in hospital.",
        "The sergeant was airlifted to hospital.",
        "Eighty people are rescued after a boat capsizes off Greece.",
    ],
    "votes and approvals": [
        "Greeks vote for the 300 seats of parliament.",
        "Voters approve a bill in Chile to legalize gambling.",
        "Kenyans vote in a referendum to lift the ban on hunting.",
        "The regulator approves the sale of the airline.",
    ],
    "things": [
        "Turkey releases images of a Greek ship.",
        "The film amassed 40 million dollars in China.",
        "The law enters into force in Poland on Friday.",
        "The airline suspends flights to Kenya.",
    ],
    "conversation": [
        "I would insist on the old rules.",
        "It's free and easy to use.",
        "The rule is a tool given by the king.",
        "Most experts reject the view.",
        "Students give each other tips.",
        "I would refuse to engage with them.",
        "They refuse to use it.",
    ],
    "warnings": [
        "Poland warned Ukraine that Russia may invade it.",
        "Residents were advised to boil water.",
        "Observers raised the alert level after an explosive eruption in Peru.",
        "Residents of the village were ordered to evacuate.",
    ],
}


@pytest.mark.parametrize("sentence", [sentence for cases in NONE.values() for sentence in cases])
def test_no_kind_at_all(code, sentence):
    """Accidents, cures, ballots, things, conversation and warnings of others tell no event."""
    assert code(sentence) == []
