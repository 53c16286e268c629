"""The application for a client that knows no asyncio."""

import asyncio

import httpx
from api_surroundings import Surroundings
from fake_answers import FakeAnswers


class Bridge(httpx.BaseTransport):
    """Runs the application for each request."""

    def __init__(self, answers: FakeAnswers) -> None:
        self._later = httpx.ASGITransport(Surroundings().api(answers))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        body = httpx.ByteStream(request.read())
        asked = httpx.Request(request.method, request.url, headers=request.headers, stream=body)
        answer = await self._later.handle_async_request(asked)
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())
