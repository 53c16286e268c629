"""Answers in JSON become frozen types; fields that a newer service adds are left aside."""

import types
from collections.abc import Callable, Hashable
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from streams.client.faults import Unreadable

T = TypeVar("T")
Reader = Callable[[Any], Any]


class _Unfit(ValueError):
    """A value that its type cannot hold; the path to it grows on the way up."""

    def __init__(self, what: str, *path: str) -> None:
        super().__init__(what)
        self.what, self.path = what, path

    def under(self, step: str) -> "_Unfit":
        return _Unfit(self.what, step, *self.path)


def read(kind: type[T], told: Any) -> T:
    """Read what was told as a dataclass of this kind; raises Unreadable with the field at fault."""
    try:
        value: T = reader_of(cast(Hashable, kind))(told)
    except _Unfit as fault:
        where = ".".join(fault.path) or "the answer"
        raise Unreadable(f"{where}: {fault.what}; is this a Tidings service, and of this version?") from fault
    return value


@cache
def reader_of(kind: Any) -> Reader:
    """What reads a value of this type: a dataclass, a tuple or dict of what is read, or a plain value."""
    origin = get_origin(kind) or kind
    if origin in (Union, types.UnionType):
        return _optional(kind)
    if origin is tuple:
        return _tuple(get_args(kind)[0])
    if origin is dict:
        return _dict(get_args(kind)[1])
    if is_dataclass(origin):
        return _dataclass(kind, origin)
    return _ANY if kind is Any else _plain(kind)


def _ANY(told: Any) -> Any:  # noqa: N802 - stands for a value
    return told


def _plain(kind: type) -> Reader:
    takes = (int, float) if kind is float else kind

    def of_plain(told: Any) -> Any:
        if not isinstance(told, takes) or (isinstance(told, bool) and kind is not bool):
            raise _Unfit(f"{told!r} is no {kind.__name__}")
        return told

    return of_plain


def _optional(kind: Any) -> Reader:
    (held,) = (each for each in get_args(kind) if each is not types.NoneType)
    of_held = reader_of(held)
    return lambda told: None if told is None else of_held(told)


def _tuple(kind: Any) -> Reader:
    of_each = reader_of(kind)

    def of_tuple(told: Any) -> tuple[Any, ...]:
        if not isinstance(told, list):
            raise _Unfit(f"{told!r} is no list")
        return tuple(_at(of_each, str(place), each) for place, each in enumerate(told))

    return of_tuple


def _dict(kind: Any) -> Reader:
    of_each = reader_of(kind)
    return lambda told: {name: _at(of_each, name, value) for name, value in _object(told).items()}


def _dataclass(kind: Any, origin: Any) -> Reader:
    hints = get_type_hints(origin)
    bound = dict(zip(getattr(origin, "__parameters__", ()), get_args(kind), strict=False))
    parts = [
        (each.name, reader_of(_bound(hints[each.name], bound)), _is_required(each)) for each in fields(origin)
    ]

    def of_dataclass(told: Any) -> Any:
        held = _object(told)
        values = {}
        for name, of_part, required in parts:
            if name in held:
                values[name] = _at(of_part, name, held[name])
            elif required:
                raise _Unfit(f"there is no {name!r}")
        return origin(**values)

    return of_dataclass


def _is_required(field: Any) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _bound(hint: Any, bound: dict[Any, Any]) -> Any:
    """The type with its type variables put in."""
    if isinstance(hint, TypeVar):
        return bound[hint]
    variables = getattr(hint, "__parameters__", ())
    return hint[tuple(bound[each] for each in variables)] if variables else hint


def _at(reader: Reader, step: str, told: Any) -> Any:
    try:
        return reader(told)
    except _Unfit as fault:
        raise fault.under(step) from None


def _object(told: Any) -> dict[str, Any]:
    if not isinstance(told, dict):
        raise _Unfit(f"{told!r} is no object")
    return told
