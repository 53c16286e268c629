"""What can go wrong, as RFC 9457 has it: each kind of problem has a page that says what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from starlette.responses import Response

MEDIA_TYPE: Final = "application/problem+json"
PATH: Final = "/problems/"
RETRY_AFTER_SECONDS: Final = 2


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its name in URIs, its status, what it means and what helps."""

    name: str
    status: int
    title: str
    meaning: str
    remedy: str

    @property
    def type(self) -> str:
        """The URI reference of its page."""
        return PATH + self.name


def _kinds(*rows: tuple[str, int, str, str, str]) -> dict[str, Kind]:
    return {row[0]: Kind(*row) for row in rows}


KINDS: Final[dict[str, Kind]] = _kinds(
    (
        "unknown-parameter",
        422,
        "Unknown parameter",
        "The question has a parameter that this path does not know.",
        "Take it out, or spell it as in `known`; /docs lists every parameter of every path.",
    ),
    (
        "invalid-parameter",
        422,
        "Invalid parameter",
        "A parameter has a value that it cannot have, is given twice, or lacks another that it needs.",
        "`detail` names the parameter and what it may be; `known` lists the values where they are few.",
    ),
    (
        "invalid-cursor",
        422,
        "Invalid cursor",
        "The cursor is not one that this path gave, or belongs to a question with other filters.",
        "Ask without `cursor`, then follow `next` with the same filters.",
    ),
    (
        "bad-request",
        400,
        "Bad request",
        "The request cannot be read.",
        "Send it as /docs has it.",
    ),
    (
        "request-timeout",
        408,
        "Request timeout",
        "The request began, or the connection was opened, and the rest did not come in time.",
        "Send the request at once; open a new connection for the next one.",
    ),
    (
        "cursor-gone",
        410,
        "The frozen list is gone",
        "A list is frozen when its first page is asked for and kept for some minutes, on the workers that "
        "hold it; this one is no longer there.",
        "Ask for the first page again, without `cursor`.",
    ),
    (
        "not-found",
        404,
        "Not found",
        "There is no such path, or nothing is counted for this key in the days asked for.",
        "Look for the key with /v1/search, or widen `from` and `to`.",
    ),
    (
        "method-not-allowed",
        405,
        "Method not allowed",
        "The path is there, but cannot be asked in this way.",
        "Use one of the methods that the Allow header names.",
    ),
    (
        "not-acceptable",
        406,
        "Not acceptable",
        "None of the formats that the Accept header takes is one that this path gives.",
        "Accept application/json, text/csv or application/x-ndjson, or say `format=json|csv|ndjson`.",
    ),
    (
        "body-too-large",
        413,
        "Body too large",
        "A question is its URL: the request came with a body that nobody reads.",
        "Send no body.",
    ),
    (
        "uri-too-long",
        414,
        "URI too long",
        "The path and the query are longer than any question needs.",
        "Repeat fewer filters.",
    ),
    (
        "too-many-requests",
        429,
        "Too many requests",
        "This client asks for more at once than a worker gives to one client.",
        "Wait as Retry-After says, and ask for less at once.",
    ),
    (
        "headers-too-large",
        431,
        "Headers too large",
        "The request has more headers, or longer ones, than any client needs.",
        "Send fewer headers.",
    ),
    (
        "internal-error",
        500,
        "Internal error",
        "The worker met a fault of its own; its log has the details.",
        "Ask again; if it stays, report what was asked and when.",
    ),
    (
        "not-ready",
        503,
        "Not ready",
        "Nothing can be answered now: the tables are being joined or recovered, or this worker holds none.",
        "Ask again as Retry-After says, or ask another worker; /readyz says what is waited for.",
    ),
    (
        "incomplete",
        503,
        "Partitions are missing",
        "The answer would lack partitions: of a worker that is gone or recovering.",
        "Ask again as Retry-After says, or without `complete=true` for an answer without them.",
    ),
    (
        "busy",
        503,
        "Busy",
        "More questions wait than the worker can answer soon.",
        "Ask again as Retry-After says.",
    ),
)

BY_STATUS: Final[dict[int, Kind]] = {
    kind.status: kind for name, kind in reversed(KINDS.items()) if name != "invalid-cursor"
}


@dataclass
class Refused(Exception):
    """A question that gets a problem for an answer."""

    kind: Kind
    detail: str
    known: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.kind.name}: {self.detail}"


def refuse(name: str, detail: str, *, known: tuple[str, ...] = ()) -> Refused:
    """The refusal of this kind; those that pass say when to come back."""
    kind = KINDS[name]
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if kind.status in (429, 503) else {}
    return Refused(kind, detail, known, headers)


def response_of(refused: Refused, instance: str | None = None) -> Response:
    """The problem document, `instance` being the path that was asked, where that is known."""
    document: dict[str, Any] = {
        "type": refused.kind.type,
        "title": refused.kind.title,
        "status": refused.kind.status,
        "detail": refused.detail,
    }
    if instance is not None:
        document["instance"] = instance
    if refused.known:
        document["known"] = refused.known
    headers = {"Cache-Control": "no-store", **refused.headers}
    return Response(orjson.dumps(document), refused.kind.status, headers, MEDIA_TYPE)
