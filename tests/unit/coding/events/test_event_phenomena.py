"""The phenomena that decide an event: time, will, voice, report, joining, reciprocity."""

import pytest


def assert_told(told, events):
    """Every event is told, and the most certain one told is among them."""
    triples = [each.triple for each in told]
    assert set(events) <= set(triples), triples
    assert triples[:1] == [] if not events else triples[0] in events, triples


FUTURE = [
    ("Norway will send doctors to Sudan.", [("AGREE", "NOR", "SDN")]),
    ("The Polish premier is due to visit Kenya.", [("AGREE", "POL", "KEN")]),
    ("Russia will withdraw its troops from Syria.", [("CONCEDE", "RUS", "SYR")]),
    ("Israel will strike Iran, its minister said.", [("THREATEN", "ISR", "IRN")]),
    ("Japan said it would lift its ban on Chinese seafood.", [("CONCEDE", "JPN", "CHN")]),
    ("Turkey plans to sign a treaty with Greece.", [("AGREE", "TUR", "GRC")]),
    ("Egypt is prepared to negotiate with Israel.", [("AGREE", "EGY", "ISR")]),
]


@pytest.mark.parametrize(("sentence", "events"), FUTURE)
def test_future(code, sentence, events):
    """Cooperation still to come is AGREE, retreat CONCEDE, one's own conflict THREATEN."""
    assert_told(code(sentence), events)


REQUESTS = [
    ("Kenya urged Somalia to withdraw its militia.", [("REQUEST", "KEN", "SOM")]),
    ("France asked Egypt to mediate.", [("REQUEST", "FRA", "EGY")]),
    ("Poland called for sanctions against Russia.", [("REQUEST", "POL", "RUS")]),
    ("Canada demanded that Iran free the pilot.", [("REQUEST", "CAN", "IRN")]),
]


@pytest.mark.parametrize(("sentence", "events"), REQUESTS)
def test_requests(code, sentence, events):
    """What is asked for is no event of its own."""
    assert_told(code(sentence), events)


REFUSALS = [
    ("Peru refused to extradite the banker to Chile.", [("REJECT", "PER", "CHL")]),
    ("India will not meet with Pakistan.", [("REJECT", "IND", "PAK")]),
    ("Iran refused to release the sailors.", [("REJECT", "IRN", "sailors")]),
    ("Turkey declined to sign the treaty with Greece.", [("REJECT", "TUR", "GRC")]),
    ("Sudan is unwilling to negotiate with Egypt.", [("REJECT", "SDN", "EGY")]),
]


@pytest.mark.parametrize(("sentence", "events"), REFUSALS)
def test_refusals(code, sentence, events):
    """Refusing to cooperate or to yield is REJECT."""
    assert_told(code(sentence), events)


DENIALS_AND_NEGATION = [
    ("Israel did not attack the convoy.", []),
    ("Russia denied bombing the school.", []),
    ("Kenya has never invaded Somalia.", []),
    ("No troops were sent to Mali.", []),
]


@pytest.mark.parametrize(("sentence", "events"), DENIALS_AND_NEGATION)
def test_denials_and_negation(code, sentence, events):
    """What was denied or not done is no event."""
    assert_told(code(sentence), events)


REVERSALS = [
    ("Canada lifted sanctions on Iran.", [("CONCEDE", "CAN", "IRN")]),
    ("Kenyan nurses ended their strike.", [("CONCEDE", "KEN", None)]),
    ("Germany halted aid to Mali.", [("SANCTION", "DEU", "MLI")]),
    ("Norway suspended cooperation with Russia.", [("SANCTION", "NOR", "RUS")]),
    ("Turkey called off the visit to Greece.", [("REJECT", "TUR", "GRC")]),
    ("Israel stopped bombing Syria.", [("RETREAT", "ISR", "SYR")]),
    ("Egypt withdrew its demand for an apology.", [("CONCEDE", "EGY", None)]),
]


@pytest.mark.parametrize(("sentence", "events"), REVERSALS)
def test_reversals(code, sentence, events):
    """Ending an act is an event of another type."""
    assert_told(code(sentence), events)


THREATS = [
    ("China threatened to cut aid to Kenya.", [("THREATEN", "CHN", "KEN")]),
    ("Egypt will bomb the dam unless Sudan yields.", [("THREATEN", "EGY", "dam")]),
    ("Pakistan told India to leave or face the consequences.", [("THREATEN", "PAK", "IND")]),
]


@pytest.mark.parametrize(("sentence", "events"), THREATS)
def test_threats(code, sentence, events):
    """What is threatened, or announced on a condition, is THREATEN alone."""
    assert_told(code(sentence), events)


