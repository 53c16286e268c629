"""Records to bytes and back, and the JSON Schema that each Kafka topic promises."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeVar

import orjson
from pydantic import ValidationError

from schemas.article import Article
from schemas.base import Record
from schemas.coded import CodedArticle
from schemas.counts import DayCounts
from schemas.dead_letter import DeadLetter
from schemas.ledger import LedgerEntry
from schemas.tally import Tally

R = TypeVar("R", bound=Record)

PROMISES: Final[dict[str, type[Record]]] = {
    "article.v1": Article,
    "coded.v1": CodedArticle,
    "tally.v1": Tally,
    "ledger.v1": LedgerEntry,
    "counts.v1": DayCounts,
    "dead-letter.v1": DeadLetter,
}


class Malformed(ValueError):
    """Bytes that are not the record that their Kafka topic promises."""


def encode(record: Record) -> bytes:
    """Write a record as compact JSON, fields in the order of their declaration."""
    return record.model_dump_json(exclude_defaults=record.leaves_out_defaults).encode()


def decode(kind: type[R], raw: bytes) -> R:
    """Read a record of this kind from JSON bytes; raises Malformed with the first fault."""
    try:
        return kind.model_validate_json(raw)
    except ValidationError as error:
        raise Malformed(explain(error)) from error


def explain(error: ValidationError) -> str:
    """Name the first field at fault, what is wrong with it, and how many more there are."""
    faults = error.errors(include_url=False, include_input=False)
    field = ".".join(str(part) for part in faults[0]["loc"]) or "the record"
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return f"{field}: {faults[0]['msg']}{more}"


def json_schemas() -> Iterator[tuple[str, bytes]]:
    """The file name and content of each promise, as the types have it now."""
    for name, kind in PROMISES.items():
        schema = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"tidings:{name}",
            **kind.model_json_schema(),
        }
        yield f"{name}.json", orjson.dumps(schema, option=orjson.OPT_INDENT_2) + b"\n"


def main() -> None:
    """Write the JSON Schema files beside this module: `python -m schemas.wire`."""
    folder = Path(__file__).parent / "json"
    folder.mkdir(exist_ok=True)
    for name, content in json_schemas():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
