"""A line of labels: a text or its place in a corpus, and what a reader found in it; each line is checked."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from schemas.article import Moment
from schemas.plover import MODES, EventType

_PLACE: Final = ("article", "corpus", "start", "end", "sha256")
_TOPIC_PREFIX: Final = "medtop:"


class GoldUnreadableError(ValueError):
    """A line of a gold file is not a labelled text."""


class _Labels(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow", strict=True)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Names of fields that nothing here reads."""
        return tuple(self.model_extra or ())


class LabelledParty(_Labels):
    """One side of a labelled event: the words that name it, and country + sector where known."""

    text: str = Field(min_length=1)
    code: str | None = Field(pattern=r"^([A-Z]{3})+$")


class LabelledEvent(_Labels):
    """An event that a reader found; the main one of a text comes first."""

    type: Annotated[EventType, Field(strict=False)]
    mode: str | None
    trigger: str
    source: LabelledParty | None
    target: LabelledParty | None
    historical: bool = False
    hypothetical: bool = False

    @model_validator(mode="after")
    def _mode_is_of_type(self) -> Self:
        if self.mode is not None and self.mode not in MODES[self.type]:
            possible = ", ".join(sorted(MODES[self.type])) or "none"
            raise ValueError(f"mode {self.mode!r} is not of {self.type.value}, whose modes are: {possible}")
        return self

    @property
    def parties(self) -> tuple[LabelledParty, ...]:
        """The sides that are named."""
        return tuple(side for side in (self.source, self.target) if side is not None)


def _with_prefix(code: str) -> str:
    return _TOPIC_PREFIX + code.removeprefix(_TOPIC_PREFIX)


class GoldLine(_Labels):
    """A line as written: a text or its place in a corpus, and what a reader found; None is 'not labelled'."""

    text: str | None = Field(default=None, min_length=1)
    article: str | None = None
    corpus: str | None = None
    start: int | None = Field(default=None, ge=0)
    end: int | None = None
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    id: str | None = None
    title: str | None = None
    published_at: Annotated[Moment | None, Field(strict=False)] = None
    part: Literal["dev", "test"] | None = None
    drawn: Literal["random", "rare"] | None = None
    events: Annotated[tuple[LabelledEvent, ...] | None, Field(strict=False)]
    topics: Annotated[
        tuple[Annotated[str, Field(pattern=r"^(medtop:)?\d{8}$"), AfterValidator(_with_prefix)], ...] | None,
        Field(strict=False),
    ] = None
    actors: Annotated[tuple[LabelledParty, ...] | None, Field(strict=False)] = None

    @model_validator(mode="after")
    def _has_text_or_place(self) -> Self:
        absent = [name for name in _PLACE if getattr(self, name) is None]
        if self.text is None and absent:
            raise ValueError(f"neither a text nor the whole of its place: no {', '.join(absent)}")
        return self


def read_lines(path: Path) -> Iterator[tuple[str, GoldLine]]:
    """Each line as written, with its file and number; raises GoldUnreadableError."""
    try:
        with path.open("rb") as lines:
            for number, raw in enumerate(lines, start=1):
                if raw.strip():
                    origin = f"{path}, line {number}"
                    yield origin, _line(raw, origin)
    except OSError as error:
        raise GoldUnreadableError(f"{path}: {error.strerror}; give files of labelled texts") from error


def unknown_fields(line: GoldLine) -> Iterator[str]:
    """Fields of a line that are not read, as 'events.negated'."""
    yield from line.unknown
    for event in line.events or ():
        yield from (f"events.{name}" for name in event.unknown)
        yield from (f"events.source/target.{name}" for side in event.parties for name in side.unknown)
    yield from (f"actors.{name}" for actor in line.actors or () for name in actor.unknown)


def _line(raw: bytes, origin: str) -> GoldLine:
    try:
        return GoldLine.model_validate(json.loads(raw))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise GoldUnreadableError(
            f"{origin}: not JSON in UTF-8 ({error}); one object a line is wanted"
        ) from error
    except ValidationError as error:
        raise GoldUnreadableError(
            f"{origin}: {_told(error)}; labels/README.md says what a line holds"
        ) from error


def _told(error: ValidationError) -> str:
    faults = error.errors(include_url=False, include_input=False)
    named = (
        ": ".join([*([".".join(map(str, fault["loc"]))] if fault["loc"] else []), fault["msg"]])
        for fault in faults
    )
    return "; ".join(named)
