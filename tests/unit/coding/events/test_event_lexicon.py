"""The lexicon: its size, its promises to the scheme, its pattern language."""

import re

import pytest

from schemas.plover import MODES, EventType
from streams.coding.events.lexicon import Lexicon, LexiconError, Operator, Slot, read_classes, read_entries

HEADER = "entry\tframe\tcameo\ttype\tmode\toperator\tsource\n"


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    """The lexicon that ships."""
    return Lexicon.packaged()


def read(row: str, part: str = "verb"):
    """The entries of one row."""
    return list(read_entries(HEADER + row, part, {"ship": frozenset({"frigate", "tanker"})}))


def test_the_lexicon_covers_every_type_widely(lexicon):
    """There are well over 1,200 entries, and no type has fewer than fifty."""
    assert len(lexicon) > 1_200
    for kind in EventType:
        assert sum(entry.type is kind for entry in lexicon) >= 50, kind


def test_modes_and_codes_fit_the_scheme(lexicon):
    """An entry's mode is one of its type's; its CAMEO code is two to four digits; its source is told."""
    for entry in lexicon:
        if entry.type is not None:
            assert entry.mode is None or entry.mode in MODES[entry.type], entry.entry
        assert entry.cameo is None or re.fullmatch(r"\d{2,4}", entry.cameo), entry.entry
        assert entry.source.startswith(("cameo ", "plover ")), entry.entry


def test_an_entry_without_a_type_is_an_operator(lexicon):
    """No entry is idle, and none falls back on a default code."""
    assert all(entry.type is not None or entry.operator is not None for entry in lexicon)


def test_no_entry_stands_twice(lexicon):
    """A pattern of a part of speech has one row: two could only contradict each other."""
    seen = [(entry.part, entry.head, entry.entry, entry.voice) for entry in lexicon]
    assert len(seen) == len(set(seen))


def test_alternatives_give_an_entry_each():
    """A head with alternatives is an entry for each, with the same demands."""
    ban, outlaw = read("ban|outlaw +party\tsubj>obj\t1722\tCOERCE\trestrict\t-\tcameo 1722\n")
    assert (ban.head, outlaw.head) == ("ban", "outlaw")
    assert ban.elements == outlaw.elements


def test_the_pattern_language_is_read():
    """Objects, subjects, particles, prepositions, complements and classes stand for what they say."""
    row = "send off +&ship to:port >patrol ^navy -with:aid\tsubj>to<\t154\tMOBILIZE\ttroops\t-\tcameo 154\n"
    (entry,) = read(row.replace("to<", "to"))
    slots = [(element.slot, set(element.words), element.forbidden) for element in entry.elements]
    assert slots == [
        (Slot.PARTICLE, {"off"}, False),
        (Slot.OBJECT, {"frigate", "tanker"}, False),
        (Slot.PREPOSITION, {"port"}, False),
        (Slot.COMPLEMENT, {"patrol"}, False),
        (Slot.SUBJECT, {"navy"}, False),
        (Slot.PREPOSITION, {"aid"}, True),
    ]


def test_frames_tell_roles_and_reciprocity():
    """'>' leads from source to target, '<>' both ways, best place first."""
    (one,) = read("visit\tsubj>obj,to weak\t042\tCONSULT\tvisit\t-\tcameo 042\n")
    (both,) = read("meet\tsubj<>with\t040\tCONSULT\t-\t-\tcameo 040\n")
    assert (one.frame.source, one.frame.target, one.frame.mutual, one.weak) == (
        ("subj",),
        ("obj", "to"),
        False,
        True,
    )
    assert both.frame.mutual


def test_an_operator_needs_no_type():
    """A row may tell only what it does to its complement."""
    (entry,) = read("hope\tsubj>\t-\t-\t-\twish\tplover Boundaries\n")
    assert (entry.type, entry.operator) == (None, Operator.WISH)


def test_the_longest_match_wins(code):
    """'Lift the embargo' is not any lifting, 'cut off gas' is not any cutting."""
    assert code("Brazil cut.") == []
    assert code("Russia cut off gas to Poland.")[0].triple == ("COERCE", "RUS", "POL")
    assert code("Russia cut off aid to Poland.")[0].triple == ("SANCTION", "RUS", "POL")


@pytest.mark.parametrize(
    "row",
    [
        "attack\tsubj>obj\t190\tASSAULT\n",
        "attack\tsubj>obj\t190\tATTACK\t-\t-\tcameo 190\n",
        "attack\tsubj>obj\t190\tASSAULT\t-\tmaybe\tcameo 190\n",
        "attack +&boat\tsubj>obj\t190\tASSAULT\t-\t-\tcameo 190\n",
    ],
)
def test_a_row_that_cannot_be_read_says_which(row):
    """A wrong row ends the reading with the entry's name and where to look."""
    with pytest.raises(LexiconError, match="attack"):
        read(row)


def test_classes_may_name_earlier_ones():
    """A class takes over the words of another by '&'."""
    classes = read_classes("ship\tfrigate tanker\nfleet\t&ship armada\n")
    assert classes["fleet"] == {"frigate", "tanker", "armada"}
