"""The OpenAPI document: true to what is answered, and complete."""

import csv
import io
import re
from typing import Any, Final

import pytest
import schemathesis
from api_surroundings import Client, Surroundings
from fake_answers import FakeAnswers
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, settings
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.routing import BaseRoute

API: Final[FastAPI] = Surroundings().api(FakeAnswers())


def short(part: Any) -> Any:
    """A part with closed sets of at most three values: each would be tried, and one is like another."""
    if isinstance(part, dict):
        return {name: each[:3] if name == "enum" else short(each) for name, each in part.items()}
    return [short(each) for each in part] if isinstance(part, list) else part


def short_schema() -> Any:
    """The application's schema as Schemathesis reads it."""
    document = API.openapi()
    components = document["components"]
    asked = {"parameters": short(components["parameters"])}
    schema = schemathesis.openapi.from_dict(
        {**document, "paths": short(document["paths"]), "components": components | asked}
    )
    schema.app = API
    return schema


SCHEMA: Final = short_schema()

BETWEEN_PARAMETERS: Final = (
    "cursor: ",
    "from: ",
    "needs both from and to",
    "is not counted with these filters",
    "with days=true at most",
    "where single events are filtered",
    "longer than 1024 bytes",
)
"""Faults of parameters that are good one by one: what no JSON Schema of a parameter can say."""

VIEWS: Final = (
    "actors?compare=true&from=2012-08-01&to=2012-08-02",
    "actors?days=true",
    "topics",
    "actor-topics",
    "pairs",
    "event-types",
    "actors/a",
    "topics/a",
    "actor-topics/a%7Cb",
    "pairs/a%7Cb",
    "event-types/AID",
    "actors/a/profile",
    "pairs/a%7Cb/history",
    "events",
    "events/story/3/e1",
    "days",
    "search?q=p",
    "codebook",
    "status",
)


@SCHEMA.parametrize()
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
def test_answers_are_as_the_document_says(case: schemathesis.Case) -> None:
    """Whatever is asked, good or bad, the answer is one that the document has."""
    answer = case.call_and_validate(excluded_checks=[positive_data_acceptance])
    good = case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE
    if good and 400 <= answer.status_code < 500 and answer.status_code != 404:
        detail = answer.json()["detail"]
        assert any(fault in detail for fault in BETWEEN_PARAMETERS), detail


def test_the_document_is_openapi_3_1() -> None:
    """The document is valid, and says 3.1."""
    document = API.openapi()
    assert document["openapi"].startswith("3.1")
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_every_route_is_in_the_document() -> None:
    """All that is served is described, but for the document itself and the page that shows it."""
    served = {path.replace(":path", "") for path in paths_of(API.routes)}
    unsaid = {"/openapi.json", "/docs", "/docs/assets/{name}"}
    assert served - set(API.openapi()["paths"]) == unsaid
    assert set(API.openapi()["paths"]) <= served


def paths_of(routes: list[BaseRoute]) -> set[str]:
    """The templates of these routes and of those below them."""
    found: set[str] = set()
    for route in routes:
        found |= {path} if (path := getattr(route, "path", None)) else set()
        found |= paths_of(getattr(getattr(route, "original_router", None), "routes", []))
    return found


def operations() -> list[Any]:
    """Path and operation object of each operation."""
    paths = API.openapi()["paths"].items()
    return [pytest.param(way, id=path) for path, ways in paths for way in ways.values()]


@pytest.mark.parametrize("operation", operations())
def test_every_operation_is_described(operation: dict[str, Any]) -> None:
    """Each has a summary, a description and a tag; each parameter words and an example."""
    assert {"summary", "description", "tags", "operationId"} <= operation.keys()
    for parameter in map(whole, operation.get("parameters", ())):
        assert {"description", "schema"} <= parameter.keys()
        schema = parameter["schema"]
        assert "example" in parameter or schema.get("items", schema)["examples"]
    for status, answer in operation["responses"].items():
        assert answer["description"]
        assert answer["content"]
        assert "Retry-After" in answer.get("headers", {}) or status not in ("429", "503")


def whole(parameter: dict[str, Any]) -> dict[str, Any]:
    """A parameter object itself, where it may only be referred to."""
    name = parameter.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = API.openapi()["components"]["parameters"][name] if name else parameter
    return found


@pytest.mark.parametrize("path", VIEWS)
async def test_answers_fit_their_schema(path: str, client: Client) -> None:
    """A real answer is as its schema says, with no field that the schema does not have."""
    document = API.openapi()
    template = template_of(f"/v1/{path.split('?')[0]}")
    answer = document["paths"][template]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    schema = strict({**answer, "components": document["components"]})
    errors = list(Draft202012Validator(schema).iter_errors(await client.found(f"/v1/{path}")))
    assert [f"{error.json_path}: {error.message}" for error in errors] == []


def template_of(path: str) -> str:
    """The template of the document that a path is of, the longest where several are."""
    fitting = [
        template
        for template in API.openapi()["paths"]
        if re.fullmatch(re.sub(r"\{\w+\}", ".+", template), path)
    ]
    return max(fitting, key=len)


def strict(schema: Any) -> Any:
    """The schema with objects that take no other fields than theirs."""
    if isinstance(schema, dict):
        closed = {name: strict(part) for name, part in schema.items()}
        return closed | ({"additionalProperties": False} if is_closed(schema) else {})
    return [strict(part) for part in schema] if isinstance(schema, list) else schema


def is_closed(schema: dict[str, Any]) -> bool:
    """Whether it is an object with named fields alone."""
    return schema.get("type") == "object" and "properties" in schema and "additionalProperties" not in schema


async def test_the_docs_page_needs_nothing_from_elsewhere(client: Client) -> None:
    """Everything that the page of the docs loads is served here, and its policy forbids the rest."""
    page = await client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(loaded) >= 5
    for address in loaded:
        assert address.startswith(("/", "data:"))
        if address.startswith("/"):
            assert (await client.get(address)).status_code == 200
    style = (await client.get("/docs/assets/swagger-ui.css")).text
    assert not re.search(r"""url\((?!['"]?data:)|@import""", style)


@pytest.mark.parametrize("operation", operations())
def test_examples_are_answers(operation: dict[str, Any]) -> None:
    """The example of a JSON answer fits its schema, and that of CSV has a cell for each column."""
    content = operation["responses"]["200"]["content"]
    if "example" in content.get("application/json", {}):
        schema = content["application/json"]["schema"] | {"components": API.openapi()["components"]}
        Draft202012Validator(strict(schema)).validate(content["application/json"]["example"])
    if "text/csv" in content:
        header, *lines = csv.reader(io.StringIO(content["text/csv"]["example"], newline=""))
        assert lines
        assert {len(line) for line in lines} == {len(header)}
