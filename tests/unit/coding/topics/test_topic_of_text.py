"""Short texts, and what they are about first of all."""

import pytest

TEXTS = [
    ("An airstrike on a grain depot near the front killed four workers.", "armed conflict"),
    ("Shelling resumed along the river after a quiet night.", "armed conflict"),
    ("Rebel fighters captured the town and its bridge.", "armed conflict"),
    ("The army said its troops repelled an offensive east of the capital.", "armed conflict"),
    ("Drones hit two refineries while missiles struck the port.", "armed conflict"),
    ("Both armies agreed to a ceasefire starting at midnight.", "peace process"),
    ("The rebels laid down their weapons under the accord signed last year.", "peace process"),
    ("A first round of peace talks opened in Doha.", "peace talks"),
    ("Blue helmets patrol the buffer zone, and two peacekeepers were hurt.", "peacekeeping force"),
    ("Soldiers announced on television that a junta had seized power.", "coup d'etat"),
    ("The attempted coup was put down within hours.", "coup d'etat"),
    ("Thousands of demonstrators filled the square for a tenth evening.", "demonstration"),
    ("Farmers staged a protest against the new levy.", "demonstration"),
    ("Rioters looted shops and clashed with riot police overnight.", "civil unrest"),
    ("A suicide bomber blew himself up at a checkpoint.", "terrorism"),
    ("Four men went to prison for plotting a terrorist attack on a train.", "terrorism"),
    ("Hackers behind the ransomware took the hospital's network offline.", "cyber warfare"),
    ("The ministry blamed a foreign cyberattack for the outage.", "cyber warfare"),
    ("The prosecutor asked for an inquiry into war crimes and a mass grave.", "war crime"),
    ("Gunmen kidnapped a bishop and demanded a ransom.", "kidnapping"),
    ("A gunman opened fire in a supermarket and was shot dead.", "shootings"),
    ("The former governor took bribes, anti-corruption officers said.", "corruption"),
    (
        "Customs officers found a tonne of cocaine among bananas; a drug cartel is suspected.",
        "drug related crimes",
    ),
    ("The mafia boss ran three gangs from his cell.", "organised crime"),
    ("A jury found the former banker guilty, and the judge sentenced him to six years.", "trial (court)"),
    ("The trial of the ex-minister was adjourned to May.", "trial (court)"),
    ("The International Court of Justice will hear the case in June.", "international court and tribunal"),
    ("Police arrested nine people and searched their flats.", "law enforcement"),
    ("A man was stabbed to death in a burglary, and a murder inquiry has begun.", "crime, law and justice"),
    ("The prime minister resigned after losing a vote of no confidence.", "politics and government"),
    ("The president reshuffled her cabinet and sacked the interior minister.", "politics and government"),
    ("Polling stations opened at dawn for the presidential election.", "election"),
    ("Voters rejected the change in a referendum.", "election"),
    ("Parliament passed the bill on its third reading.", "legislative body"),
    ("The navy began a three-day joint exercise in the strait.", "armed forces"),
    ("The government approved conscription for all men over nineteen.", "armed forces"),
    ("The arms deal covers howitzers and ammunition.", "military weaponry and equipment"),
    ("North Korea test-fired a hypersonic missile.", "military weaponry and equipment"),
    ("Two men were charged with espionage for a rival intelligence service.", "espionage and intelligence"),
    ("Inspectors found traces of highly enriched uranium.", "nuclear policy"),
    ("The two countries will resume nuclear talks on Monday.", "nuclear policy"),
    ("The foreign ministers of both states met in Vienna to mend ties.", "diplomacy"),
    ("Prague expelled three diplomats and recalled its ambassador.", "diplomacy"),
    ("The treaty was signed aboard a ship in 1998 and has now been ratified.", "treaty"),
    ("The union imposed sanctions on eleven companies and froze their assets.", "economic sanction"),
    ("A convoy of trucks brought humanitarian aid to the valley.", "foreign aid"),
    ("Refugees crossed the river and were put up in a camp.", "refugees and internally displaced people"),
    ("Both navies claim the disputed island in the South China Sea.", "border dispute"),
    ("The dissident spent four years under house arrest.", "political prisoners and dissenters"),
    (
        "A ferry capsized in high waves and sixteen passengers are missing.",
        "transportation accident and incident",
    ),
    ("The night train derailed on a bend.", "transportation accident and incident"),
    ("An apartment fire left two families homeless; firefighters took hours to put it out.", "fire"),
    ("A wildfire has burned 900 hectares of pine forest.", "wildfire"),
    ("An earthquake of magnitude 6.4 shook the coast.", "earthquake"),
    ("Flash floods swept away a bridge after heavy rain.", "flood"),
    ("The typhoon made landfall with winds of 190 kilometres an hour.", "meteorological disaster"),
    ("The volcano erupted again and sent up a column of ash.", "natural disaster"),
    ("Aid groups warn that half the region faces famine and malnutrition.", "famine"),
    ("Nine miners were trapped after an explosion at a pit.", "disaster, accident and emergency incident"),
    ("The carmaker's quarterly profit fell by a third.", "economy, business and finance"),
    ("Inflation reached 9 percent as food prices rose.", "inflation"),
    ("The central bank left interest rates unchanged.", "monetary policy"),
    ("Shares slid on the stock exchange for a third day.", "market and exchange"),
    ("A free trade agreement between the two blocs takes effect in July.", "international trade"),
    ("A tariff of 30 percent on steel imports was announced.", "tariff"),
    ("OPEC cut its output, and crude oil rose.", "oil and gas"),
    ("A second solar farm and a wind farm will feed the power grid.", "energy and resource"),
    ("Delegates at the climate summit argued over carbon emissions.", "climate change"),
    ("Smog closed schools as air pollution reached a new peak.", "environmental pollution"),
    ("Conservationists counted more nests of the endangered species.", "environment"),
    ("Cholera spread through the camp, the worst outbreak of the disease in years.", "epidemic and pandemic"),
    ("Surgeons say the new cancer drug helps one patient in five.", "health"),
    ("Nurses began a 48-hour strike over pay.", "labour strike"),
    ("Unemployment fell as employers hired more workers.", "labour"),
    ("Amnesty International accused the police of torture.", "human rights"),
    ("Reporters Without Borders demanded that the jailed journalist be freed.", "freedom of the press"),
    ("Migrants in small boats crossed the Channel.", "immigration"),
    ("Campaigners for same-sex marriage celebrated the reform.", "society"),
    ("The pope will visit the monastery at Easter.", "religion"),
    ("Tuition fees at universities will rise, the education minister said.", "education"),
    ("Astronomers used a space telescope to find the planet.", "science and technology"),
    ("The film won the main prize at the Venice film festival.", "arts, culture, entertainment and media"),
    ("The striker scored twice and his team won the championship.", "sport"),
    ("The chef opened a second restaurant with a menu of old recipes.", "lifestyle and leisure"),
    ("The world's oldest person died at 117.", "human interest"),
    ("The weather service issued a weather warning for snow.", "weather"),
    ("Hostilities and bloodshed must end, said the elders of the valley.", "conflict, war and peace"),
]

NO_NEWS = [
    "",
    "The quick brown fox jumps over the lazy dog.",
    "Lorem ipsum dolor sit amet, consectetur adipiscing elit.",
    "Turn left after the second door and wait until somebody calls your number.",
    "She closed the window, put the kettle on and thought about her brother.",
    "Subscribe to our newsletter. All rights reserved.",
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_first_topic_of_a_short_text(classify, text, expected):
    """One sentence is enough to tell what a story is about."""
    topics = classify(text)
    assert [topic.name for topic in topics][:1] == [expected], topics


@pytest.mark.parametrize("text", NO_NEWS)
def test_a_text_without_news_has_no_topic(classify, text):
    """A text about nothing that the vocabulary holds gets no topic rather than a poor one."""
    assert classify(text) == ()


def test_a_story_about_two_things_has_both(classify):
    """Topics do not exclude each other."""
    names = {
        topic.name
        for topic in classify("The envoys agreed on a ceasefire, and a convoy with humanitarian aid set out.")
    }
    assert {"peace process", "foreign aid"} <= names