ACCUSATIONS = [
    ("Syria accused Israel of bombing a school.", [("ACCUSE", "SYR", "ISR")]),
    ("Kenya blamed Somalia for kidnapping the tourists.", [("ACCUSE", "KEN", "SOM")]),
    ("Iran was condemned by France for arresting the poet.", [("ACCUSE", "FRA", "IRN")]),
    ("Sudan said Egypt had shelled its villages.", [("ACCUSE", "SDN", "EGY")]),
]


@pytest.mark.parametrize(("sentence", "events"), ACCUSATIONS)
def test_accusations(code, sentence, events):
    """What somebody is accused of is no event of its own."""
    assert_told(code(sentence), events)


REPORTED_SPEECH = [
    ("The rebels said they had attacked a Kenyan base.", [("ASSAULT", "rebels", "KEN")]),
    ("Police said they arrested two Somali traders.", [("COERCE", "Police", "SOM")]),
    ("Turkey said on Friday that it had released the Greek pilot.", [("RETREAT", "TUR", "GRC")]),
]


@pytest.mark.parametrize(("sentence", "events"), REPORTED_SPEECH)
def test_reported_speech(code, sentence, events):
    """An act that its doer reports is the act."""
    assert_told(code(sentence), events)


PASSIVES = [
    ("Two Russian diplomats were expelled by Poland.", [("SANCTION", "POL", "RUS")]),
    ("A German teacher was kidnapped in Mali.", [("ASSAULT", None, "DEU")]),
    ("Sanctions were imposed on Iran by Canada.", [("SANCTION", "CAN", "IRN")]),
    ("The Indian fishermen were released.", [("RETREAT", None, "IND")]),
]


@pytest.mark.parametrize(("sentence", "events"), PASSIVES)
def test_passives(code, sentence, events):
    """In the passive the by-phrase is the source; without one there is none."""
    assert_told(code(sentence), events)


BOTH_WAYS = [
    ("Chile and Peru signed a treaty.", [("SUPPORT", "CHL", "PER"), ("SUPPORT", "PER", "CHL")]),
    ("The Greek president met the Turkish leader.", [("CONSULT", "GRC", "TUR"), ("CONSULT", "TUR", "GRC")]),
    (
        "Chile and Peru discussed the border on Friday.",
        [("CONSULT", "CHL", "PER"), ("CONSULT", "PER", "CHL")],
    ),
    ("Kenyan soldiers clashed with Somali rebels.", [("ASSAULT", "KEN", "SOM"), ("ASSAULT", "SOM", "KEN")]),
    ("Talks between Egypt and Sudan resumed.", [("CONSULT", "EGY", "SDN"), ("CONSULT", "SDN", "EGY")]),
    (
        "India and Japan held joint exercises.",
        [("COOPERATE", "IND", "JPN"), ("COOPERATE", "JPN", "IND")],
    ),
]


@pytest.mark.parametrize(("sentence", "events"), BOTH_WAYS)
def test_both_ways(code, sentence, events):
    """A mutual act is written from each side."""
    assert_told(code(sentence), events)


JOINED = [
    ("France and Germany accused Iran of spying.", [("ACCUSE", "FRA", "IRN"), ("ACCUSE", "DEU", "IRN")]),
    ("Canada imposed sanctions on Iran and Syria.", [("SANCTION", "CAN", "IRN"), ("SANCTION", "CAN", "SYR")]),
    (
        "Poland condemned Russia and recalled its ambassador from Moscow.",
        [("ACCUSE", "POL", "RUS"), ("SANCTION", "POL", "RUS")],
    ),
]


@pytest.mark.parametrize(("sentence", "events"), JOINED)
def test_joined(code, sentence, events):
    """Joined sources, targets and verbs give an event each."""
    assert_told(code(sentence), events)


RELATIVE_AND_PARTICIPIAL_CLAUSES = [
    ("Kenya, which expelled the Somali envoy, closed the road.", [("SANCTION", "KEN", "SOM")]),
    ("The rebels who kidnapped a French nurse fled into the hills.", [("ASSAULT", "rebels", "FRA")]),
]


@pytest.mark.parametrize(("sentence", "events"), RELATIVE_AND_PARTICIPIAL_CLAUSES)
def test_relative_and_participial_clauses(code, sentence, events):
    """A clause that hangs on a noun takes it as its subject."""
    assert_told(code(sentence), events)


CONTROL = [
    ("Turkish police tried to arrest a Syrian editor.", [("COERCE", "TUR", "SYR")]),
    ("Norway began sending food to Somalia.", [("AID", "NOR", "SOM")]),
    ("Iran agreed to free the Canadian tourist.", [("CONCEDE", "IRN", "CAN")]),
    ("Egypt continued shelling Sudan.", [("ASSAULT", "EGY", "SDN")]),
]


