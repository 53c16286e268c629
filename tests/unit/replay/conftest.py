"""A clock for each test."""

import pytest
from replay_fakes import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still until somebody sleeps."""
    return FakeClock()
