"""The HTTP API: what can be asked, how an answer is written, and what is refused."""

from streams.web.api.application import Parts, build_api
from streams.web.api.edge import UVICORN_LIMITS

__all__ = ["UVICORN_LIMITS", "Parts", "build_api"]
