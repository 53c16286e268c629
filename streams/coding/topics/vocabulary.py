"""The topics that can be found, and the terms that speak for them."""

import tomllib
from functools import cache, cached_property
from importlib import resources
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from schemas.plover import EventType

Code = Annotated[str, StringConstraints(pattern=r"^medtop:\d{8}$")]
Term = Annotated[str, StringConstraints(pattern=r"^\S+( \S+)*$")]
LogOdds = Annotated[float, Field(gt=0, le=2.5)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Strict):
    """Where the codes come from, and under which licence."""

    vocabulary: str
    authority: str
    licence: str
    terms: str


class TopicEntry(_Strict):
    """A Media Topic, the nearest broader topic that is listed too, and what speaks for it."""

    code: Code
    name: str = Field(min_length=3)
    parent: Code | None = None
    decisive: tuple[Term, ...] = ()
    strong: tuple[Term, ...] = ()
    weak: tuple[Term, ...] = ()
    against: tuple[Term, ...] = ()
    events: dict[EventType, LogOdds] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _each_term_once(self) -> Self:
        terms = [*self.decisive, *self.strong, *self.weak, *self.against]
        if twice := sorted({term for term in terms if terms.count(term) > 1}):
            raise ValueError(f"topic {self.code!r}: listed twice: {', '.join(twice)}; keep one weight")
        return self


class Ignored(_Strict):
    """Phrases that say nothing about the topic, and hide the words that they hold."""

    terms: tuple[Term, ...] = ()


class TopicVocabulary(_Strict):
    """All topics with their terms."""

    source: Source
    ignored: Ignored = Ignored()
    topics: tuple[TopicEntry, ...] = Field(alias="topic", min_length=1)

    @cached_property
    def parent_of(self) -> dict[str, str | None]:
        """For each code the nearest broader one that is listed, None for the top of a branch."""
        return {entry.code: entry.parent for entry in self.topics}

    @model_validator(mode="after")
    def _parents_are_listed(self) -> Self:
        codes = [entry.code for entry in self.topics]
        if twice := sorted({code for code in codes if codes.count(code) > 1}):
            raise ValueError(f"listed twice: {', '.join(twice)}; join the entries")
        for entry in self.topics:
            if entry.parent is not None and entry.parent not in codes:
                raise ValueError(f"topic {entry.code!r}: parent {entry.parent!r} is no entry; add it")
        return self


@cache
def packaged_vocabulary() -> TopicVocabulary:
    """The vocabulary in data/media_topics.toml, read once a process."""
    text = resources.files("streams.coding.topics").joinpath("data/media_topics.toml").read_text("utf-8")
    return TopicVocabulary.model_validate(tomllib.loads(text))
