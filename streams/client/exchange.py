"""The course of one question: sent, sent again where that may help, read. It does no I/O itself."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import httpx

from streams.client.faults import (
    CursorGone,
    NotFound,
    NotReady,
    PartialAnswer,
    TidingsError,
    Unreachable,
    Unreadable,
)
from streams.client.filters import Params
from streams.client.reading import read
from streams.client.requests import Request
from streams.client.things import Partitions

T = TypeVar("T")

LONGEST_WAIT_SECONDS: Final = 10.0
"""A service that asks for more patience than that gets none: the caller is told when to come back."""

_FIRST_WAIT_SECONDS: Final = 0.25
_KINDS: Final[dict[int, type[TidingsError]]] = {
    404: NotFound,
    410: CursorGone,
    # what a proxy says while a worker starts again
    502: Unreachable,
    504: Unreachable,
}


@dataclass(frozen=True, slots=True)
class Manner:
    """How a client asks."""

    retries: int = 2
    complete: bool = False
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Get:
    """To be done next: get this, and send back the response or the transport's error."""

    path: str
    params: Params


@dataclass(frozen=True, slots=True)
class Wait:
    """To be done next: let so many seconds pass."""

    seconds: float


Sent = httpx.Response | httpx.TransportError | None
Course = Generator[Get | Wait, Sent, T]


def course_of(request: Request[T], manner: Manner) -> Course[T]:
    """What to do, step by step, until the answer is there; raises TidingsError and its kinds."""
    complete = (("complete", "true"),) if manner.complete and request.of_partitions else ()
    for attempt in range(manner.retries + 1):
        sent = yield Get(request.path, request.params + complete)
        fault = fault_of(sent)
        if fault is None and isinstance(sent, httpx.Response):
            return _answer(request, sent, strict=manner.strict)
        wait = wait_after(fault, attempt)
        if wait is None or attempt == manner.retries:
            raise fault or TidingsError("nothing was sent")
        yield Wait(wait)
    raise AssertionError("the last attempt returns or raises")


def wait_after(fault: TidingsError | None, attempt: int) -> float | None:
    """Seconds to wait before the next attempt, None where asking again is of no use."""
    usual = float(_FIRST_WAIT_SECONDS * 2**attempt)
    if isinstance(fault, Unreachable):
        return usual
    if isinstance(fault, NotReady):
        wait = usual if fault.retry_after is None else fault.retry_after
        return wait if wait <= LONGEST_WAIT_SECONDS else None
    return None


def fault_of(sent: Sent) -> TidingsError | None:
    """The fault that a response tells, or that kept it from coming."""
    if isinstance(sent, httpx.TransportError):
        request = sent._request  # noqa: SLF001 - the property raises where there is none
        where = f"{request.url.copy_with(query=None)}: " if request else ""
        told = str(sent) or type(sent).__name__
        fault = Unreachable(f"{where}no answer ({told}); is the service up? 'tidings up' starts one")
        fault.__cause__ = sent
        return fault
    if sent is None or sent.is_success:
        return None
    return _problem(sent)


def _problem(response: httpx.Response) -> TidingsError:
    told = _json_object(response)
    title = str(told.get("title") or response.reason_phrase)
    detail = str(told.get("detail") or ("" if told else response.text[:200]))
    kind = str(told.get("type") or "about:blank")
    status = response.status_code
    if status in (httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.TOO_MANY_REQUESTS):
        return NotReady(detail, retry_after=_seconds(response), status=status, title=title, kind=kind)
    return _KINDS.get(status, TidingsError)(detail, status=status, title=title, kind=kind)


def _answer(request: Request[T], response: httpx.Response, *, strict: bool) -> T:
    try:
        told = response.json()
    except ValueError as error:
        raise Unreadable(f"{response.url}: no JSON; is this a Tidings service?") from error
    if strict and request.of_partitions and isinstance(told, dict):
        partitions = read(Partitions, told.get("partitions", {}))
        if partitions.missing:
            raise PartialAnswer(partitions)
    return request.read(told)


def _json_object(response: httpx.Response) -> dict[str, Any]:
    try:
        told = response.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _seconds(response: httpx.Response) -> float | None:
    try:
        return max(0.0, float(response.headers["retry-after"]))
    except (KeyError, ValueError):
        return None
