"""The date that a text gives for itself."""

from datetime import UTC, datetime

import pytest

from streams.replay.datelines import dateline_of, file_name_date

AUGUST = datetime(2012, 8, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "LONDON, Aug 2, 2012 (Reuters) — Rain fell.",
        "LONDON, Aug. 2, 2012 (Reuters) - Rain fell.",
        "LONDON (Reuters) - Aug 2, 2012 - Rain fell.",
        "LONDON, August 2, 2012 — Rain fell.",
        "NEW YORK, 2 August 2012 – Rain fell.",
        "WASHINGTON, D.C., Aug. 2, 2012 (AP) -- Rain fell.",
        "SOCHI, Russia, August 2, 2012 (AFP) Rain fell.",
        "London, 2 August 2012 – Rain fell.",
        "New York, Thursday, 2 August 2012 – Rain fell.",
        "2 August 2012 – Rain fell.",
        "Aug. 2, 2012 (AP) Rain fell.",
        "2012-08-02 - Rain fell.",
        "2 August 2012",
        "2 August 2012\n\nRain fell.",
        "Thursday, 2 August 2012\n\nRain fell.",
        "Thursday, August 2, 2012\nRain fell.",
        "London, 2 August 2012\n\nRain fell.",
        "2 August 2012, 14:05 GMT\n\nRain fell.",
        "2 August 2012 at 14:05\n\nRain fell.",
        "By A. Reporter\nPublished 2 August 2012\n\nRain fell.",
        "Published: August 2, 2012\n\nRain fell.",
        "First published on Thu 2 Aug 2012 19.05 BST\n\nRain fell.",
        "Posted on Aug 2nd, 2012 by the newsroom\n\nRain fell.",
        "Rain fell on Britain.\n\nLONDON, Aug 2, 2012 (Reuters) — More rain fell.",
    ],
)
def test_finds_the_date_of_a_dateline(text: str) -> None:
    """A dateline, a line that is a date, or a publication line gives the day."""
    assert dateline_of(text) == AUGUST


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Rain fell.",
        "LONDON, Aug 2 (Reuters) — Rain fell.",
        "Rain fell on 2 August 2012.",
        "On 2 August 2012 rain fell.",
        "On 2 August 2012 - a Thursday - rain fell.",
        "Since Thursday, 2 August 2012 – the first day of rain – fields are wet.",
        "The treaty of 2 August 2012 was torn up.",
        "2 August 2012 was a wet day.",
        "August 2, 2012, was a wet day.",
        "Published 2 August 2012, the book sold a million copies before anyone had read its last page",
        "Updated 2 August 2012\n\nRain fell.",
        "31 February 2012\n\nRain fell.",
        "02/08/2012\n\nRain fell.",
        "2 August 2012 – 5 August 2012\n\nRain fell.",
        "Rain fell and\nLONDON, Aug 2, 2012 (Reuters) — was mentioned.",
        "\n\n".join(["Rain fell."] * 20 + ["2 August 2012"]),
    ],
)
def test_takes_no_other_date_for_a_dateline(text: str) -> None:
    """A date that the story is about, or that lacks a year, is not the story's own."""
    assert dateline_of(text) is None


def test_reads_only_the_beginning() -> None:
    """A text of many megabytes without a line end is looked at only where a dateline may stand."""
    assert dateline_of("LONDON, Aug 2, 2012 (Reuters) — " + "rain " * 1_000_000) == AUGUST


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("a/2012-08-02-rain.txt", AUGUST),
        ("reuters-2012-08-02.txt", AUGUST),
        ("2012-08-02T10:00_and_2012-08-02.txt", AUGUST),
        ("2012-08-02/rain.txt", None),
        ("2012-08-02-to-2012-08-05.txt", None),
        ("12012-08-021.txt", None),
        ("2012-13-45.txt", None),
        ("20120802.txt", None),
        ("rain.txt", None),
    ],
)
def test_finds_the_one_date_in_a_file_name(path: str, day: datetime | None) -> None:
    """One ISO date in the name, not in the folder's, dates the file; two leave it in doubt."""
    assert file_name_date(path) == day
