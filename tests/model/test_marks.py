"""The refused design, offsets inside values, loses counts to a zombie and compaction together."""

from checker import explore
from marks import Marks


def test_a_zombie_and_compaction_lose_counts() -> None:
    """What a paused worker sent arrives last, and compaction keeps it instead of the newer value."""
    found = explore(Marks())
    print(found)  # noqa: T201 - for whoever asks pytest for it with -rP
    assert found.fault == "the loop counts 7, memory has 7, recovery gives 1"
    assert found.steps[-1] == "compaction keeps the last value written"
    assert found.steps[-2].startswith("what worker 0 sent arrives")


def test_without_compaction_the_marks_hold() -> None:
    """The highest mark is found wherever it stands, as long as nobody takes it out of the changelog."""
    assert explore(Marks(compacts=False, take_overs=2)).fault is None


def test_without_late_bytes_the_marks_hold() -> None:
    """Compaction is harmless where nothing arrives from a worker that has lost its partition."""
    assert explore(Marks(late_bytes=False, take_overs=3)).fault is None
