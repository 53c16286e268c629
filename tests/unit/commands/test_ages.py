"""Lengths of time as people type them."""

from datetime import timedelta

import pytest

from streams.commands.ages import NoLengthOfTime, length_of_time


@pytest.mark.parametrize(
    ("words", "length"),
    [
        ("90s", timedelta(seconds=90)),
        ("30m", timedelta(minutes=30)),
        ("2h", timedelta(hours=2)),
        ("3d", timedelta(days=3)),
        ("1w", timedelta(weeks=1)),
        ("1d12h", timedelta(hours=36)),
        (" 2H ", timedelta(hours=2)),
        ("0s", timedelta()),
    ],
)
def test_a_length_of_time_is_read(words: str, length: timedelta) -> None:
    """Numbers with their units add up."""
    assert length_of_time(words) == length


@pytest.mark.parametrize("words", ["", "2", "h", "2 h", "-2h", "1.5h", "2y", "2h ago", "9999999d", "²h"])
def test_what_is_no_length_of_time_is_told_with_an_example(words: str) -> None:
    """Anything else is refused, in words that show what would do."""
    with pytest.raises(NoLengthOfTime, match=r"is no length of time; .* 1d12h"):
        length_of_time(words)
