"""Organisations, armed groups, parties, agencies, companies."""

import pytest

NAMED = [
    ("The U.N. condemned the attack.", None, ("U.N.", "org:un", "IGO")),
    (
        "The UN Security Council condemned it.",
        None,
        ("UN Security Council", "org:un-security-council", "IGO"),
    ),
    ("NATO condemned the attack.", None, ("NATO", "org:nato", "IGO")),
    ("The European Commission fined him.", None, ("European Commission", "org:european-commission", "IGO")),
    ("The WHO warned Italy, and who knows why.", None, ("WHO", "org:who", "IGO")),
    ("ECOWAS suspended Niger.", None, ("ECOWAS", "org:ecowas", "IGO")),
    (
        "Amnesty International accused Egypt.",
        None,
        ("Amnesty International", "org:amnesty-international", "NGO"),
    ),
    ("The Red Cross evacuated them.", None, ("Red Cross", "org:red-cross", "NGO")),
    ("The FBI arrested a banker.", None, ("FBI", "org:fbi", "USACOP")),
    ("MI6 warned Canada.", None, ("MI6", "org:mi6", "GBRSPY")),
    ("The Knesset approved the bill.", None, ("Knesset", "org:knesset", "ISRLEG")),
    ("The State Duma approved the bill.", None, ("State Duma", "org:duma", "RUSLEG")),
    ("Congress approved the bill.", None, ("Congress", "org:us-congress", "USALEG")),
    ("Hamas fired rockets.", None, ("Hamas", "group:hamas", "PSEREB")),
    ("Hizbollah fired rockets.", None, ("Hizbollah", "group:hezbollah", "LBNREB")),
    ("Boko Haram burned a village.", None, ("Boko Haram", "group:boko-haram", "NGAREB")),
    ("M23 seized a town.", None, ("M23", "group:m23", "CODREB")),
    ("The PKK declared a ceasefire.", None, ("PKK", "group:pkk", "TURREB")),
    ("The FARC released a hostage.", None, ("FARC", "group:farc", "COLREB")),
    ("The Houthis seized a ship.", None, ("Houthis", "group:houthis", "YEMREB")),
    ("The Taliban closed a school.", "1999-05-01", ("Taliban", "group:taliban", "AFGGOV")),
    ("The Taliban closed a school.", "2010-05-01", ("Taliban", "group:taliban", "AFGREB")),
    ("The Taliban closed a school.", "2022-05-01", ("Taliban", "group:taliban", "AFGGOV")),
    ("Google sued Apple.", None, ("Google", "org:google", "USABUS")),
    ("Gazprom cut supplies to Poland.", None, ("Gazprom", "org:gazprom", "RUSBUS")),
    ("The BJP won the vote.", None, ("BJP", "org:bjp", "INDPTY")),
    (
        "Iranian Revolutionary Guards seized a ship.",
        None,
        ("Iranian Revolutionary Guards", "org:irgc", "IRNMIL"),
    ),
    ("UN peacekeepers left.", None, ("UN peacekeepers", "org:un", "IGO")),
    ("A NATO spokesman declined to comment.", None, ("NATO spokesman", "org:nato", "IGO")),
    ("Hamas militants fired rockets.", None, ("Hamas militants", "group:hamas", "PSEREB")),
    ("FBI agents arrested a banker.", None, ("FBI agents", "org:fbi", "USACOP")),
]


@pytest.mark.parametrize(("text", "on", "expected"), NAMED)
def test_a_listed_body_is_known_by_its_names_and_its_people(resolve, text, on, expected):
    """Names, acronyms and spellings lead to one id, with the standing of the day."""
    assert expected in resolve(text, on)


def test_an_acronym_in_brackets_stands_for_its_body(resolve):
    """A body that only the text knows goes by its acronym for the rest of the story."""
    text = "The Free Ruritania Movement (FRM) attacked Poland. The FRM later apologised."
    ids = [actor for words, actor, _ in resolve(text) if words == "FRM"]
    assert ids == ["org:free-ruritania-movement"] * 2


def test_a_class_noun_means_the_last_body_that_it_fits(resolve):
    """'The alliance' is NATO where NATO was named before, and nobody where nothing was."""
    assert ("alliance", "org:nato", "IGO") in resolve("NATO met on Monday. The alliance condemned Libya.")
    assert not any(words == "alliance" for words, _, _ in resolve("The alliance condemned Libya."))


def test_an_unlisted_body_has_the_sector_that_its_name_tells(resolve):
    """'University' says education, and the country stands in the name."""
    found = resolve("The Technical University of Ghana rejected the plan.")
    assert found[0] == ("Technical University of Ghana", "org:technical-university-of-ghana", "GHAEDU")
