"""Where other workers ask: no part of the API, and nothing that is asked here changes what is counted."""

from functools import partial
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request as HttpRequest
from starlette.responses import PlainTextResponse, Response

from streams.web.gather.asking import PATH
from streams.web.gather.asks import MAX_ASK_BYTES, BadAsk, Further, Request, State, read_request
from streams.web.gather.local import Local
from streams.web.gather.replies import Reply, write_reply
from streams.web.gather.states import OwnState

_NOTHING: Final[frozenset[int]] = frozenset()


class AskTooLong(ValueError):
    """A request with more bytes than any ask has."""


def ask_routes(local: Local, own_state: OwnState) -> APIRouter:
    """The route that answers for this worker's partitions."""
    routes = APIRouter()

    @routes.post(PATH, include_in_schema=False, response_class=Response)
    async def answer(http: HttpRequest) -> Response:
        """Answer one ask."""
        try:
            request = read_request(await _body(http))
        except AskTooLong as fault:
            return PlainTextResponse(str(fault), 413)
        except BadAsk as fault:
            return PlainTextResponse(str(fault), 422)
        reply = await _answered(local, own_state, request)
        body = await local.beside(partial(write_reply, request.body.ask, reply))
        return Response(body, media_type="application/json")

    return routes


async def _answered(local: Local, own_state: OwnState, request: Request) -> Reply:
    ask = request.body
    if isinstance(ask, State):
        return Reply(_NOTHING, await own_state())
    if isinstance(ask, Further):
        return await local.further(ask)
    return await local.answer(ask, request.partitions)


async def _body(http: HttpRequest) -> bytes:
    body = b""
    async for piece in http.stream():
        body += piece
        if len(body) > MAX_ASK_BYTES:
            raise AskTooLong(f"an ask has at most {MAX_ASK_BYTES} bytes")
    return body
