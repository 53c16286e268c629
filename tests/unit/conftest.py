"""Makes the fakes in this folder importable for the tests of every package."""

import pytest
from streaming_fakes import Endings, FakeClock


@pytest.fixture
def endings() -> Endings:
    """What ends the process in a test: it keeps the reasons, and raises."""
    return Endings()


@pytest.fixture
def ticking() -> FakeClock:
    """A clock that stands still until the test moves it."""
    return FakeClock()
