"""The API on answers made by hand."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from api_surroundings import Client, Surroundings, client_of
from fake_answers import FakeAnswers


@pytest.fixture
def answers() -> FakeAnswers:
    """Who answers."""
    return FakeAnswers()


@pytest.fixture
def surroundings() -> Surroundings:
    """The rest of the worker."""
    return Surroundings()


@pytest_asyncio.fixture
async def client(answers: FakeAnswers, surroundings: Surroundings) -> AsyncIterator[Client]:
    """A client of the application."""
    async with client_of(surroundings.api(answers)) as http:
        yield Client(http)
