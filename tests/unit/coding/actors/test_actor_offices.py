"""Offices by date."""

from datetime import date

import pytest

from streams.coding.actors.lexicon import packaged_lexicon
from streams.coding.actors.offices import OfficeBook
from streams.coding.actors.tables import OfficeRow

COLUMNS = ("person", "role", "title", "country", "sector", "organisation", "from", "to")
ROWS = [
    ("ann", "minister", "Finance Minister", "POL", "GOV", "", "1998", "2000-06"),
    ("ann", "head-of-government", "Prime Minister", "POL", "GOV", "", "2000-07-01", "2004-03-09"),
    ("bob", "opposition-leader", "Leader of the Opposition", "POL", "OPP", "", "2000", "2004-03-09"),
    ("bob", "head-of-government", "Premier", "POL", "GOV", "", "2004-03-10", ""),
    ("cid", "secretary-general", "Secretary-General", "IGO", "IGO", "org:un", "1999", "2003"),
]


@pytest.fixture
def book():
    """Two prime ministers of Poland and a man of the UN."""
    rows = [OfficeRow.model_validate(dict(zip(COLUMNS, row, strict=True))) for row in ROWS]
    keys = {"Premier": "prime-minister"}
    return OfficeBook(rows, lambda row: keys.get(row.title, row.title.lower().replace(" ", "-")))


@pytest.mark.parametrize(
    ("person", "on", "expected"),
    [
        ("ann", "1999-05-01", ("POL", "GOV")),
        ("ann", "2000-06-30", ("POL", "GOV")),
        ("ann", "2004-03-09", ("POL", "GOV")),
        ("ann", "2004-03-10", ("POL", "ELI")),
        ("ann", "1990-01-01", ("POL", "ELI")),
        ("bob", "2001-01-01", ("POL", "OPP")),
        ("bob", "2020-01-01", ("POL", "GOV")),
        ("cid", "2001-01-01", (None, "IGO")),
    ],
)
def test_a_person_is_what_the_office_of_the_day_makes(book, person, on, expected):
    """Both ends count; a year means its first or last day; out of office is the elite."""
    assert book.standing(person, date.fromisoformat(on), None) == expected


def test_without_a_day_the_title_decides_else_the_best_known_office(book):
    """'Opposition leader Bob' is of the opposition, plain Bob a prime minister."""
    assert book.standing("bob", None, "opposition-leader") == ("POL", "OPP")
    assert book.standing("bob", None, None) == ("POL", "GOV")
    assert book.standing("nobody", None, None) is None


def test_the_holder_of_an_office_changes_on_the_day(book):
    """The new premier takes over the morning after."""
    assert book.holder("POL", "prime-minister", date(2004, 3, 9)) == "ann"
    assert book.holder("POL", "prime-minister", date(2004, 3, 10)) == "bob"
    assert book.holder("POL", "prime-minister", date(1990, 1, 1)) is None


def test_a_surname_means_first_of_all_who_is_in_office(book):
    """Of two bearers the one in office weighs more."""
    day = date(2002, 1, 1)
    assert book.weight("ann", day) > book.weight("bob", day) > book.weight("nobody", day)


@pytest.mark.parametrize(
    ("title", "of_body", "key"),
    [
        ("President", False, "president"),
        ("Acting President", False, "president"),
        ("Premier", False, "prime-minister"),
        ("President of Abkhazia", False, "president-of-abkhazia"),
        ("President of the Senate", False, "president-of-the-senate"),
        ("President of the European Commission", True, "president"),
        ("NATO Secretary-General", True, "secretary-general"),
        ("NATO Deputy Secretary-General", True, "nato-deputy-secretary-general"),
        ("Adviser to the president", False, "adviser-to-the-president"),
        ("Former president", False, "former-president"),
    ],
)
def test_a_title_is_an_office_only_where_it_says_so(title, of_body, key):
    """Deputies, advisers, former holders and presidents of lesser things do not hold the office."""
    assert packaged_lexicon().office_key(title, of_body=of_body) == key


@pytest.mark.parametrize(
    ("body", "key", "on", "person"),
    [
        ("USA", "president", "2024-05-20", "joe-biden"),
        ("IRN", "supreme-leader", "2005-05-20", "ali-khamenei"),
        ("EGY", "president", "2005-05-20", "hosni-mubarak"),
        ("GBR", "prime-minister", "1985-05-20", "margaret-thatcher"),
        ("org:nato", "secretary-general", "2015-05-20", "jens-stoltenberg"),
        ("org:european-commission", "president", "2005-05-20", "jose-manuel-barroso"),
    ],
)
def test_the_packaged_offices_know_who_was_who(body, key, on, person):
    """Well-known holders, each on a day on which a neighbour in the file could be mistaken for him."""
    assert packaged_lexicon().offices.holder(body, key, date.fromisoformat(on)) == person
