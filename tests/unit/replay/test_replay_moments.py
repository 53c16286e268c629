"""Points in time, as people and programs write them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from streams.replay.moments import UnknownMomentError, moment_of

MIDNIGHT = datetime(2013, 5, 10, tzinfo=UTC)
NOON = datetime(2013, 5, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2013-05-10", MIDNIGHT),
        (" 2013-05-10 ", MIDNIGHT),
        ("20130510", MIDNIGHT),
        ("2013-05-10T12:00:00", NOON),
        ("2013-05-10 12:00", NOON),
        ("2013-05-10T12:00:00Z", NOON),
        ("2013-05-10T12:00:00.000000000Z", NOON),
        ("2013-05-10 12:00:00 UTC", NOON),
        ("2013-05-10 12:00 GMT", NOON),
        ("2013-05-10T14:00:00+02:00", NOON),
        ("2013-05-10T14:00:00+0200", NOON),
        ("2013-05-10T08:00:00-04:00", NOON),
        ("Fri, 10 May 2013 12:00:00 GMT", NOON),
        ("Fri, 10 May 2013 14:00:00 +0200", NOON),
        ("10 May 2013 08:00 EDT", NOON),
        ("Fri, 10 May 2013 12:00:00 +0000 (UTC)", NOON),
        ("10 May 2013", MIDNIGHT),
        ("10th May 2013", MIDNIGHT),
        ("May 10, 2013", MIDNIGHT),
        ("May 10th 2013", MIDNIGHT),
        ("Friday, May 10, 2013", MIDNIGHT),
        ("Fri. 10 may 2013", MIDNIGHT),
        ("Sept. 2, 2012", datetime(2012, 9, 2, tzinfo=UTC)),
        ("2 August 2012", datetime(2012, 8, 2, tzinfo=UTC)),
        (1368187200, NOON),
        (1368187200.0, NOON),
        (1368187200000, NOON),
        ("1368187200", NOON),
        ("1368187200000", NOON),
        (date(2013, 5, 10), MIDNIGHT),
        (NOON.replace(tzinfo=None), NOON),
        (datetime(2013, 5, 10, 14, tzinfo=timezone(timedelta(hours=2))), NOON),
    ],
)
def test_reads_every_way_of_writing_one_moment(value: object, moment: datetime) -> None:
    """A moment is read whatever its notation, in UTC, and without a zone as UTC."""
    read = moment_of(value)
    assert read == moment
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        "yesterday",
        "",
        "2013",
        "2013-05",
        "2013-13-45",
        "31 February 2013",
        "10/05/2013",
        "May 2013",
        "Mayday 10 2013",
        "2013-05-10T24:00:00",
        "Fri, 10 May 2013 12:00:00 CET",
        2013,
        20130510,
        -1,
        float("nan"),
        float("inf"),
        10**400,
        True,
        None,
        [2013, 5, 10],
        {"year": 2013},
        "0001-01-01T00:00:00+05:00",
        "9999-12-31T23:00:00-05:00",
    ],
)
def test_guesses_nothing(value: object) -> None:
    """What may mean two moments, or none, is refused: a year, an unknown zone, day and month in doubt."""
    with pytest.raises(UnknownMomentError, match="is not a date; give ISO 8601"):
        moment_of(value)


def test_the_error_stays_one_short_line() -> None:
    """A megabyte of nonsense in a date is not repeated in the message about it."""
    with pytest.raises(UnknownMomentError) as caught:
        moment_of("x" * 1_000_000)
    assert len(str(caught.value)) < 250


def test_every_day_of_two_years_reads_back() -> None:
    """Each day reads back from each of its notations."""
    for number in range(731):
        day = datetime(2011, 12, 31, tzinfo=UTC) + timedelta(days=number)
        notations = ("%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%a, %d %b %Y", "%b. %d, %Y")
        assert {moment_of(day.strftime(notation)) for notation in notations} == {day}
