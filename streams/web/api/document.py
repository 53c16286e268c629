"""The OpenAPI document: what each path takes and gives, from the same tables that read it."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from fastapi import FastAPI
from pydantic import BaseModel

from streams.web.api.asking import ALL_FORMATS, MISSING, TOTAL, Sheet
from streams.web.api.formats import MEDIA_TYPES, Format
from streams.web.api.parameters import MOST_BYTES, Parameter
from streams.web.api.problems import KINDS, MEDIA_TYPE
from streams.web.api.views import Problem

_HEADERS: Final[dict[str, Any]] = {
    MISSING: {
        "description": "Partitions whose counts are not in the answer; absent where it is complete.",
        "schema": {"type": "string", "pattern": r"^\d+(,\d+)*$"},
        "example": "2,5",
    },
    TOTAL: {
        "description": "How many things the whole list has.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 532,
    },
    "Link": {
        "description": "The next page, with rel=next; absent on the last.",
        "schema": {"type": "string"},
        "example": '</v1/actors?limit=20&cursor=WzEsImwi>; rel="next"',
    },
    "Retry-After": {
        "description": "Seconds after which to ask again.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 2,
    },
}
_LINES: Final = {
    Format.CSV: "A header and a line each; a text that begins like a formula has an apostrophe before it",
    Format.NDJSON: "An item of the JSON answer a line",
}
_PAGED: Final = (MISSING, TOTAL, "Link")
USUAL_PROBLEMS: Final = (
    "invalid-parameter",
    "not-acceptable",
    "body-too-large",
    "uri-too-long",
    "headers-too-large",
    "internal-error",
    "not-ready",
)


class Described(FastAPI):
    """An application whose document has the problems that it answers with."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI 3.1 document."""
        document = super().openapi()
        components = document.setdefault("components", {})
        if "parameters" not in components:
            components.setdefault("schemas", {})["Problem"] = Problem.model_json_schema()
            components["parameters"] = _shared_parameters(document)
            _read_examples(document)
        return document


def _read_examples(document: dict[str, Any]) -> None:
    """Put JSON in place of its text: FastAPI leaves out what is null, so that it must not see it before."""
    for path in document["paths"].values():
        for way in path.values():
            content = way["responses"].get("200", {}).get("content", {}).get("application/json", {})
            if isinstance(content.get("example"), str):
                content["example"] = orjson.loads(content["example"])


def _shared_parameters(document: dict[str, Any]) -> dict[str, Any]:
    """The parameters that paths have in common, put to one place and referred to where they stood."""
    ways = [way for path in document["paths"].values() for way in path.values()]
    lists = [way["parameters"] for way in ways if "parameters" in way]
    counted = Counter(_word(parameter) for parameters in lists for parameter in parameters)
    shared: dict[str, Any] = {}
    for parameters in lists:
        for place, parameter in enumerate(parameters):
            name = parameter.get("name")
            if counted[_word(parameter)] > 1 and shared.setdefault(name, parameter) == parameter:
                parameters[place] = {"$ref": f"#/components/parameters/{name}"}
    return shared


def _word(parameter: Mapping[str, Any]) -> str:
    return repr(sorted(parameter.items()))


def key_parameter(example: str, description: str, joint: str = "") -> dict[str, Any]:
    """The parameter object of the key in a path; `joint` stands between its parts."""
    part = "[^\\x00-\\x1f\\x7f]+"
    pattern = f"^{part}{re.escape(joint)}{part}$" if joint else f"^{part}$"
    schema = {"type": "string", "minLength": 1, "maxLength": MOST_BYTES, "pattern": pattern}
    return {
        "name": "key",
        "in": "path",
        "required": True,
        "description": description,
        "schema": schema,
        "example": example,
    }


def described(
    view: type[BaseModel],
    parameters: Mapping[str, Parameter],
    *,
    formats: Sequence[Format] = ALL_FORMATS,
    key: dict[str, Any] | None = None,
    problems: Sequence[str] = (),
    paged: bool = False,
    example: Sheet | None = None,
) -> dict[str, Any]:
    """The options of a route that tell its parameters and all of its answers."""
    content = {MEDIA_TYPES[each]: _content(each, example) for each in formats}
    good = {"model": view, "headers": headers(*(_PAGED if paged else (MISSING,))), "content": content}
    extra = [*([key] if key else []), *(parameter.document() for parameter in parameters.values())]
    return {
        "responses": {200: good, **problem_responses(*USUAL_PROBLEMS, *problems)},
        "openapi_extra": {"parameters": extra},
    }


def _content(written_as: Format, example: Sheet | None) -> dict[str, Any]:
    told = {"schema": {"type": "string", "description": _LINES[written_as]}} if written_as in _LINES else {}
    if example is None:
        return told
    return {**told, "example": example.body(written_as).decode()}


def headers(*names: str) -> dict[str, Any]:
    """The header objects of these names."""
    return {name: _HEADERS[name] for name in names}


def problem_responses(*names: str) -> dict[int | str, dict[str, Any]]:
    """The responses of these kinds of problem, by status."""
    found: dict[int | str, dict[str, Any]] = {}
    for kind in (KINDS[name] for name in dict.fromkeys(names)):
        response = found.setdefault(kind.status, _problem_response(kind.status))
        response["description"] += f"{'; ' if response['description'] else ''}{kind.title}"
        content = response["content"][MEDIA_TYPE]
        content["examples"][kind.name] = {
            "summary": kind.title,
            "value": {
                "type": kind.type,
                "title": kind.title,
                "status": kind.status,
                "detail": kind.meaning,
                "instance": "/v1/actors",
            },
        }
    return found


def _problem_response(status: int) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {}}}
    told = headers("Retry-After") if status in (429, 503) else {}
    return {"description": "", "content": content, **({"headers": told} if told else {})}
