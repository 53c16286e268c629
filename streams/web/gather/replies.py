"""What comes back from a worker that was asked, as types and as bytes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from pydantic import TypeAdapter, ValidationError

from streams.index.parts import DaysOfThing, EventRow, Part, Row
from streams.web.gather.groups import Columns, plain_columns, typed_columns


class BadReply(ValueError):
    """A reply that cannot be read, as one from a worker of another version may be."""


Body = Any
"""A Part for lists, else what the index answers: each ask has a kind of its own."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What was found, and the partitions that it stands on: none that was not asked for."""

    partitions: frozenset[int]
    body: Body
    why: str = ""
    """Why other partitions that were asked for are not in it."""


def write_reply(ask: str, reply: Reply) -> bytes:
    """A reply to this kind of ask as JSON."""
    plain = _PLAIN.get(ask, _as_it_is)
    return orjson.dumps(
        {
            "partitions": sorted(reply.partitions),
            "why": reply.why,
            "body": None if reply.body is None else plain(reply.body),
        },
        default=_plain_record,
        option=orjson.OPT_SERIALIZE_NUMPY,
    )


def read_reply(ask: str, raw: bytes) -> Reply:
    """A reply to this kind of ask from JSON; raises BadReply."""
    try:
        told = orjson.loads(raw)
        body = None if told["body"] is None else _TYPED.get(ask, _as_it_is)(told["body"])
        return Reply(frozenset(told["partitions"]), body, told["why"])
    except (ValueError, TypeError, KeyError, ValidationError) as error:
        raise BadReply(f"a reply to {ask!r} cannot be read: {error}") from error


def _as_it_is(body: Any) -> Any:
    return body


def _plain_record(value: Any) -> Any:
    return value.model_dump(mode="json")


# --- lists ---------------------------------------------------------------------------------------------


def _plain_part(part: Part | Columns) -> dict[str, Any]:
    if isinstance(part, Columns):
        return plain_columns(part)
    return {"rows": [_plain_row(row) for row in part.rows], "total": part.total}


def _plain_row(row: Row) -> tuple[Any, ...]:
    return row.key, row.label, row.counters, row.before


def _typed_part(told: dict[str, Any]) -> Part | Columns:
    if "keys" in told:
        return typed_columns(told)
    return Part(tuple(Row(*row) for row in told["rows"]), told["total"])


def _plain_parts(parts: Mapping[frozenset[int], Part | Columns]) -> list[Any]:
    return [[sorted(partitions), _plain_part(part)] for partitions, part in parts.items()]


def _typed_parts(told: list[Any]) -> dict[frozenset[int], Part | Columns]:
    return {frozenset(partitions): _typed_part(part) for partitions, part in told}


# --- the others ----------------------------------------------------------------------------------------


def _typed_thing(told: Mapping[str, Any]) -> DaysOfThing:
    return DaysOfThing(**told)


_EVENTS: Final = TypeAdapter(tuple[EventRow, ...])


def _plain_found(found: tuple[tuple[Row, str], ...]) -> list[Any]:
    return [[_plain_row(row), name] for row, name in found]


def _typed_found(told: list[Any]) -> tuple[tuple[Row, str], ...]:
    return tuple((Row(*row), name) for row, name in told)


_PLAIN: Final[Mapping[str, Callable[[Any], Any]]] = {
    "best": _plain_part,
    "further": _plain_parts,
    "search": _plain_found,
}
_TYPED: Final[Mapping[str, Callable[[Any], Any]]] = {
    "best": _typed_part,
    "further": _typed_parts,
    "search": _typed_found,
    "thing": _typed_thing,
    "events": _EVENTS.validate_python,
    "event": _EVENTS.validate_python,
    "also-called": tuple,
}
