"""The pages of problems: what each kind means, and what helps."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from streams.web.api.document import problem_responses
from streams.web.api.problems import KINDS, PATH, refuse

_FOR_AN_HOUR: Final = {"Cache-Control": "max-age=3600"}


def problem_routes() -> APIRouter:
    """/problems/{name}: what the `type` of a problem document refers to."""
    routes = APIRouter(tags=["codes"])

    @routes.get(
        f"{PATH}{{name}}",
        name="problem",
        summary="What a kind of problem means",
        response_class=Response,
        responses={
            200: {
                "description": "What it means and what helps",
                "content": {"text/plain": {"schema": {"type": "string"}}},
            },
            **problem_responses("not-found"),
        },
        openapi_extra={
            "parameters": [
                {
                    "name": "name",
                    "in": "path",
                    "required": True,
                    "description": "The last part of the `type` of a problem document",
                    "schema": {"type": "string", "minLength": 1},
                    "example": "cursor-gone",
                }
            ]
        },
    )
    async def problem(request: Request) -> Response:
        """What the `type` of a problem document stands for, and what helps."""
        kind = KINDS.get(request.path_params["name"])
        if kind is None:
            raise refuse("not-found", "there is no such kind of problem", known=tuple(KINDS))
        told = f"{kind.title} ({kind.status})\n\n{kind.meaning}\n\nWhat helps: {kind.remedy}\n"
        return PlainTextResponse(told, headers=_FOR_AN_HOUR)

    return routes
