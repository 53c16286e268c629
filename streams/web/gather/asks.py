"""What one worker asks another, as types and as bytes."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final, Literal

import orjson
from pydantic import Field, TypeAdapter, ValidationError

from schemas.tally import TableName
from streams.counting.questions import Basis, DayRange, Filters, Question
from streams.index.parts import Position

MAX_ASK_BYTES: Final = 64 * 1024


class BadAsk(ValueError):
    """A request that is none of the asks, as one from a worker of another version may be."""


@dataclass(frozen=True, slots=True)
class Best:
    """The best rows of these partitions, frozen under the name `snapshot`."""

    question: Question
    limit: int
    snapshot: str
    ask: Literal["best"] = "best"

    @property
    def basis(self) -> Basis:
        """What it is read from."""
        return self.question.basis


@dataclass(frozen=True, slots=True)
class Further:
    """Rows after a place, of every list that was frozen under this name."""

    question: Question
    limit: int
    snapshot: str
    after: Position | None
    ask: Literal["further"] = "further"


@dataclass(frozen=True, slots=True)
class OneThing:
    """One thing of a table, by day."""

    table: TableName
    key: str
    days: DayRange
    ask: Literal["thing"] = "thing"
    basis: ClassVar[Basis] = Basis.TALLIES


@dataclass(frozen=True, slots=True)
class Days:
    """Matching events by day."""

    filters: Filters
    days: DayRange
    ask: Literal["days"] = "days"
    basis: ClassVar[Basis] = Basis.STORIES


@dataclass(frozen=True, slots=True)
class Events:
    """Matching events, newest first, after one of this day and key."""

    filters: Filters
    days: DayRange
    limit: int
    after: tuple[str, str] | None
    ask: Literal["events"] = "events"
    basis: ClassVar[Basis] = Basis.STORIES


@dataclass(frozen=True, slots=True)
class OneEvent:
    """The event of this key."""

    key: str
    ask: Literal["event"] = "event"
    basis: ClassVar[Basis] = Basis.STORIES


@dataclass(frozen=True, slots=True)
class AlsoCalled:
    """How stories name an actor."""

    actor: str
    ask: Literal["also-called"] = "also-called"
    basis: ClassVar[Basis] = Basis.STORIES


@dataclass(frozen=True, slots=True)
class Search:
    """Actors with a name that has these words."""

    words: str
    limit: int
    ask: Literal["search"] = "search"
    basis: ClassVar[Basis] = Basis.TALLIES


@dataclass(frozen=True, slots=True)
class State:
    """How the worker stands."""

    ask: Literal["state"] = "state"


Counted = Best | OneThing | Days | Events | OneEvent | AlsoCalled | Search
"""What is answered from partitions that are held."""

Ask = Annotated[
    Best | OneThing | Days | Events | OneEvent | AlsoCalled | Search | Further | State,
    Field(discriminator="ask"),
]


@dataclass(frozen=True, slots=True)
class Request:
    """An ask, and the partitions that it is for: exactly one worker is asked for each."""

    body: Ask
    partitions: frozenset[int] = frozenset()


_REQUEST: Final = TypeAdapter(Request)


def _plain(value: object) -> object:
    """What orjson does not know."""
    if isinstance(value, frozenset):
        return sorted(value)
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__name__} is no part of an ask")


def write_request(request: Request) -> bytes:
    """A request as JSON."""
    return orjson.dumps(request, default=_plain)


def read_request(raw: bytes) -> Request:
    """A request from JSON; raises BadAsk."""
    try:
        return _REQUEST.validate_json(raw)
    except ValidationError as error:
        raise BadAsk(str(error)) from error
