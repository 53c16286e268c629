"""GET /v1/stream: server-sent events of what is counted, of changes to what is watched, and of the state."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response

from streams.web.api.document import problem_responses
from streams.web.push.asked import asked_of, parameters
from streams.web.push.broadcast import MOST_READERS, Broadcast
from streams.web.push.response import MEDIA_TYPE
from streams.web.push.watches import MOST_A_READER

PATH: Final = "/v1/stream"

_DESCRIPTION: Final = f"""\
A stream of [server-sent events](https://html.spec.whatwg.org/multipage/server-sent-events.html), from now
on or from where `Last-Event-ID` was read, of this worker or any other.

| event | data |
| --- | --- |
| `start` | `{{"resumed": true}}`: the stream is open; its id is where it begins |
| `event` | an event as `/v1/events` has it; `"correction": true` where a newer version of a story tells it |
| `corrected` | `{{"article": {{"id": …}}, "events": 2}}`: a newer version of a story; its events follow |
| `withdrawn` | `{{"article": {{"id": …}}}}`: this story, with its events, counts no more |
| `change` | `{{"watch": "actor:country:SYR", "item": {{…}}, "partitions": {{…}}}}`; of a list, `items` |
| `status` | what `/v1/status` answers, every two seconds |
| `gap` | records were no longer there; the stream goes on from what there is |

Filters choose events; `corrected` and `withdrawn` come for every story. A line `: keep` comes every 15
seconds. A reader for whom more waits than is kept (1000 messages or 4 MB), or whose socket takes nothing
for 30 seconds, is let go, and may come again with its last id. A worker serves {MOST_READERS} streams.
"""

_EXAMPLE: Final = """\
event: start
id: 4.3c.0.2q
retry: 2000
data: {"resumed":false}

event: event
id: 4.3d.0.2q
data: {"key":"bbc-17/e1","type":"ASSAULT","sentence":"Rebels attacked the town."}

: keep

"""

_STREAM: Final[dict[str, Any]] = {
    "description": "Messages, until the reader leaves.",
    "content": {MEDIA_TYPE: {"schema": {"type": "string"}, "example": _EXAMPLE}},
}

_PROBLEMS: Final = (
    "unknown-parameter",
    "invalid-parameter",
    "body-too-large",
    "uri-too-long",
    "headers-too-large",
    "internal-error",
    "not-ready",
    "busy",
)


def routes_of(broadcast: Broadcast, *, partitions: int) -> APIRouter:
    """The route of the stream; what it refuses is raised as Refused."""
    router = APIRouter(tags=["events"])

    @router.get(
        PATH,
        name="stream",
        summary="Events as they are counted, and changes to what is watched",
        description=_DESCRIPTION,
        response_model=None,
        response_class=Response,
        responses={200: _STREAM, **problem_responses(*_PROBLEMS)},
        openapi_extra={"parameters": [*_documents()]},
    )
    async def stream(request: Request) -> Response:
        asked = asked_of(
            request.scope["query_string"], request.headers.get("last-event-id"), partitions=partitions
        )
        return await broadcast.open(asked)

    return router


def _documents() -> list[dict[str, Any]]:
    header = {
        "name": "Last-Event-ID",
        "in": "header",
        "required": False,
        "description": "The last id that was read; browsers send it by themselves.",
        "schema": {"type": "string", "maxLength": 1024},
        "example": "4.3c.0.2q",
    }
    described = [parameter.document() for parameter in parameters().values()]
    for each in described:
        if each["name"] == "watch":
            each["schema"]["maxItems"] = MOST_A_READER
    return [*described, header]