@pytest.mark.parametrize(("sentence", "events"), CONTROL)
def test_control(code, sentence, events):
    """Trying, beginning, continuing and agreeing take their subject along."""
    assert_told(code(sentence), events)


NOUNS = [
    ("Israeli airstrikes on Syria killed nine people.", [("ASSAULT", "ISR", "SYR")]),
    ("Russia carried out an airstrike on a Syrian village.", [("ASSAULT", "RUS", "SYR")]),
    ("Kenya launched an investigation into the Chinese company.", [("ACCUSE", "KEN", "CHN")]),
    ("A protest by Peruvian miners began on Monday.", [("PROTEST", "PER", None)]),
    ("Egypt received a loan from China.", [("AID", "CHN", "EGY")]),
    ("Iran faces sanctions by Canada.", [("SANCTION", "CAN", "IRN")]),
]


@pytest.mark.parametrize(("sentence", "events"), NOUNS)
def test_nouns(code, sentence, events):
    """An act told by a noun has its source in a light verb, an owner or a modifier."""
    assert_told(code(sentence), events)


HEADLINES = [
    ("Russia bombs Ukrainian port", [("ASSAULT", "RUS", "UKR")]),
    ("India expels Pakistani diplomat", [("SANCTION", "IND", "PAK")]),
    ("Egypt, Sudan hold talks on water", [("CONSULT", "EGY", "SDN"), ("CONSULT", "SDN", "EGY")]),
    ("Polish farmers block roads", [("PROTEST", "POL", None)]),
]


@pytest.mark.parametrize(("sentence", "events"), HEADLINES)
def test_headlines(code, sentence, events):
    """Headlines tell in the present tense what happened."""
    assert_told(code(sentence), events)


CONVICTIONS = [
    (
        "A Turkish court sentenced a Greek spy to ten years in prison.",
        [("SANCTION", "TUR", "GRC"), ("COERCE", "TUR", "GRC")],
    ),
]


@pytest.mark.parametrize(("sentence", "events"), CONVICTIONS)
def test_convictions(code, sentence, events):
    """A conviction with prison is an arrest too."""
    assert_told(code(sentence), events)


INSIDE_ONE_COUNTRY = [
    ("Kenyan police fired tear gas at students.", [("ASSAULT", "KEN", "students")]),
    ("Sudanese rebels attacked the army.", [("ASSAULT", "SDN", "army")]),
]


@pytest.mark.parametrize(("sentence", "events"), INSIDE_ONE_COUNTRY)
def test_inside_one_country(code, sentence, events):
    """Police and protesters, army and rebels are parties like states."""
    assert_told(code(sentence), events)


@pytest.mark.parametrize(
    ("sentence", "targets"),
    [
        ("Russia expelled diplomats of Poland, Norway and Greece.", {"POL", "NOR", "GRC"}),
        ("France met the foreign ministers of Egypt, Israel and Turkey.", {"EGY", "ISR", "TUR"}),
    ],
)
def test_a_joint_phrase_names_each_of_its_owners(code, sentence, targets):
    """Diplomats from three countries, or ministers of three, are three parties."""
    told = code(sentence)
    assert targets <= {each.target_name for each in told}


def test_a_journey_for_talks_tells_both(code):
    """Who flies to one country for talks with another visits the one and meets the other."""
    told = {each.triple for each in code("The French president flew to Cairo, Egypt, for talks with Israel.")}
    assert ("CONSULT", "FRA", "ISR") in told
    told = {each.triple for each in code("The French president flew to Egypt to meet Turkish officials.")}
    assert {("CONSULT", "FRA", "EGY"), ("CONSULT", "FRA", "TUR")} <= told


def test_joined_things_share_the_name_before_the_first(code):
    """'Israeli tanks and drones' are Israel's, both of them."""
    told = code("Israeli gunfire and airstrikes killed thirty people in Syria.")
    assert {each.source_name for each in told} == {"ISR"}


def test_things_do_not_grant_or_support(code):
    """A law that gives amnesty is no party, and makes no event."""
    assert code("The law gives amnesty to soldiers from Chile.") == []


@pytest.mark.parametrize("deed", ["Shelling by Russian forces", "Bombing by Russian jets"])
def test_who_is_behind_a_deed_does_what_it_does(code, deed):
    """What shelling by an army destroys, the army destroys."""
    assert code(f"{deed} killed two people in Ukraine.")[0].triple == ("ASSAULT", "RUS", "UKR")


def test_who_passes_a_law_does_what_the_law_does(code):
    """A bill that bans imports is the ban of whoever signs it."""
    told = {each.triple for each in code("France signed a decree banning imports of grain from Russia.")}
    assert ("SANCTION", "FRA", "RUS") in told
