"""Persons: names, titles, offices by date, and the words that mean them."""

import pytest

NAMED = [
    ("Vladimir Putin left.", "2013-05-10", ("Vladimir Putin", "person:vladimir-putin", "RUSGOV")),
    (
        "Russian President Vladimir Putin left.",
        "2013-05-10",
        ("Russian President Vladimir Putin", "person:vladimir-putin", "RUSGOV"),
    ),
    ("The Russian president left.", "2013-05-10", ("Russian president", "person:vladimir-putin", "RUSGOV")),
    ("The Russian president left.", "2010-05-10", ("Russian president", "person:dmitry-medvedev", "RUSGOV")),
    (
        "The president of Russia left.",
        "2013-05-10",
        ("president of Russia", "person:vladimir-putin", "RUSGOV"),
    ),
    ("Putin left.", "2013-05-10", ("Putin", "person:vladimir-putin", "RUSGOV")),
    ("Barack Obama left.", "2010-06-01", ("Barack Obama", "person:barack-obama", "USAGOV")),
    ("Barack Obama left.", "2020-06-01", ("Barack Obama", "person:barack-obama", "USAELI")),
    ("George Bush left.", "1990-06-01", ("George Bush", "person:george-h-w-bush", "USAGOV")),
    ("George Bush left.", "2003-06-01", ("George Bush", "person:george-w-bush", "USAGOV")),
    (
        "British Prime Minister David Cameron left.",
        None,
        ("British Prime Minister David Cameron", "person:david-cameron", "GBRGOV"),
    ),
    (
        "The British prime minister left.",
        "2012-08-02",
        ("British prime minister", "person:david-cameron", "GBRGOV"),
    ),
    (
        "Britain's prime minister left.",
        "2012-08-02",
        ("Britain's prime minister", "person:david-cameron", "GBRGOV"),
    ),
    (
        "U.S. Secretary of State John Kerry left.",
        "2013-05-10",
        ("U.S. Secretary of State John Kerry", "person:john-kerry", "USAGOV"),
    ),
    ("The UN secretary-general left.", "2012-06-01", ("UN secretary-general", "person:ban-ki-moon", "IGO")),
    ("Ban Ki-moon left.", "2012-06-01", ("Ban Ki-moon", "person:ban-ki-moon", "IGO")),
    (
        "Former US president Bill Clinton left.",
        "2009-08-04",
        ("Former US president Bill Clinton", "person:bill-clinton", "USAELI"),
    ),
    (
        "Polish Foreign Minister Jan Kowal left.",
        None,
        ("Polish Foreign Minister Jan Kowal", "person:jan-kowal", "POLGOV"),
    ),
    (
        "Polish opposition leader Jan Kowal left.",
        None,
        ("Polish opposition leader Jan Kowal", "person:jan-kowal", "POLOPP"),
    ),
    ("Hamas leader Omar Haddad left.", None, ("Hamas leader Omar Haddad", "person:omar-haddad", "PSEREB")),
    ("UN envoy Anna Lind left.", None, ("UN envoy Anna Lind", "person:anna-lind", "IGO")),
    ("U.S. Sen. John Doe left.", None, ("U.S. Sen. John Doe", "person:john-doe", "USALEG")),
    ("Jan Kowal, the Polish foreign minister, left.", None, ("Jan Kowal", "person:jan-kowal", "POLGOV")),
    (
        "Jan Kowal, the Polish foreign minister, left.",
        None,
        ("Polish foreign minister", "person:jan-kowal", "POLGOV"),
    ),
    (
        "The Polish foreign minister, Jan Kowal, left.",
        None,
        ("Polish foreign minister", "person:jan-kowal", "POLGOV"),
    ),
    (
        "Angela Merkel's spokesman Max Lenz left.",
        "2015-06-01",
        ("spokesman Max Lenz", "person:max-lenz", "DEUGOV"),
    ),
    ("Cardinal Omar left.", None, ("Cardinal Omar", "person:omar", "REL")),
    ("The British queen left.", "1999-05-01", ("British queen", "person:elizabeth-ii", "GBRGOV")),
    ("Michael Jordan left.", None, ("Michael Jordan", "person:michael-jordan", None)),
]


@pytest.mark.parametrize(("text", "on", "expected"), NAMED)
def test_a_person_is_known_by_name_and_office(resolve, text, on, expected):
    """The office of the day gives country and sector; a person out of office is one of the elite."""
    assert expected in resolve(text, on)


STORIES = [
    ("Polish Foreign Minister Jan Kowal left. Kowal met Anna Lind.", "Kowal", "person:jan-kowal"),
    ("Polish Foreign Minister Jan Kowal left. The minister met Anna Lind.", "minister", None),
    (
        "Polish Prime Minister Jan Kowal left. The prime minister met nobody.",
        "prime minister",
        "person:jan-kowal",
    ),
    ("Pedro Gómez Ruiz left. Gomez Ruiz met nobody.", "Gomez Ruiz", "person:pedro-gomez-ruiz"),
    ("Jan Kowal accused Peru. He left on Monday.", "He", "person:jan-kowal"),
    ("Anna Lind accused Peru. She left on Monday.", "She", "person:anna-lind"),
    ("Turkish soldiers shelled a town. They left on Monday.", "They", "role:TUR:MIL"),
    ("Turkish soldiers met Jan Kowal. He left on Monday.", "He", "person:jan-kowal"),
]


@pytest.mark.parametrize(("text", "words", "actor"), STORIES)
def test_later_words_mean_the_person_told_before(resolve, text, words, actor):
    """Surname, office and pronoun lead back to who was introduced, or to nobody."""
    found = {mention: actor_id for mention, actor_id, _ in resolve(text)}
    assert found.get(words) == actor or (actor is None and not found.get(words, "").startswith("person:lind"))


def test_words_that_look_like_a_surname_are_nobody(resolve):
    """A park and a month are no persons."""
    assert resolve("McDonald Park closed in May.") == []


def test_a_pronoun_with_no_clear_antecedent_is_nobody(resolve):
    """Nobody is invented: 'he' with no person before stays open."""
    assert resolve("He left on Monday. They stayed.") == []


def test_a_floods_victim_is_not_they(resolve):
    """A nearer plural subject that is no actor takes the pronoun away."""
    found = resolve("Turkish soldiers left. The floods rose while they waited.")
    assert not any(words == "they" for words, _, _ in found)


def test_the_same_name_means_the_same_person_throughout(resolve):
    """What a later telling adds is true of the first mention too."""
    found = resolve("Jan Kowal left. Polish Foreign Minister Jan Kowal returned.")
    assert {code for _, actor, code in found if actor == "person:jan-kowal"} == {"POLGOV"}
