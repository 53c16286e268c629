"""The way of every question: read, asked, held to its standing, and written."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, urlencode

import orjson
from starlette.requests import Request
from starlette.responses import Response

from streams.index.parts import SnapshotGone
from streams.metrics import Metrics
from streams.web.answers import Answers, NotReady, Standing
from streams.web.api import filters, values
from streams.web.api.formats import CONTENT_TYPES, Cell, Format, csv, ndjson, wanted
from streams.web.api.parameters import BadValue, Parameter, Values, invalid, read_query
from streams.web.api.problems import Refused, refuse
from streams.web.api.shapes import Item, partitions
from streams.web.api.turnstile import Turnstile

ALL_FORMATS: Final = tuple(Format)
JSON_ALONE: Final = (Format.JSON,)
COMPLETE: Final = filters.flag(
    "complete", "Refuse (503) an answer that would lack partitions, instead of naming them."
)

AT_ONCE: Final = 16
"""Lists, events and the like that are answered at once; single things are too cheap to need a place."""

MISSING: Final = "X-Tidings-Partitions-Missing"
TOTAL: Final = "X-Tidings-Total"


@dataclass(frozen=True, slots=True)
class Sheet:
    """An answer before it is written: the whole for JSON, its items for NDJSON, its cells for CSV."""

    document: Item
    standing: Standing
    items: Sequence[Item] = ()
    columns: Sequence[str] = ()
    rows: Callable[[], Iterable[Sequence[Cell]]] = tuple
    total: int | None = None
    next: str | None = None

    def body(self, written_as: Format) -> bytes:
        """The answer in one of the formats."""
        if written_as is Format.JSON:
            return orjson.dumps({**self.document, "partitions": partitions(self.standing)})
        return ndjson(self.items) if written_as is Format.NDJSON else csv(self.columns, self.rows())


Ask = Callable[[Answers, Values], Awaitable[Sheet]]


@dataclass(frozen=True, slots=True)
class Asking:
    """What all questions share: who answers, how many at once, and what is counted of it."""

    answers: Answers | None
    metrics: Metrics
    turnstile: Turnstile = field(default_factory=lambda: Turnstile(running=AT_ONCE, waiting=512, seconds=5.0))

    async def answer(
        self,
        request: Request,
        known: Mapping[str, Parameter],
        ask: Ask,
        *,
        offered: Sequence[Format] = ALL_FORMATS,
        heavy: bool = True,
    ) -> Response:
        """The answer to a request; raises Refused where there is none."""
        asked = read_query(request.scope["query_string"], known)
        chosen = asked.get("format") or wanted(request.headers.get("accept"), offered)
        sheet = await self._asked(ask, asked, heavy=heavy)
        if sheet.standing.missing:
            self._tell_missing(request, sheet.standing, complete=asked.get("complete", False))
        return _written(request, sheet, Format(chosen))

    async def _asked(self, ask: Ask, asked: Values, *, heavy: bool) -> Sheet:
        if self.answers is None:
            raise refuse("not-ready", "this worker only codes and knows no worker that counts")
        place: AbstractAsyncContextManager[None] = self.turnstile if heavy else nullcontext()
        try:
            async with place:
                return await ask(self.answers, asked)
        except NotReady as error:
            raise refuse("not-ready", str(error) or "no worker is ready") from error
        except SnapshotGone as error:
            self.metrics.cursors_gone.inc()
            raise refuse("cursor-gone", "cursor: the list that it belongs to is no longer kept") from error

    def _tell_missing(self, request: Request, standing: Standing, *, complete: bool) -> None:
        if complete:
            raise incomplete(standing)
        self.metrics.partial_answers.labels(request.scope["route"].path).inc()


def incomplete(standing: Standing) -> Refused:
    """The refusal of an answer that would lack partitions."""
    numbers = ", ".join(map(str, standing.missing))
    told = "; ".join(standing.why)
    return refuse("incomplete", f"partitions {numbers} are missing" + (f": {told}" if told else ""))


def path_key(request: Request) -> str:
    """The key in the path; raises Refused where it can be none."""
    try:
        return values.key(request.path_params["key"])
    except BadValue as error:
        raise invalid("key", str(error)) from error


def _written(request: Request, sheet: Sheet, chosen: Format) -> Response:
    headers = {"Content-Type": CONTENT_TYPES[chosen], "Vary": "Accept", "Cache-Control": "no-store"}
    if sheet.standing.missing:
        headers[MISSING] = ",".join(map(str, sheet.standing.missing))
    if sheet.total is not None:
        headers[TOTAL] = str(sheet.total)
    if sheet.next is not None:
        headers["Link"] = f'<{_next_url(request, sheet.next)}>; rel="next"'
    return Response(sheet.body(chosen), headers=headers)


def _next_url(request: Request, cursor: str) -> str:
    kept = [(name, value) for name, value in parse_qsl(request.url.query) if name != "cursor"]
    return f"{request.url.path}?{urlencode([*kept, ('cursor', cursor)])}"
