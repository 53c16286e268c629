"""Each of the sixteen types, told plainly: who does it to whom."""

import pytest

from schemas.plover import QUAD_OF, EventType

# sentence, source, target: codes where the words name a country at hand, else the words themselves
TOLD = {
    "AGREE": [
        ("Germany pledged 40 million euros in aid for Somalia.", "DEU", "SOM"),
        ("Egypt offered to mediate between India and Pakistan.", "EGY", "IND"),
        ("France agreed to send doctors to Mali.", "FRA", "MLI"),
        ("Turkey will provide generators to Ukraine next month.", "TUR", "UKR"),
        ("The Polish president invited the Ukrainian premier to Warsaw.", "POL", "UKR"),
        ("Norway is ready to host talks between Israel and Egypt.", "NOR", "ISR"),
        ("India promised to resume trade with Pakistan.", "IND", "PAK"),
        ("Japan plans to lend Kenya 200 million dollars.", "JPN", "KEN"),
        ("The Greek foreign minister is to visit Turkey on Tuesday.", "GRC", "TUR"),
        ("Brazil expressed willingness to cooperate with Chile on border security.", "BRA", "CHL"),
        ("Chile and Peru agreed to meet in March.", "CHL", "PER"),
        ("Canada said it would train Kenyan police officers.", "CAN", "KEN"),
    ],
    "CONSULT": [
        ("The French president met the Egyptian leader in Cairo on Monday.", "FRA", "EGY"),
        ("Iranian and Turkish diplomats held talks on water rights.", "IRN", "TUR"),
        ("Chinese officials discussed tariffs with Japan by telephone.", "CHN", "JPN"),
        ("The Kenyan foreign minister visited Somalia.", "KEN", "SOM"),
        ("Norway hosted a delegation from Sudan.", "NOR", "SDN"),
        ("Egypt mediated between Israel and Hamas.", "EGY", "ISR"),
        ("Poland's prime minister telephoned his Ukrainian counterpart.", "POL", "UKR"),
        ("Talks between India and Pakistan began in Geneva.", "IND", "PAK"),
        ("The German chancellor paid a visit to Poland.", "DEU", "POL"),
        ("Peru and Chile negotiated with Brazil over fishing rights.", "PER", "BRA"),
        ("The Syrian envoy arrived in Turkey for talks.", "SYR", "TUR"),
    ],
    "SUPPORT": [
        ("Canada praised Ukraine for its reforms.", "CAN", "UKR"),
        ("Norway recognised the new government of Sudan.", "NOR", "SDN"),
        ("Chile and Brazil signed a trade agreement.", "CHL", "BRA"),
        ("Greece restored diplomatic relations with Iran.", "GRC", "IRN"),
        ("The Polish parliament ratified the treaty with Germany.", "POL", "DEU"),
        ("Turkey voiced support for Pakistan's position on the dam.", "TUR", "PAK"),
        ("Kenya congratulated the Somali president on his election.", "KEN", "SOM"),
        ("The Egyptian foreign minister defended Syria against criticism.", "EGY", "SYR"),
        ("Japan welcomed India's decision to join the pact.", "JPN", "IND"),
        ("China and Peru established diplomatic ties.", "CHN", "PER"),
    ],
    "CONCEDE": [
        ("Egypt lifted the curfew in Suez.", "EGY", "EGY"),
        ("The Chilean government gave in to the students' demands.", "CHL", "CHL"),
        ("Turkey eased sanctions against Syria.", "TUR", "SYR"),
        ("Japan apologised to China for the wartime bombing.", "JPN", "CHN"),
        ("The Kenyan president pardoned 40 prisoners.", "KEN", "KEN"),
        ("Iran dropped its demand for compensation.", "IRN", None),
        ("Sudan declared a ceasefire.", "SDN", None),
        ("Peruvian miners called off their strike.", "PER", None),
        ("Israel agreed to withdraw from the buffer zone.", "ISR", None),
        ("Pakistan lifted its ban on Indian films.", "PAK", "IND"),
    ],
    "COOPERATE": [
        ("Indian and Japanese warships held joint exercises.", "IND", "JPN"),
        ("Greece extradited a suspected trafficker to Norway.", "GRC", "NOR"),
        ("Germany shared intelligence with Poland.", "DEU", "POL"),
        ("Brazil exported soybeans to China.", "BRA", "CHN"),
        ("Kenya bought wheat from Ukraine.", "KEN", "UKR"),
        ("Turkey cooperated with Greece on the search.", "TUR", "GRC"),
        ("Chilean and Peruvian police jointly patrolled the desert.", "CHL", "PER"),
        ("Egypt handed over to Canada a banker wanted for fraud.", "EGY", "CAN"),
    ],
    "AID": [
        ("Norway sent tents and blankets to Pakistan.", "NOR", "PAK"),
        ("France gave Mali 10 million euros.", "FRA", "MLI"),
        ("The United States supplied Ukraine with missiles.", "United States", "UKR"),
        ("Egypt granted asylum to the Sudanese poet.", "EGY", "SDN"),
        ("German instructors trained Kenyan soldiers.", "DEU", "KEN"),
        ("Canada forgave Peru's debt.", "CAN", "PER"),
        ("Japan donated vaccines to Somalia.", "JPN", "SOM"),
        ("Turkish rescuers pulled a Syrian boy from the rubble.", "TUR", "SYR"),
        ("Chile rescued 30 Peruvian fishermen.", "CHL", "PER"),
    ],
    "RETREAT": [
        ("Russia withdrew its troops from Syria.", "RUS", "SYR"),
        ("Iran released two French tourists.", "IRN", "FRA"),
        ("The Sudanese prime minister resigned on Sunday.", "SDN", None),
        ("The Somali rebels laid down their arms.", "SOM", None),
        ("Syria allowed inspectors to enter the plant.", "SYR", "inspectors"),
        ("Egypt returned the captured sailors to Israel.", "EGY", "captured sailors"),
        ("Kenyan forces pulled out of Somalia.", "KEN", "SOM"),
        ("Turkey lifted the blockade of the port.", "TUR", None),
        ("Germany handed back the looted statues to Egypt.", "DEU", "EGY"),
    ],
    "REQUEST": [
        ("Ukraine asked Germany for air-defence missiles.", "UKR", "DEU"),
        ("Poland urged Russia to release the journalist.", "POL", "RUS"),
        ("Kenya called on Somalia to disarm the militias.", "KEN", "SOM"),
        ("Egypt demanded the withdrawal of Israeli troops.", "EGY", "ISR"),
        ("Greece appealed to NATO for help.", "GRC", "NTO"),
        ("India demanded that Pakistan hand over the suspects.", "IND", "PAK"),
        ("Norway called for talks between Sudan and the rebels.", "NOR", "SDN"),
        ("Chile wants Peru to reopen the border.", "CHL", "PER"),
        ("The Canadian premier pressed China to free the two teachers.", "CAN", "CHN"),
    ],
    "ACCUSE": [
        ("Pakistan accused India of bombing a mosque.", "PAK", "IND"),
        ("France condemned the Syrian attack on the village.", "FRA", "SYR"),
        ("Iran blamed Israel for the explosion.", "IRN", "ISR"),
        ("Turkey summoned the Norwegian ambassador.", "TUR", "NOR"),
        ("Peru sued Chile over the fishing grounds.", "PER", "CHL"),
        ("Brazilian prosecutors opened an investigation into the German carmaker.", "BRA", "DEU"),
        ("Poland criticised the German decision on gas.", "POL", "DEU"),
        ("Russia was accused by Ukraine of kidnapping children.", "UKR", "RUS"),
        ("Greece lodged a protest with Turkey.", "GRC", "TUR"),
        ("Sudan charged three aid workers with spying.", "SDN", "three aid workers"),
        ("The Kenyan minister was critical of China.", "KEN", "CHN"),
    ],
    "REJECT": [
        ("Iran rejected the French proposal.", "IRN", "FRA"),
        ("Turkey refused to meet with the Syrian delegation.", "TUR", "SYR"),
        ("China vetoed the resolution on Sudan.", "CHN", None),
        ("Egypt turned down Israel's request for transit.", "EGY", "ISR"),
        ("Kenya will not withdraw from Somalia.", "KEN", "SOM"),
        ("India cancelled talks with Pakistan.", "IND", "PAK"),
        ("Poland refused entry to the Russian delegation.", "POL", "RUS"),
        ("Norway does not recognise the annexation.", "NOR", None),
        ("Chile ruled out talks with Peru.", "CHL", "PER"),
        ("Greece defied the court order.", "GRC", "GRC"),
    ],
    "THREATEN": [
        ("Iran threatened to close the strait.", "IRN", "strait"),
        ("Turkey threatened Syria with military action.", "TUR", "SYR"),
        ("Russia vowed to retaliate against Poland.", "RUS", "POL"),
        ("Egypt gave Sudan an ultimatum.", "EGY", "SDN"),
        ("China threatened to impose tariffs on Japan.", "CHN", "JPN"),
        ("The rebels said they would attack Kenya if its troops stayed.", "rebels", "KEN"),
        ("India warned Pakistan of consequences.", "IND", "PAK"),
        ("Israel said it would bomb Iran unless the work stopped.", "ISR", "IRN"),
        ("Unions in Chile threatened a general strike.", "CHL", None),
    ],
    "PROTEST": [
        ("Thousands of Chilean students marched against the government.", "CHL", "CHL"),
        ("Kenyan nurses went on strike over pay.", "KEN", None),
        ("Protesters rallied outside the Russian embassy.", "Protesters", "RUS"),
        ("Greek farmers blocked the motorway with tractors.", "GRC", None),
        ("Prisoners in Egypt began a hunger strike.", "EGY", None),
        ("Rioters smashed shop windows in Santiago.", "CHL", "CHL"),
        ("Polish consumers boycotted French wine.", "POL", "FRA"),
        ("Anti-government protests erupted in Sudan.", None, "SDN"),
        ("Demonstrators hurled stones at Indian police.", "Demonstrators", "IND"),
    ],
    "SANCTION": [
        ("Canada imposed sanctions on Iran.", "CAN", "IRN"),
        ("Poland expelled three Russian diplomats.", "POL", "RUS"),
        ("Egypt recalled its ambassador from Turkey.", "EGY", "TUR"),
        ("Japan suspended aid to Sudan.", "JPN", "SDN"),
        ("Peru broke off relations with Syria.", "PER", "SYR"),
        ("A Kenyan court sentenced a Somali trader to nine years in prison.", "KEN", "SOM"),
        ("Greece withdrew from the talks with Turkey.", "GRC", "TUR"),
        ("Germany stopped sending weapons to Egypt.", "DEU", "EGY"),
        ("Turkey placed an embargo on Israeli goods.", "TUR", "ISR"),
        ("Brazil left the treaty.", "BRA", None),
    ],
    "MOBILIZE": [
        ("Russia massed troops along the Ukrainian border.", "RUS", "UKR"),
        ("India put its army on high alert.", "IND", None),
        ("Iran test-fired a ballistic missile.", "IRN", None),
        ("Turkey sent warships to the waters off Greece.", "TUR", "GRC"),
        ("Chile deployed police in the port.", "CHL", None),
        ("China held naval exercises near Japan.", "CHN", "JPN"),
        ("Egypt called up reservists.", "EGY", None),
        ("Pakistan moved tanks toward the Indian frontier.", "PAK", "IND"),
    ],
    "COERCE": [
        ("Turkish police arrested two journalists.", "TUR", "TUR"),
        ("Iran seized a Greek tanker.", "IRN", "GRC"),
        ("Sudan imposed a curfew in the capital.", "SDN", "SDN"),
        ("Egypt banned the party.", "EGY", "EGY"),
        ("Russia deported twelve Ukrainian teachers.", "RUS", "UKR"),
        ("China shut down a newspaper.", "CHN", "CHN"),
        ("Hackers from Iran broke into the Israeli network.", "IRN", "ISR"),
        ("Peru declared a state of emergency.", "PER", None),
        ("Kenyan police raided the offices of an aid group.", "KEN", "KEN"),
        ("The Syrian opposition leader was detained by Turkish police.", "TUR", "SYR"),
    ],
    "ASSAULT": [
        ("Russian missiles struck a Ukrainian hospital.", "RUS", "UKR"),
        ("Israeli airstrikes killed twenty Syrian soldiers.", "ISR", "SYR"),
        ("Gunmen kidnapped a German engineer in Mali.", "MLI", "DEU"),
        ("A suicide bomber attacked a Pakistani checkpoint.", "suicide bomber", "PAK"),
        ("Kenyan troops clashed with Somali militants.", "KEN", "SOM"),
        ("Two French soldiers were killed in an ambush by rebels.", "rebels", "FRA"),
        ("Indian forces shelled Pakistani positions.", "IND", "PAK"),
        ("Police beat protesters with batons.", "Police", "protesters"),
        ("The Sudanese general was assassinated.", None, "SDN"),
        ("Egypt invaded Sudan.", "EGY", "SDN"),
        ("Russia strikes Ukraine", "RUS", "UKR"),
        ("The army said it attacked a rebel camp.", "army", "rebel camp"),
    ],
}
CASES = [(kind, *case) for kind, cases in TOLD.items() for case in cases]


@pytest.mark.parametrize(("kind", "sentence", "source", "target"), CASES)
def test_a_plain_sentence_gives_its_event(code, kind, sentence, source, target):
    """The most certain event of a plain sentence is of its type, from its source, to its target."""
    event = code(sentence)[0]
    assert (event.type.value, event.source_name, event.target_name) == (kind, source, target)


def test_every_type_is_told():
    """No type of the scheme goes without sentences."""
    assert set(TOLD) == {kind.value for kind in EventType}


@pytest.mark.parametrize(("kind", "sentence"), [(kind, cases[0][0]) for kind, cases in TOLD.items()])
def test_the_quad_class_follows_the_type(code, kind, sentence):
    """An event's quad class is that of its type."""
    assert code(sentence)[0].quad is QUAD_OF[EventType(kind)]
