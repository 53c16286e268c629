"""Parameters of questions: read strictly, described once for both the reader and the OpenAPI document."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from streams.web.api.problems import Refused, refuse

MOST_BYTES: Final = 1024
"""Longest key or word, in UTF-8."""

MOST_VALUES: Final = 32
"""Most values of a parameter that can be repeated."""

_MOST_FIELDS: Final = 100
_Read = Callable[[str], Any]


class BadValue(ValueError):
    """A value that a parameter cannot have; says what it may be."""

    def __init__(self, what: str, known: Sequence[str] = ()) -> None:
        super().__init__(what)
        self.known = tuple(known)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the query string: how it is read, and what the document says of it."""

    name: str
    description: str
    read: _Read
    schema: Mapping[str, Any]
    example: Any
    many: bool = False
    required: bool = False

    def document(self) -> dict[str, Any]:
        """Its parameter object of OpenAPI."""
        schema = {**self.schema, "examples": [self.example]}
        if self.many:
            schema = {"type": "array", "items": schema, "maxItems": MOST_VALUES, "minItems": 1}
        # Swagger UI fills in the `example` of each parameter: a trial would begin with every filter set.
        shown_first = {"example": self.example} if self.required else {}
        return {
            "name": self.name,
            "in": "query",
            "required": self.required,
            "description": self.description,
            "schema": schema,
            **shown_first,
            **({"style": "form", "explode": True} if self.many else {}),
        }


Values = Mapping[str, Any]
"""What was asked for, by parameter; tuples for those that can be repeated, nothing for what is absent."""


def read_query(query: bytes, known: Mapping[str, Parameter]) -> Values:
    """The parameters of a query string; raises Refused for the first fault."""
    given = _fields(query)
    _check_names(given, known)
    values: dict[str, Any] = {}
    for name, texts in given.items():
        values[name] = _value(known[name], texts)
    for parameter in known.values():
        if parameter.required and parameter.name not in values:
            raise refuse("invalid-parameter", f"{parameter.name}: is needed; {parameter.description}")
    return values


def catalogue(*parameters: Parameter) -> dict[str, Parameter]:
    """The parameters of a path, by name."""
    return {parameter.name: parameter for parameter in parameters}


def invalid(name: str, what: str, known: Sequence[str] = ()) -> Refused:
    """The refusal of a parameter's value."""
    return refuse("invalid-parameter", f"{name}: {what}", known=tuple(known))


def near(word: str, known: Sequence[str]) -> str:
    """'. Did you mean ...?' where something known is near, else nothing."""
    folded = {each.casefold(): each for each in known}
    found = difflib.get_close_matches(word[:64].casefold(), folded, n=1, cutoff=0.6)
    return f". Did you mean {folded[found[0]]!r}?" if found else ""


def shown(text: str) -> str:
    """A text of a reader as an error may repeat it: short, and without control characters."""
    return repr(text if len(text) <= 80 else text[:80] + "…")


def _fields(query: bytes) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    parts = [part for part in query.split(b"&") if part]
    if len(parts) > _MOST_FIELDS:
        raise refuse("invalid-parameter", f"{len(parts)} parameters; {_MOST_FIELDS} at most")
    for part in parts:
        name, _, value = part.partition(b"=")
        found.setdefault(_text(name), []).append(_text(value))
    return found


def _text(raw: bytes) -> str:
    if raw.isalnum():
        return raw.decode()
    try:
        return unquote_to_bytes(raw.replace(b"+", b" ")).decode()
    except UnicodeDecodeError as error:
        raise refuse(
            "invalid-parameter", f"the query is not UTF-8: {shown(raw.decode('latin-1'))}"
        ) from error


def _check_names(given: Mapping[str, list[str]], known: Mapping[str, Parameter]) -> None:
    for name in given:
        if name not in known:
            names = tuple(known)
            told = f"{shown(name)} is no parameter of this path{near(name, names)}"
            raise refuse("unknown-parameter", f"{told} (known: {', '.join(names) or 'none'})", known=names)


def _value(parameter: Parameter, texts: list[str]) -> Any:
    if not parameter.many and len(texts) > 1:
        raise invalid(parameter.name, f"is given {len(texts)} times, and can be given once")
    if len(texts) > MOST_VALUES:
        raise invalid(parameter.name, f"is given {len(texts)} times; {MOST_VALUES} at most")
    try:
        read = tuple(parameter.read(text) for text in texts)
    except BadValue as error:
        raise invalid(parameter.name, str(error), error.known) from error
    return read if parameter.many else read[0]
