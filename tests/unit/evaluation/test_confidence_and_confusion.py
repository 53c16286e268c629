"""Confidence in bins, types in a matrix, and the matrix as a picture."""

import xml.etree.ElementTree as ElementTree

import pytest
from hand_labelled import coded, labelled, reading

from schemas.plover import EventType
from streams.evaluation import reliability as reliabilities
from streams.evaluation.confusion import KINDS, confusion, name_of, picture
from streams.evaluation.reliability import Bin, calibration_error, reliability
from streams.evaluation.scoring import Share

ACCUSE, REJECT, ASSAULT = EventType.ACCUSE, EventType.REJECT, EventType.ASSAULT
SVG = "{http://www.w3.org/2000/svg}"


def test_events_fall_into_bins_of_a_tenth() -> None:
    """Every event counts, 1 falls into the last bin, and an empty bin is shown as such."""
    bins = reliability(
        [
            reading((labelled(ASSAULT),), coded(ASSAULT, confidence=1.0), coded(REJECT, confidence=0.25)),
            reading((), coded(ACCUSE, confidence=0.9)),
        ]
    )
    assert len(bins) == 10
    assert bins[2] == Bin(low=0.2, confidence=0.25, right=Share(0, 1))
    assert bins[9] == Bin(low=0.9, confidence=pytest.approx(0.95), right=Share(1, 2))
    assert bins[5] == Bin(low=0.5, confidence=0.0, right=Share(0, 0))


def test_the_calibration_error_weighs_bins_by_their_events() -> None:
    """One event 0.25 off and two 0.45 off are (0.25 + 2 x 0.45) / 3 off."""
    bins = (Bin(0.2, 0.25, Share(0, 1)), Bin(0.5, 0.0, Share(0, 0)), Bin(0.9, 0.95, Share(1, 2)))
    assert calibration_error(bins) == pytest.approx(1.15 / 3)
    assert calibration_error(()) == 0


def test_a_dot_stands_where_confidence_and_share_meet() -> None:
    """A bin that keeps its word lies on the diagonal; empty bins have no dot."""
    kept, empty = Bin(0.5, 0.5, Share(2, 4)), Bin(0.2, 0.0, Share(0, 0))
    drawn = ElementTree.fromstring(reliabilities.picture([kept, empty], "a < b"))  # noqa: S314 - our own
    (dot,) = drawn.iter(f"{SVG}circle")
    (diagonal,) = drawn.iter(f"{SVG}line")
    middle = [(float(diagonal.get(f"{axis}1", 0)) + float(diagonal.get(f"{axis}2", 0))) / 2 for axis in "xy"]
    assert [float(dot.get("cx", 0)), float(dot.get("cy", 0))] == pytest.approx(middle)
    assert "a < b" in [text.text for text in drawn.iter(f"{SVG}text")]


READINGS = [
    reading((labelled(ACCUSE), labelled(REJECT)), coded(REJECT)),
    reading((labelled(ACCUSE),), coded(REJECT)),
    reading((labelled(ACCUSE),), coded(ACCUSE)),
    reading((labelled(ACCUSE),)),
    reading((), coded(ASSAULT)),
    reading(()),
]


def test_a_cell_counts_texts_by_the_label_that_they_are_held_to() -> None:
    """The first event's own type where it is labelled, else the main one; none is a kind of its own."""
    matrix = confusion(READINGS)
    cells = {
        (row, column): matrix.counts[at][other]
        for at, row in enumerate(KINDS)
        for other, column in enumerate(KINDS)
        if matrix.counts[at][other]
    }
    assert cells == {
        (REJECT, REJECT): 1, (ACCUSE, REJECT): 1, (ACCUSE, ACCUSE): 1, (ACCUSE, None): 1,
        (None, ASSAULT): 1, (None, None): 1,
    }  # fmt: skip
    accuse = KINDS.index(ACCUSE)
    assert matrix.share(accuse, accuse) == pytest.approx(1 / 3)
    assert matrix.share(KINDS.index(ASSAULT), 0) == 0


def test_the_picture_has_a_title_all_names_twice_and_every_count() -> None:
    """It is well-formed, and whoever reads it finds each type on both sides."""
    tree = ElementTree.fromstring(picture(confusion(READINGS), "a < b & c"))  # noqa: S314 - our own text
    words = [text.text for text in tree.iter(f"{SVG}text")]
    assert tree.findtext(f"{SVG}title") == "a < b & c"
    assert all(words.count(name_of(kind)) == 2 for kind in KINDS)
    assert words.count("1") == 6
    cells = [rect for rect in tree.iter(f"{SVG}rect") if rect.get("fill-opacity")]
    assert len(cells) == len(KINDS) ** 2
    assert sorted(float(cell.get("fill-opacity", 0)) for cell in cells)[-1] == 1.0


def test_no_label_of_the_picture_leaves_it() -> None:
    """Every text starts inside the frame."""
    tree = ElementTree.fromstring(picture(confusion(READINGS), "title"))  # noqa: S314 - our own text
    width, height = float(tree.get("width", 0)), float(tree.get("height", 0))
    for text in tree.iter(f"{SVG}text"):
        if text.get("x"):
            assert 0 < float(text.get("x", 0)) < width
            assert 0 < float(text.get("y", 0)) < height
